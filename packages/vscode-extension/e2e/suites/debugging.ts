import { until } from "../counts.ts";
import type { Screen } from "../screen.ts";

/** The debugger, through a decision and through a scenario, both ways. */
export async function debugging(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine } = screen;
  const toolbar = page.locator(".debug-toolbar");
  const frames = page.locator(".debug-call-stack .monaco-list-row .stack-frame");
  const press = async (button: string): Promise<void> => {
    await toolbar.locator(`.codicon-debug-${button}`).click();
  };
  const begin = async (file: string, line: number): Promise<number> => {
    await command("View: Show Run and Debug");
    await openFile(file);
    await gotoLine(line);
    await page.locator(".codelens-decoration a", { hasText: /debug/iu }).first().click();
    await page.locator(".debug-top-stack-frame-line").first().waitFor();
    await frames.first().waitFor();
    return frames.count();
  };
  // The editor ends what runs beside a session at once, or waits for ten seconds.
  const end = async (): Promise<void> => {
    await press("stop");
    await toolbar.waitFor({ state: "hidden", timeout: 8_000 });
  };

  await step("step backwards in the debugger", async () => {
    const before = await begin("main.route", 22);
    await press("step-over");
    await until("one frame more", async () => (await frames.count()) === before + 1);
    await press("step-over");
    await until("two frames more", async () => (await frames.count()) === before + 2);
    await press("step-back");
    await until("one frame less", async () => (await frames.count()) === before + 1);
    await page.locator(".debug-top-stack-frame-line").first().waitFor();
    await page.locator(".view-line", { hasText: "job.vip = true" }).first().waitFor();
    await page.locator(".debug-variables .monaco-list-row").first().waitFor();
  });
  await step("the debugger ends at once", end);
  await step("step through a scenario", async () => {
    await command("View: Close All Editors");
    const before = await begin("night.route", 14);
    for (let more = 1; more <= 6; more++) {
      await press("step-over");
      await until(`${more} frames more`, async () => (await frames.count()) === before + more);
    }
    const here = await frames.first().textContent();
    await press("step-back");
    await until("one frame less", async () => (await frames.count()) === before + 5);
    await press("step-over");
    await page.locator(".debug-variables .monaco-list-row").first().waitFor();
    await until("the same event again", async () => (await frames.first().textContent()) === here);
  });
  await end();
}
