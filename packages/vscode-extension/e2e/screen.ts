import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { startChecks, until } from "./counts.ts";
import type { EditorHost } from "./editor-host.ts";

const patience = { timeout: 30_000 };

/** Uses the extension as a person would; each step leaves a picture. */
export async function throughTheScreen(
  host: EditorHost,
  folder: string,
): Promise<{ readonly passed: number; readonly failed: number }> {
  mkdirSync(folder, { recursive: true });
  const { page, close } = await openBrowser();
  page.setDefaultTimeout(patience.timeout);
  const checks = startChecks(
    (line) => console.log(`  ${line}`),
    async (name) => {
      await page.screenshot({ path: join(folder, `failed ${name}.png`) });
    },
  );
  let number = 0;
  const step = (name: string, run: () => Promise<void>): Promise<void> =>
    checks.check(name, async () => {
      await run();
      const picture = `${String(++number).padStart(2, "0")} ${name}.png`;
      await page.screenshot({ path: join(folder, picture) });
    });
  try {
    await page.goto(`${host.url}/?folder=${encodeURIComponent(host.folder)}`);
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();

    await step("squiggle and problem", async () => {
      await openFile(page, "broken.route");
      await page.locator(".monaco-editor .squiggly-error").first().waitFor();
      await command(page, "View: Focus Problems", "Problems: Focus on Problems View");
      await page
        .locator(".markers-panel .monaco-list-row", { hasText: "regoin" })
        .first()
        .waitFor();
    });
    await step("hover", async () => {
      await command(page, "View: Toggle Panel Visibility", "View: Toggle Panel Visibility");
      await openFile(page, "main.route");
      const hover = page.locator(".monaco-hover:visible", { hasText: "region" }).first();
      // Lenses that arrive move the line away from under the mouse: then it has to go there again.
      await until("the hover", async () => {
        await page.mouse.move(5, 700);
        await word(page, "job.region", "region").hover();
        return hover.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        );
      });
    });
    await step("completion", async () => {
      await page.mouse.move(5, 700);
      await page.keyboard.press("Escape");
      await gotoLine(page, 12);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("  require job.");
      await page.keyboard.press("Control+Space");
      const list = page.locator(".suggest-widget.visible .monaco-list-row");
      await list.filter({ hasText: "vip" }).first().waitFor();
    });
    await step("colours and lenses", async () => {
      await page.keyboard.press("Escape");
      await command(page, "File: Revert File", "Revert File");
      await page.locator(".codelens-decoration", { hasText: /run/iu }).first().waitFor();
    });
    await step("test from the lens", async () => {
      await gotoLine(page, 33);
      await page.locator(".codelens-decoration a", { hasText: /run/iu }).last().click();
      await page
        .locator(
          ".testing-run-glyph.codicon-testing-failed-icon, .codicon-testing-error-icon, .codicon-testing-failed-icon",
        )
        .first()
        .waitFor();
    });
    await step("tests from the explorer", async () => {
      await command(
        page,
        "Testing: Focus on Test Explorer View",
        "Testing: Focus on Test Explorer View",
      );
      await page
        .locator(".test-explorer .monaco-list-row", { hasText: "main.route" })
        .first()
        .waitFor();
      await command(page, "Test: Run All Tests", "Test: Run All Tests");
      await page.locator(".test-explorer", { hasText: "2/3" }).first().waitFor();
    });
    await step("timeline of a test", async () => {
      const rows = page.locator(".test-explorer .monaco-list-row");
      await rows.filter({ hasText: "main.route" }).first().click();
      await page.keyboard.press("ArrowRight");
      const item = page.locator(".monaco-menu .action-label", { hasText: "Show Timeline" }).first();
      const tab = page.locator(".tab", { hasText: "Timeline important jobs" }).first();
      // A menu takes no click in its first moments.
      await until("the timeline's tab", async () => {
        if (await tab.isVisible()) return true;
        if (!(await item.isVisible())) {
          await rows.filter({ hasText: "important jobs" }).first().click({ button: "right" });
        }
        await item.click({ timeout: 3_000 }).catch(() => undefined);
        return tab.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        );
      });
      const inner = await webview(page, "rw-timeline li");
      await inner.locator("rw-timeline li").nth(2).click();
      await inner.locator("rw-timeline .detail dl").first().waitFor();
    });
    await step("evaluate with the trace painted", async () => {
      await command(page, "View: Show Explorer", "View: Show Explorer");
      await command(page, "View: Close All Editors", "View: Close All Editors");
      await openFile(page, "main.route");
      await command(page, "Clear All Results", "Test: Clear All Results");
      await gotoLine(page, 12);
      await command(page, "Routewright: Evaluate a Job", "Routewright: Evaluate a Job");
      const inner = await webview(page, "rw-decision dl");
      await inner.locator("rw-job-form select#label-vip").selectOption("true");
      await inner.locator("rw-decision dd", { hasText: "west" }).first().waitFor();
    });
    await step("preview follows the cursor", async () => {
      await command(page, "View: Close All Editors", "View: Close All Editors");
      await openFile(page, "main.route");
      await command(page, "Routewright: Preview Compiled", "Routewright: Preview Compiled");
      const inner = await webview(page, "rw-preview section");
      await page.keyboard.press("Control+1");
      await gotoLine(page, 13);
      await inner.locator("rw-preview .here").first().waitFor();
    });
    await step("step backwards in the debugger", async () => {
      await command(page, "View: Close All Editors", "View: Close All Editors");
      await command(page, "View: Show Run and Debug", "View: Show Run and Debug");
      await openFile(page, "main.route");
      await gotoLine(page, 22);
      await page.locator(".codelens-decoration a", { hasText: /debug/iu }).first().click();
      const toolbar = page.locator(".debug-toolbar");
      const frames = page.locator(
        ".debug-call-stack .monaco-list-row.stack-frame, .debug-call-stack .stack-frame",
      );
      await page.locator(".debug-top-stack-frame-line").first().waitFor();
      await frames.first().waitFor();
      const before = await frames.count();
      await toolbar.locator(".codicon-debug-step-over").click();
      await until("one frame more", async () => (await frames.count()) === before + 1);
      await toolbar.locator(".codicon-debug-step-over").click();
      await until("two frames more", async () => (await frames.count()) === before + 2);
      await toolbar.locator(".codicon-debug-step-back").click();
      await until("one frame less", async () => (await frames.count()) === before + 1);
      await page.locator(".debug-top-stack-frame-line").first().waitFor();
    });
    await step("paste JSON", async () => {
      await page.locator(".debug-toolbar .codicon-debug-stop").click();
      await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
      await command(page, "View: Show Explorer", "View: Show Explorer");
      await command(page, "View: Close All Editors", "View: Close All Editors");
      await openFile(page, "objects.json");
      await page.keyboard.press("Control+A");
      await page.keyboard.press("Control+C");
      await openFile(page, "unformatted.route");
      await page.keyboard.press("Control+End");
      await command(page, "Routewright: Paste JSON", "Routewright: Paste JSON");
      await page.locator(".view-line", { hasText: "queue billing" }).first().waitFor();
    });
    await step("walkthrough", async () => {
      await command(page, "Routewright: First Ten Minutes", "Routewright: First Ten Minutes");
      await page
        .locator(".gettingStartedContainer", { hasText: "Write a policy" })
        .first()
        .waitFor();
    });
    return { passed: checks.passed, failed: checks.failed };
  } finally {
    await close();
  }
}

/** Runs a command by its title. Whatever takes the focus meanwhile closes the list: it is opened again. */
export async function command(page: Page, text: string, row: string): Promise<void> {
  const input = page.locator(".quick-input-widget input").first();
  const found = page.locator(".quick-input-list .monaco-list-row", { hasText: row }).first();
  await until(`the command ${row}`, async () => {
    try {
      await page.keyboard.press("F1");
      await input.fill(`>${text}`, { timeout: 2_000 });
      await found.click({ timeout: 4_000 });
      return true;
    } catch {
      await page.keyboard.press("Escape");
      return false;
    }
  });
  await input.waitFor({ state: "hidden" });
}

export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+P");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor({ state: "visible" });
  await input.fill(name);
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
  await row.waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: name }).first().waitFor();
  await page.locator(".editor-instance .view-line").first().waitFor();
}

async function gotoLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press("Control+G");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor({ state: "visible" });
  await input.fill(`:${line}`);
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}

function word(page: Page, line: string, text: string) {
  return page
    .locator(".view-line", { hasText: line })
    .first()
    .locator("span span", { hasText: text })
    .first();
}

/** The inside of the webview that is shown. */
export async function webview(page: Page, ready: string): Promise<FrameLocator> {
  const inner = page
    .frameLocator("iframe.webview.ready")
    .last()
    .frameLocator("iframe#active-frame");
  await inner.locator(ready).first().waitFor();
  return inner;
}
