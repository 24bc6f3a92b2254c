import { defineConfig } from "vitest/config";

const conditions = ["@routewright/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.ts"],
    testTimeout: 30_000,
    // Sources are read through the workspace condition, so no build is needed before a test.
    server: { deps: { inline: [/@routewright\//] } },
  },
});
