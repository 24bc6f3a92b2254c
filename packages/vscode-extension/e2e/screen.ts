import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type Checks, type Counts, startChecks, until } from "./counts.ts";
import type { EditorHost } from "./editor-host.ts";
import { type Theme, themes } from "./theme-switch.ts";

/** The editor as a person has it: what they do, and the pictures of what they then see. */
export interface Screen {
  readonly page: Page;
  readonly host: EditorHost;
  /**
   * Does something and takes a picture of what it led to, in each theme. A step that fails leaves
   * a picture too, `failed NAME.png`, and the next ones go on.
   */
  step(name: string, run: () => Promise<void>): Promise<void>;
  /** Opens the folder of the host, or loads it anew. */
  load(): Promise<void>;
  /** Begins anew: no editor, no panel, no message, the explorer in front. */
  clear(): Promise<void>;
  /** Runs a command by its whole title, as the palette lists it. */
  command(title: string): Promise<void>;
  openFile(name: string): Promise<void>;
  gotoLine(line: number): Promise<void>;
  /** A word of the editor, on a line with these words. */
  word(line: string, text: string): Locator;
  /** The inside of the webview that shows `ready`. */
  webview(ready: string): Promise<FrameLocator>;
  /** Chooses from the menu of a thing; `done` waits for what that leads to, for some seconds. */
  choose(thing: Locator, item: string, done: Locator): Promise<void>;
  /** Whatever popped up closes, and the mouse covers nothing. */
  settle(): Promise<void>;
}

export type Suite = (screen: Screen) => Promise<void>;

const patienceMs = 60_000;

/**
 * Uses the extension as a person would, suite by suite, in one window for as long as all goes well.
 * A suite that fails is played once more with a new editor and a new browser, and that counts: an
 * editor under load loses a key or a message now and then, a fault comes again.
 */
export async function throughTheScreen(
  startHost: () => Promise<EditorHost>,
  folder: string,
  suites: readonly (readonly [string, Suite])[],
): Promise<Counts> {
  for (const theme of themes) mkdirSync(join(folder, theme.folder), { recursive: true });
  let passed = 0;
  let failed = 0;
  let window = await openWindow(startHost);
  try {
    for (const [name, suite] of suites) {
      let checks = await playSuite(window, folder, name, suite);
      if (checks.failed > 0) {
        await window.close();
        window = await openWindow(startHost);
        checks = await playSuite(window, folder, `${name}, a second time`, suite);
      }
      passed += checks.passed;
      failed += checks.failed;
    }
    return { passed, failed };
  } finally {
    await window.close();
  }
}

interface Window {
  readonly page: Page;
  readonly host: EditorHost;
  close(): Promise<void>;
}

async function openWindow(startHost: () => Promise<EditorHost>): Promise<Window> {
  const host = await startHost();
  const browser = await openBrowser();
  browser.page.setDefaultTimeout(patienceMs);
  return {
    page: browser.page,
    host,
    async close() {
      await browser.close();
      await host.stop();
    },
  };
}

async function playSuite(
  { page, host }: Window,
  folder: string,
  name: string,
  suite: Suite,
): Promise<Checks> {
  console.log(`  ${name}`);
  const checks = startChecks(
    (line) => console.log(`  ${line}`),
    async (step) => {
      await page.screenshot({ path: join(folder, `failed ${step}.png`) });
    },
  );
  const screen = screenOf(page, host, checks, folder);
  // In a window that knows nothing of the suite before.
  await checks.attempt(`${name}: begins`, async () => {
    await screen.load();
    await screen.clear();
  });
  await checks.attempt(name, () => suite(screen));
  // What is left unsaved would come back in the next window.
  await checks.attempt(`${name}: ends`, () => screen.clear());
  return checks;
}

function screenOf(page: Page, host: EditorHost, checks: Checks, folder: string): Screen {
  const screen: Screen = {
    page,
    host,
    step: (name, run) =>
      checks.check(name, async () => {
        await run();
        const picture = `${name}.png`;
        await inEachTheme(page, (theme) =>
          page.screenshot({ path: join(folder, theme.folder, picture) }),
        );
      }),
    async load() {
      await page.goto(`${host.url}/?folder=${encodeURIComponent(host.folder)}`);
      await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    },
    async clear() {
      await screen.settle();
      if (await page.locator(".part.panel").isVisible()) await screen.command("View: Hide Panel");
      if (await page.locator(".notification-toast").first().isVisible()) {
        await screen.command("Notifications: Clear All Notifications");
      }
      await screen.command("View: Show Explorer");
      const dropped = page
        .locator(".monaco-dialog-box")
        .getByRole("button", { name: "Don't Save" });
      const tabs = page.locator(".tab");
      // What was never saved comes back a while after the window, and asks before it goes.
      await until("no editor", async () => {
        if (await dropped.isVisible()) await dropped.click();
        else if ((await tabs.count()) > 0) await screen.command("View: Close All Editors");
        return (await tabs.count()) === 0;
      });
    },
    async command(title) {
      const input = page.locator(".quick-input-widget input").first();
      const found = page
        .locator(".quick-input-list .monaco-list-row")
        .filter({ has: page.getByText(title, { exact: true }) })
        .first();
      // Whatever takes the focus meanwhile closes the list: it is opened again.
      await until(`the command ${title}`, async () => {
        try {
          await page.keyboard.press("F1");
          await input.fill(`>${title}`, { timeout: 2_000 });
          await found.click({ timeout: 4_000 });
          return true;
        } catch {
          await page.keyboard.press("Escape");
          return false;
        }
      });
      // A command that asks something has the same box for it.
      await until("the palette to close", async () => {
        return !(await input.isVisible()) || !(await input.inputValue()).startsWith(">");
      });
    },
    async openFile(name) {
      const input = page.locator(".quick-input-widget input").first();
      const row = page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
      const tab = page.locator(".editor-group-container.active .tab.active", { hasText: name });
      await until(`the file ${name}`, async () => {
        try {
          await page.keyboard.press("Control+P");
          await input.fill(name, { timeout: 2_000 });
          await row.click({ timeout: 4_000 });
          // A row of the list before may have been hit.
          await tab.waitFor({ timeout: 4_000 });
          return true;
        } catch {
          await page.keyboard.press("Escape");
          return false;
        }
      });
      await page.locator(".editor-instance .view-line").first().waitFor();
    },
    async gotoLine(line) {
      const input = page.locator(".quick-input-widget input").first();
      const there = page.locator(".statusbar-item", { hasText: new RegExp(`^Ln ${line},`, "u") });
      await until(`line ${line}`, async () => {
        try {
          await page.keyboard.press("Control+G");
          await input.fill(`:${line}`, { timeout: 2_000 });
          await page.keyboard.press("Enter");
          await there.waitFor({ timeout: 4_000 });
          await input.waitFor({ state: "hidden", timeout: 2_000 });
          return true;
        } catch {
          await page.keyboard.press("Escape");
          return false;
        }
      });
    },
    word: (line, text) =>
      page
        .locator(".view-line", { hasText: line })
        .first()
        .locator("span span", { hasText: text })
        .first(),
    webview: (ready) =>
      until(
        `a webview with ${ready}`,
        async () => {
          const frames = page.locator("iframe.webview.ready");
          for (let index = (await frames.count()) - 1; index >= 0; index--) {
            if (!(await frames.nth(index).isVisible())) continue;
            const inner = frames.nth(index).contentFrame().frameLocator("iframe#active-frame");
            if (await inner.locator(ready).first().isVisible()) return inner;
          }
          return undefined;
        },
        patienceMs,
      ),
    async choose(thing, item, done) {
      const entry = page.locator(".monaco-menu .action-label", { hasText: item }).first();
      // A menu takes no click in its first moments.
      await until(`what ${item} leads to`, async () => {
        if (await done.isVisible()) return true;
        if (!(await entry.isVisible())) await thing.click({ button: "right" });
        await entry.click({ timeout: 3_000 }).catch(() => undefined);
        return isThere(done.waitFor({ timeout: 3_000 }));
      });
    },
    async settle() {
      await page.mouse.move(680, 845);
      await page.keyboard.press("Escape");
    },
  };
  return screen;
}

export function isThere(wait: Promise<unknown>): Promise<boolean> {
  return wait.then(
    () => true,
    () => false,
  );
}

/** The same screen in each theme, back in the first one after it. */
async function inEachTheme(page: Page, run: (theme: Theme) => Promise<unknown>): Promise<void> {
  const turnTo = async ({ key, mark }: Theme): Promise<void> => {
    const keys = key
      .replace(/\b[a-z]/gu, (first) => first.toUpperCase())
      .replace("Ctrl", "Control");
    const turned = page.locator(`.monaco-workbench.${mark}`);
    await until(`the theme ${mark}`, async () => {
      await page.keyboard.press(keys);
      return isThere(turned.waitFor({ timeout: 5_000 }));
    });
    // Webviews are told after the workbench, and tell nobody when they have painted.
    await page.waitForTimeout(300);
  };
  const [first, ...others] = themes;
  // Hovers and menus come up softly.
  await page.waitForTimeout(200);
  await run(first);
  // A question that waits for its answer lets no other key through.
  if (await page.locator(".monaco-dialog-box").isVisible()) return;
  for (const theme of others) {
    await turnTo(theme);
    await run(theme);
  }
  await turnTo(first);
}
