import { startBrowserServer } from "@routewright/lsp/browser";

startBrowserServer(self as unknown as Parameters<typeof startBrowserServer>[0]);
