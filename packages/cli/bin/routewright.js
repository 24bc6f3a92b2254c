#!/usr/bin/env node
// Starts the bundle that `npm install` or `npm run build` made from the sources.
try {
  await import("../dist/bundle/main.js");
} catch (error) {
  const missing =
    error?.code === "ERR_MODULE_NOT_FOUND" &&
    /[\\/]dist[\\/]bundle[\\/]main\.js/.test(error.message);
  if (!missing) throw error;
  console.error(
    "error routewright is not built yet\n  help: run `npm run build` in its folder, or `npm install`",
  );
  process.exitCode = 2;
}
