import type { Screen } from "../screen.ts";

/** Job Router's JSON as a policy, from the clipboard and from a file. */
export async function importing(screen: Screen): Promise<void> {
  const { page, step, command, choose, clear, settle } = screen;

  await step("paste JSON by the command", async () => {
    await copyObjects(screen);
    await command("Routewright: Paste JSON as Routewright");
    await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
  });
  await step("paste JSON as any text", async () => {
    await command("File: Revert File");
    await page
      .locator(".view-line", { hasText: "queue billing" })
      .first()
      .waitFor({ state: "hidden" });
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+V");
    await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
    await page.locator(".post-edit-widget").click();
    await page.locator(".context-view", { hasText: "Insert Plain Text" }).waitFor();
  });
  await step("import of a file", async () => {
    await settle();
    await command("File: Revert File");
    await clear();
    const file = page
      .locator(".explorer-folders-view .monaco-list-row", { hasText: "objects.json" })
      .first();
    const imported = page.locator(".view-line", { hasText: "queue billing" }).first();
    await choose(file, "Import JSON as a Policy", imported);
  });
}

async function copyObjects({ page, openFile }: Screen): Promise<void> {
  await openFile("objects.json");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  await openFile("unformatted.route");
  await page.keyboard.press("Control+End");
}
