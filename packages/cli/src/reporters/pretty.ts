export { renderPretty } from "@routewright/diagnostics";
