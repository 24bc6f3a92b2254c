import * as vscode from "vscode";
import { serviceCommands } from "./service-commands.ts";
import type { ServicesFactory } from "./services.ts";

/** On the web: the commands are there, and say why they do nothing. */
export const noServices: ServicesFactory = () => ({
  commands: Object.fromEntries(
    serviceCommands.map((name) => [
      `routewright.${name}`,
      () => {
        void vscode.window.showInformationMessage(
          "In a browser there is no process for an emulator and no disk for the record of what was deployed. Open the folder in VS Code on the desktop or in a remote, or use the routewright command.",
        );
      },
    ]),
  ),
  panels: [],
  dispose: () => undefined,
});
