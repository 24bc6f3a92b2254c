export { renderJson } from "@routewright/diagnostics";
