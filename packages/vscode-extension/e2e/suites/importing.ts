import type { Screen } from "../screen.ts";

/** Job Router's JSON as a policy, from the clipboard and from a file. */
export async function importing(screen: Screen): Promise<void> {
  const { page, step, command, openFile, clear } = screen;

  await step("paste JSON by the command", async () => {
    await copyObjects(screen);
    await command("Routewright: Paste JSON as Routewright");
    await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
  });
  await step("paste JSON by the paste menu", async () => {
    await command("File: Revert File");
    await page.keyboard.press("Control+End");
    await command("Paste As...");
    const choice = page.locator(".quick-input-list .monaco-list-row", {
      hasText: "Paste as Routewright",
    });
    await choice.first().click();
    await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
  });
  await step("import of a file", async () => {
    await command("File: Revert File");
    await clear();
    const file = page.locator(".explorer-folders-view .monaco-list-row", {
      hasText: "objects.json",
    });
    await file.first().click({ button: "right" });
    await page
      .locator(".monaco-menu .action-label", { hasText: "Import JSON as a Policy" })
      .click();
    await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
    await openFile("Untitled-1");
  });
}

async function copyObjects({ page, openFile }: Screen): Promise<void> {
  await openFile("objects.json");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  await openFile("unformatted.route");
  await page.keyboard.press("Control+End");
}
