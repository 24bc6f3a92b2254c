import type { Screen } from "../screen.ts";

/** Tests from the lens and from the explorer, their failures, coverage, timelines. */
export async function testing(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine, settle } = screen;
  const rows = page.locator(".test-explorer .monaco-list-row");

  await step("test from the lens", async () => {
    await openFile("main.route");
    await gotoLine(33);
    await page.locator(".codelens-decoration a", { hasText: /run/iu }).last().click();
    await page
      .locator(".codicon-testing-failed-icon, .codicon-testing-error-icon")
      .first()
      .waitFor();
  });
  await step("a failure, expected and actual", async () => {
    await command("Test: Peek Output");
    const peek = page.locator(".test-output-peek, .zone-widget").first();
    await peek.waitFor();
    await page
      .locator(".test-output-peek .diff-editor, .zone-widget .monaco-diff-editor")
      .first()
      .waitFor();
  });
  await step("tests from the explorer", async () => {
    await settle();
    await page.keyboard.press("Escape");
    await command("Testing: Focus on Test Explorer View");
    await rows.filter({ hasText: "main.route" }).first().waitFor();
    await command("Test: Run All Tests");
    await page.locator(".test-explorer", { hasText: "3/4" }).first().waitFor();
  });
  await step("timeline of a test", async () => {
    const inner = await timeline(screen, "main.route", "important jobs");
    await inner.locator("rw-timeline li").nth(2).click();
    await inner.locator("rw-timeline .detail dl").first().waitFor();
  });
  await step("timeline of a scenario", async () => {
    const inner = await timeline(screen, "night.route", "nobody answers");
    await inner.locator("rw-timeline li", { hasText: "0:05:00" }).first().click();
    await inner.locator("rw-timeline .detail dl").first().waitFor();
  });
  await step("coverage", async () => {
    await command("View: Close All Editors");
    await openFile("main.route");
    await command("Test: Run All Tests with Coverage");
    await page.locator(".coverage-deco-gutter").first().waitFor();
    await page.locator(".test-coverage-list-item", { hasText: "main.route" }).first().waitFor();
  });
  await command("Test: Clear All Results");
}

/** Opens the timeline of a test by the menu of its row. */
async function timeline({ page, webview, choose }: Screen, file: string, test: string) {
  const rows = page.locator(".test-explorer .monaco-list-row");
  const row = rows.filter({ hasText: test }).first();
  if (!(await row.isVisible())) {
    await rows.filter({ hasText: file }).first().click();
    await page.keyboard.press("ArrowRight");
  }
  await choose(row, "Show Timeline", page.locator(".tab", { hasText: `Timeline ${test}` }).first());
  return webview("rw-timeline li");
}
