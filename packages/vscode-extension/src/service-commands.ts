/** Commands about the emulator and about deploying, without their prefix. */
export const serviceCommands = [
  "startEmulator",
  "stopEmulator",
  "emulatorMenu",
  "plan",
  "apply",
  "drift",
  "addTarget",
  "removeTarget",
] as const;
