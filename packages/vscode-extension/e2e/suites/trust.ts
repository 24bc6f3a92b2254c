import { until } from "../counts.ts";
import { isThere, type Screen } from "../screen.ts";

/** A folder that is not trusted: the language works, nothing runs, and it says why; then trusted. */
export async function trust(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine, settle, webview } = screen;
  const toast = page.locator(".notification-toast", { hasText: "not trusted" }).first();

  await step("restricted: findings and completion in open files", async () => {
    await openFile("broken.route");
    await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    await gotoLine(2);
    await page.keyboard.press("End");
    await page.keyboard.type(" and job.");
    await page.keyboard.press("Control+Space");
    await page
      .locator(".suggest-widget.visible .monaco-list-row", { hasText: "region" })
      .first()
      .waitFor();
  });
  await step("restricted: a policy whose import is not read", async () => {
    await settle();
    await command("File: Revert File");
    await openFile("main.route");
    await page.locator(".codelens-decoration").first().waitFor();
    await page.locator(".squiggly-info").first().waitFor();
    const wrong = await page.locator(".squiggly-error").count();
    if (wrong > 0) throw new Error(`${wrong} mistakes are told of what was not read`);
  });
  await step("restricted: no test is offered", async () => {
    await command("Testing: Focus on Test Explorer View");
    await page.waitForTimeout(1_000);
    const rows = await page.locator(".test-explorer .monaco-list-row").count();
    if (rows > 0) throw new Error(`${rows} rows in the Test Explorer`);
  });
  await step("restricted: each command says why it does nothing", async () => {
    await command("View: Show Explorer");
    const titles = [
      "Preview Compiled Objects to the Side",
      "Show a Compiled Formula…",
      "Evaluate a Job…",
      "Simulate…",
      "Debug the Decision of a Job",
      "Paste JSON as Routewright",
      "Import JSON as a Policy…",
      "Plan a Deployment…",
      "Start Emulator",
    ];
    for (const title of titles) {
      // A message that comes while others are cleared goes with them.
      await until(`why ${title} does nothing`, async () => {
        await command(`Routewright: ${title}`);
        return isThere(toast.waitFor({ timeout: 5_000 }));
      });
      if (title === titles.at(-1)) break;
      await command("Notifications: Clear All Notifications");
      await toast.waitFor({ state: "hidden" });
    }
    const webviews = await page.locator("iframe.webview").count();
    if (webviews > 0) throw new Error("a panel was opened");
  });
  await step("restricted: the way out", async () => {
    await toast.getByRole("button", { name: "Manage Trust" }).click();
    await page.locator(".workspace-trust-editor").waitFor();
  });
  await step("trusted: everything works", async () => {
    await page
      .locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/u })
      .first()
      .click();
    await openFile("main.route");
    await command("Routewright: Evaluate a Job…");
    const inner = await webview("rw-decision dl");
    await inner.locator("rw-decision dd", { hasText: "rest" }).first().waitFor();
    await command("Testing: Focus on Test Explorer View");
    await until("the tests", async () => {
      return (await page.locator(".test-explorer .monaco-list-row").count()) > 0;
    });
  });
}
