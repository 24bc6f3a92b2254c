import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { clientStore, createClient, type ObjectStore } from "@routewright/azure";
import type { FrameLocator } from "playwright-core";
import { until } from "./counts.ts";
import { changedPolicy, planted } from "./deploy-workspace.ts";
import type { Screen, Suite } from "./screen.ts";

/**
 * The emulator and deploying as a person meets them.
 *
 * @param onLeft told the address of the emulator that still runs in the end.
 */
export function deploying(onLeft: (clock: string) => void): Suite {
  return (screen) => deploy(screen, onLeft);
}

async function deploy(screen: Screen, onLeft: (clock: string) => void): Promise<void> {
  const { page, host, openFile, command, webview } = screen;
  const step: Screen["step"] = (name, run) =>
    screen.step(name, async () => {
      await run();
      // Messages come and go softly; a picture of one half there shows nothing.
      await page
        .locator(".notification-toast", { hasText: "Applying" })
        .first()
        .waitFor({ state: "hidden" });
      await page.waitForTimeout(400);
    });
  const status = page.locator(".statusbar-item", { hasText: "Emulator" }).first();
  const quickPick = page.locator(".quick-input-list .monaco-list-row");
  const dialog = page.locator(".monaco-dialog-box");
  const toast = page.locator(".notification-toast");
  let store: ObjectStore | undefined;
  const service = (): ObjectStore => {
    if (store === undefined) throw new Error("the connection string was not copied");
    return store;
  };
  await step("emulator off beside a policy", async () => {
    await openFile("main.route");
    await status.filter({ hasText: "Emulator off" }).waitFor();
  });
  await step("status bar menu", async () => {
    await status.click();
    await status.filter({ hasText: /Emulator :\d+/u }).waitFor();
    await status.click();
    await quickPick.filter({ hasText: "Copy Connection String" }).first().waitFor();
  });
  await step("frozen clock", async () => {
    await quickPick.filter({ hasText: "Copy Connection String" }).first().click();
    const text = await until("the connection string", async () => {
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      return copied.startsWith("endpoint=http://127.0.0.1:") ? copied : undefined;
    });
    store = clientStore(createClient(text, { allowInsecureConnection: true }));
    await status.click();
    await quickPick.filter({ hasText: "Freeze the Clock" }).first().click();
    await status.filter({ hasText: "frozen" }).waitFor();
    await status.click();
    await quickPick.filter({ hasText: "Let the Clock Run" }).first().click();
    await status.filter({ hasText: "frozen" }).waitFor({ state: "hidden" });
    await status.click();
    await quickPick.filter({ hasText: "Advance the Clock" }).first().click();
    await page.locator(".quick-input-widget input").first().fill("2h");
  });
  await step("which service", async () => {
    await page.keyboard.press("Enter");
    await command("Routewright: Plan a Deployment…");
    await quickPick.filter({ hasText: "Emulator" }).first().waitFor();
  });
  await step("plan of what is new", async () => {
    await quickPick.filter({ hasText: "Emulator" }).first().click();
    const inner = await webview("rw-deploy header");
    await counted(inner, "7 to create");
    await inner.locator("rw-deploy .changes > li").nth(6).waitFor();
  });
  await step("question before applying", async () => {
    const inner = await webview("rw-deploy header");
    await inner.locator("rw-deploy button[data-action=apply]").click();
    await dialog.filter({ hasText: "7 to create, 0 to update, 0 to delete" }).waitFor();
  });
  await step("a credential that is not at hand", async () => {
    await dialog.getByRole("button", { name: "Apply to emulator" }).click();
    await toast.filter({ hasText: "ROUTEWRIGHT_E2E_SCORING_KEY" }).first().waitFor();
  });
  await step("its value is asked for unseen", async () => {
    await toast.getByRole("button", { name: "Enter Values" }).first().click();
    const input = page.locator(".quick-input-widget input[type=password]").first();
    await input.waitFor();
    await input.fill(planted.SCORING_KEY);
  });
  await step("applied", async () => {
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-widget input").first().waitFor({ state: "hidden" });
    const inner = await webview("rw-deploy header");
    await confirm(inner);
    await inner.locator("rw-deploy .banner", { hasText: "Applied: 7 changes" }).waitFor();
  });
  await step("plan of a change", async () => {
    writeFileSync(join(host.folder, "main.route"), changedPolicy);
    const inner = await webview("rw-deploy header");
    // The editor hears of the file in its own time.
    await until("the changed plan", async () => {
      await inner.locator("rw-deploy button[data-action=plan]").click();
      return counted(inner, "1 to delete", 4_000).then(
        () => true,
        () => false,
      );
    });
    await inner.locator("rw-deploy .groups li").first().waitFor();
  });
  await step("diff of an object", async () => {
    const inner = await webview("rw-deploy header");
    const change = inner.locator('rw-deploy li[data-key="classificationPolicies/intake"]');
    await change.getByRole("button", { name: "Open diff" }).click();
    await page.locator(".tab.active", { hasText: "intake: live ↔ planned" }).first().waitFor();
    await page
      .locator(".monaco-diff-editor .line-insert, .diff-editor .line-insert")
      .first()
      .waitFor();
  });
  await step("question that lists what is deleted", async () => {
    await page.locator(".tab", { hasText: "Plan: emulator" }).first().click();
    const inner = await webview("rw-deploy header");
    await inner.locator("rw-deploy button[data-action=apply]").click();
    await dialog.filter({ hasText: "queues/apac" }).waitFor();
  });
  await step("refused, since something moved", async () => {
    await service().patch("queues", "na", { name: "somebody else's" }, { kind: "absent" });
    await dialog.getByRole("button", { name: "Apply to emulator" }).click();
    const inner = await webview("rw-deploy header");
    await inner.locator("rw-deploy .banner", { hasText: "queue `na` was changed" }).waitFor();
    await toast.filter({ hasText: "Plan Again" }).first().waitFor();
  });
  await step("planned again with what somebody else did", async () => {
    await toast.getByRole("button", { name: "Plan Again" }).first().click();
    const inner = await webview("rw-deploy header");
    await inner.locator("rw-deploy .since").first().waitFor();
    await confirm(inner);
    await inner.locator("rw-deploy .banner", { hasText: "Applied" }).waitFor();
  });
  await step("drift", async () => {
    await service().patch("queues", "na", { labels: { region: "APAC" } }, { kind: "absent" });
    await service().patch(
      "distributionPolicies",
      "longest",
      { name: "Longest" },
      { kind: "absent" },
    );
    const inner = await webview("rw-deploy header");
    await inner.locator("rw-deploy button[data-action=drift]").click();
    await counted(inner, "2 changed by somebody else");
    await inner.locator("rw-deploy .steps code", { hasText: "routewright adopt" }).waitFor();
  });
  await step("its connection string is asked for unseen", async () => {
    await command("Routewright: Add a Target…");
    await page.locator(".quick-input-widget input").first().fill("staging");
    await page.keyboard.press("Enter");
    await quickPick.filter({ hasText: "Connection string" }).first().click();
    const unseen = page.locator(".quick-input-widget input[type=password]").first();
    await unseen.waitFor();
    await unseen.fill(`endpoint=${staging}/;accesskey=${planted.ACCESS_KEY}`);
  });
  await step("a target by its name", async () => {
    await page.keyboard.press("Enter");
    const settings = join(host.folder, ".vscode/settings.json");
    const wanted = [{ name: "staging", endpoint: staging, credential: "connectionString" }];
    await until("the setting, and nothing else in it", () => {
      const text = existsSync(settings) ? readFileSync(settings, "utf8") : "";
      return (
        text.trim() !== "" && isDeepStrictEqual(JSON.parse(text), { "routewright.targets": wanted })
      );
    });
    await command("Routewright: Plan a Deployment…");
    await quickPick.filter({ hasText: "staging" }).first().waitFor();
  });
  await step("stopped", async () => {
    await page.keyboard.press("Escape");
    await status.click();
    await quickPick.filter({ hasText: "Stop" }).first().click();
    await status.filter({ hasText: "Emulator :" }).waitFor({ state: "hidden" });
  });
  await step("started again", async () => {
    await openFile("main.route");
    await status.click();
    await status.filter({ hasText: /Emulator :\d+/u }).waitFor();
    const [, port = ""] = /:(\d+)/u.exec((await status.textContent()) ?? "") ?? [];
    const clock = `http://127.0.0.1:${port}/_emulator/clock`;
    if (!(await fetch(clock)).ok) throw new Error("it does not answer");
    onLeft(clock);
  });
  await step("no credential on any page", async () => {
    const texts = await Promise.all(page.frames().map((frame) => frame.content().catch(() => "")));
    const all = texts.join("\n");
    for (const secret of Object.values(planted)) {
      if (all.includes(secret)) throw new Error(`${secret} is on a page`);
    }
  });
  async function confirm(inner: FrameLocator): Promise<void> {
    await inner.locator("rw-deploy button[data-action=apply]").click();
    await dialog.getByRole("button", { name: "Apply to emulator" }).click();
  }
}

const staging = "https://staging.unitedstates.communication.azure.com";

async function counted(inner: FrameLocator, text: string, timeout = 30_000): Promise<void> {
  await inner.locator("rw-deploy .counts span", { hasText: text }).first().waitFor({ timeout });
}
