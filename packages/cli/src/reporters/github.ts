export { renderGithub } from "@routewright/diagnostics";
