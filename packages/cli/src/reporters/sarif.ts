export { renderSarif } from "@routewright/diagnostics";
