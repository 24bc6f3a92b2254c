import { startNodeServer } from "@routewright/lsp/node";

startNodeServer();
