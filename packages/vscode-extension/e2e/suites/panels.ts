import { until } from "../counts.ts";
import type { Screen } from "../screen.ts";

/** Evaluate, preview, formulas, simulation. */
export async function panels(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine, webview, clear } = screen;

  await step("evaluate, edited", async () => {
    await openFile("main.route");
    await gotoLine(12);
    await command("Routewright: Evaluate a Job…");
    const inner = await webview("rw-decision dl");
    await inner.locator("rw-decision dd", { hasText: "rest" }).first().waitFor();
    await inner.locator("rw-job-form input#label-language").fill("en");
    await inner.locator("rw-job-form select#label-vip").selectOption("true");
    await inner.locator("rw-decision dd", { hasText: "west" }).first().waitFor();
    await inner.locator("rw-decision li", { hasText: '"en"' }).first().waitFor();
  });
  await step("evaluate with workers", async () => {
    const inner = await webview("rw-decision dl");
    await inner.locator("rw-job-form summary").click();
    await inner.locator("rw-job-form textarea#workers").fill(
      JSON.stringify(
        [
          { id: "ann", queues: ["west"], labels: { language: "en", level: 9 } },
          { id: "bob", queues: ["west"], labels: { language: "en", level: 3 } },
        ].map((worker) => ({ capacity: 1, availableForOffers: true, ...worker })),
      ),
    );
    await inner.locator("rw-decision td", { hasText: "bob" }).first().waitFor();
  });
  await step("preview follows the cursor", async () => {
    await clear();
    await openFile("main.route");
    await command("Routewright: Preview Compiled Objects to the Side");
    const inner = await webview("rw-preview section");
    await page.keyboard.press("Control+1");
    await gotoLine(13);
    await inner.locator("rw-preview .here").first().waitFor();
    const marked = async (): Promise<string> =>
      (await inner.locator("rw-preview .here").allTextContents()).join("");
    await until("the rule of line 13", async () => (await marked()).includes("job.region"));
    await gotoLine(16);
    await until("the rule of line 16", async () => (await marked()).includes("10, 1"));
  });
  await step("compiled formula", async () => {
    await clear();
    await openFile("main.route");
    await command("Routewright: Show a Compiled Formula…");
    await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "If(" }).first().waitFor();
  });
  await step("simulate, before the first run", async () => {
    await clear();
    await openFile("main.route");
    await command("Routewright: Simulate…");
    const inner = await webview("rw-simulation-form select#policy");
    await until("the policy is chosen", async () =>
      (await inner.locator("select#policy option:checked").textContent())?.includes("main.route"),
    );
    await inner.locator("select#workload option", { hasText: "workload.json" }).waitFor({
      state: "attached",
    });
  });
  await step("simulate with a report", async () => {
    const inner = await webview("rw-simulation-form select#policy");
    await inner.locator("rw-simulation-form input#replications").fill("8");
    await inner.locator("rw-simulation-form button", { hasText: "Simulate" }).click();
    await inner.locator("rw-simulation-report .tiles").waitFor();
    await inner.locator("rw-simulation-report p", { hasText: "8 replications" }).waitFor();
    await until("five plots", async () => (await inner.locator(".plot canvas").count()) === 5);
  });
  await step("simulate, plots and tables", async () => {
    await command("View: Toggle Maximize Editor Group");
    const inner = await webview("rw-simulation-report .tiles");
    await inner.locator("rw-simulation-report .plots").scrollIntoViewIfNeeded();
    await inner.locator("rw-simulation-report footer").scrollIntoViewIfNeeded();
  });
  await step("simulate, stopped", async () => {
    await command("View: Toggle Maximize Editor Group");
    const inner = await webview("rw-simulation-form select#policy");
    await inner.locator("rw-simulation-form input#replications").fill("100000");
    await inner.locator("rw-simulation-form button", { hasText: "Simulate" }).click();
    await inner.locator("rw-simulation-report .running", { hasText: "100000" }).waitFor();
    await inner.locator("rw-simulation-report button", { hasText: "Stop" }).click();
    await inner.locator("p", { hasText: "Stopped before all 100000 were done" }).waitFor();
  });
}
