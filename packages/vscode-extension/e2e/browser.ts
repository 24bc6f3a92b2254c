import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export interface Browser {
  readonly page: Page;
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** A browser with a profile of its own; webviews of the web host need third-party storage. */
export async function openBrowser(): Promise<Browser> {
  const executable = process.env.CHROMIUM ?? executablePath.find((path) => existsSync(path));
  if (executable === undefined) {
    throw new Error("no Chromium: `apt-get install chromium`, or name one in CHROMIUM");
  }
  const profile = mkdtempSync(join(tmpdir(), "routewright-browser-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(
    join(profile, "Default/Preferences"),
    JSON.stringify({ profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }),
  );
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    viewport: { width: 1360, height: 850 },
    permissions: ["clipboard-read", "clipboard-write"],
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const log: string[] = [];
  page.on("console", (message) => log.push(`[${message.type()}] ${message.text()}`));
  page.on("pageerror", (error) => log.push(`[pageerror] ${error.message}`));
  return {
    page,
    log,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
