import { until } from "../counts.ts";
import type { Screen } from "../screen.ts";

/** Panels come back with what stood in them when the window is loaded anew. */
export async function reloading(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine, webview, choose } = screen;
  const show = async (title: string): Promise<void> => {
    await page.locator(".tab", { hasText: title }).first().click();
  };

  await step("panels before a reload", async () => {
    await openFile("main.route");
    await command("Routewright: Evaluate a Job…");
    const form = await webview("rw-job-form input#label-language");
    await form.locator("rw-job-form input#label-language").fill("nl");
    await form.locator("rw-decision li", { hasText: '"nl"' }).first().waitFor();

    await show("main.route");
    await command("Routewright: Simulate…");
    const simulation = await webview("rw-simulation-form select#policy");
    await simulation.locator("input#replications").fill("3");
    await simulation.locator("button", { hasText: "Simulate" }).click();
    await simulation.locator("rw-simulation-report .tiles").waitFor();

    await command("Testing: Focus on Test Explorer View");
    const rows = page.locator(".test-explorer .monaco-list-row");
    await rows.filter({ hasText: "night.route" }).first().click();
    await page.keyboard.press("ArrowRight");
    const tab = page.locator(".tab", { hasText: "Timeline nobody" }).first();
    await choose(rows.filter({ hasText: "nobody answers" }).first(), "Show Timeline", tab);
    const timeline = await webview("rw-timeline li");
    await timeline.locator("rw-timeline li").nth(4).click();
    // That leads to its place in the policy, a moment later, and would cover what is shown now.
    const own = page.locator(
      '.editor-group-container.active .tab.active[data-resource-name="main.route"]',
    );
    await until("the policy in front to stay", async () => {
      await show("main.route");
      await page.waitForTimeout(1000);
      return own.isVisible();
    });
    await command("Routewright: Preview Compiled Objects to the Side");
    await gotoLine(16);
    const preview = await webview("rw-preview section");
    await preview.locator("rw-preview .here").first().waitFor();
  });
  await step("preview after a reload", async () => {
    // By the editor's own command: a page that is only left behind has not kept what is newest.
    await Promise.all([page.waitForEvent("load"), command("Developer: Reload Window")]);
    const inner = await webview("rw-preview section");
    await inner.locator("rw-preview .here").first().waitFor();
  });
  await step("timeline after a reload", async () => {
    await show("Timeline nobody");
    const inner = await webview("rw-timeline li");
    await inner.locator('rw-timeline li:nth-child(5)[aria-selected="true"]').waitFor();
  });
  await step("simulation after a reload", async () => {
    await show("Simulate");
    const inner = await webview("rw-simulation-report .tiles");
    await inner.locator("p", { hasText: "3 replications" }).waitFor();
    const replications = await inner.locator("input#replications").inputValue();
    if (replications !== "3") throw new Error(`the form says ${replications} replications`);
  });
  await step("evaluation after a reload", async () => {
    await show("Evaluate main.route");
    const inner = await webview("rw-decision dl");
    await inner.locator("rw-decision li", { hasText: '"nl"' }).first().waitFor();
    const language = await inner.locator("input#label-language").inputValue();
    if (language !== "nl") throw new Error(`the form says ${language}`);
  });
}
