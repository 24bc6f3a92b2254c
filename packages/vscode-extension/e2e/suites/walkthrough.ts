import type { Locator } from "playwright-core";
import type { Screen } from "../screen.ts";

/** The first ten minutes: each step opens, and its button does what it says. */
export async function walkthrough(screen: Screen): Promise<void> {
  const { page, step, command, webview } = screen;
  const steps = page.locator(".gettingStartedContainer .getting-started-step");
  const open = async (title: string): Promise<Locator> => {
    await command("Routewright: First Ten Minutes");
    const entry = steps.filter({ hasText: title }).first();
    await entry.waitFor();
    const isOpen = await entry.evaluate((element) => element.classList.contains("expanded"));
    if (!isOpen) await entry.click();
    return entry.locator(".monaco-button").first();
  };
  const leads = (name: string, title: string, to: () => Promise<unknown>): Promise<void> =>
    step(`walkthrough: ${name}`, async () => {
      const button = await open(title);
      await button.click();
      await to();
    });

  await step("walkthrough", async () => {
    await open("Write a policy");
    await page
      .locator(".gettingStartedContainer img, .gettingStartedContainer iframe")
      .first()
      .waitFor();
  });
  await leads("a new policy", "Write a policy", () =>
    page.locator(".view-line", { hasText: "Where incoming jobs go" }).first().waitFor(),
  );
  await leads("problems", "Let it be checked", () =>
    page.locator(".markers-panel").first().waitFor(),
  );
  await command("View: Hide Panel");
  await leads("preview", "See what Job Router gets", () => webview("rw-preview section"));
  await leads("evaluate", "Ask what a job gets", () => webview("rw-decision dl"));
  await leads("tests", "Keep it true", () =>
    page.locator(".test-explorer .monaco-list-row").first().waitFor(),
  );
  await command("View: Show Explorer");
  await leads("simulate", "Play a day of it", () => webview("rw-simulation-form select#policy"));
  await leads("debug", "Step through a decision", () =>
    page.locator(".debug-top-stack-frame-line").first().waitFor(),
  );
  await page.locator(".debug-toolbar .codicon-debug-stop").click();
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await leads("import", "Bring what you have", () =>
    page.locator(".quick-input-widget", { hasText: "Import" }).first().waitFor(),
  );
}
