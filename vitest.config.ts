import { defineConfig } from "vitest/config";

const conditions = ["@routewright/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.ts"],
    setupFiles: ["vitest.setup.ts"],
    // They catch what hangs. How fast a machine is, no test asks: `npm run bench` measures.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Sources are read through the workspace condition, so no build is needed before a test.
    server: { deps: { inline: [/@routewright\//] } },
  },
});
