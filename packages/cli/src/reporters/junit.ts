export { renderJunit } from "@routewright/diagnostics";
