// npm run test:page
// The emulator's status page in a real browser: what it shows, its buttons, light and dark.
// Screenshots go to node_modules/.cache/emulator-page. Ends with `N passed, M failed`.
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { startEmulator } from "@routewright/emulator";
import { chromium } from "playwright-core";

const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? known.find((path) => existsSync(path));
if (executablePath === undefined) {
  console.log("no Chromium: `apt-get install chromium`, or name one in CHROMIUM");
  console.log("0 passed, 1 failed");
  process.exit(1);
}
const shots = "node_modules/.cache/emulator-page";
mkdirSync(shots, { recursive: true });

const markup = "<img src=x onerror=alert(1)>";
const emulator = await startEmulator({
  objects: {
    distributionPolicies: [
      { id: "d", offerExpiresAfterSeconds: 60, mode: { kind: "longestIdle" } },
    ],
    queues: [
      { id: "support", distributionPolicyId: "d" },
      { id: markup, name: markup, distributionPolicyId: "d" },
    ],
    workers: [
      {
        id: "ann",
        capacity: 1,
        queues: ["support"],
        channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
        availableForOffers: true,
      },
    ],
    jobs: ["call-1", "call-2"].map((id) => ({ id, channelId: "voice", queueId: "support" })),
  },
});
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const complaints: string[] = [];
// An emulator that was stopped is missed by the page that still asks it.
page.on(
  "console",
  (message) =>
    message.type() === "error" &&
    !message.text().includes("ERR_CONNECTION_REFUSED") &&
    complaints.push(message.text()),
);
page.on("pageerror", (error) => complaints.push(error.message));
page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));

let passed = 0;
let failed = 0;
async function check(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const shows = (selector: string, text: string) =>
  page.locator(selector, { hasText: text }).first().waitFor({ timeout: 5_000 });

await check("an empty one says how to begin", async () => {
  const empty = await startEmulator();
  await page.goto(empty.endpoint);
  await shows("#begin", "connection string");
  await shows("#queues tr", "No queues yet");
  await page.screenshot({ path: `${shots}/empty.png` });
  await empty.stop();
});
await check("queues, waiting jobs, workers, offers and events are there", async () => {
  await page.goto(emulator.endpoint);
  await shows("#queues tr", "support");
  await shows("#waiting tr", "call-2");
  await shows("#workers tr", "call-1");
  await shows("#events tr", "WorkerOfferIssued");
});
await check("ids are text, whatever they hold", async () => {
  await shows("#queues button", markup);
  assert.equal(await page.locator("img").count(), 0);
});
await check("the clock freezes by the keyboard, and says so", async () => {
  await page.locator("#freeze").focus();
  await page.keyboard.press("Enter");
  await page.locator('#freeze[aria-pressed="true"]').waitFor({ timeout: 5_000 });
  await shows("#pace", "frozen");
});
await check("a jump of the clock lets the offer expire", async () => {
  await page.getByRole("button", { name: "+5 min" }).click();
  await shows("#events tr", "WorkerOfferExpired");
  await shows("#workers tr", "inactive");
});
await check("another queue can be looked into", async () => {
  await page.getByRole("button", { name: markup }).click();
  await shows("#waiting tr", "Nobody waits");
});
await check(
  "of 50 queues those where most wait come first; long lists say how long they are",
  async () => {
    const queues = Array.from({ length: 50 }, (_, number) => ({
      id: `A_QUEUE_WITH_A_LONG_NAME_${number}`,
      distributionPolicyId: "d",
    }));
    const jobs = Array.from({ length: 200 }, (_, number) => ({
      id: `job-${number}`,
      channelId: "voice",
      queueId: `A_QUEUE_WITH_A_LONG_NAME_${number % 4 === 0 ? 31 : 47}`,
    }));
    await fetch(`${emulator.endpoint}/_emulator/seed`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ queues, jobs }),
    });
    await shows("#queues tr:first-child", "A_QUEUE_WITH_A_LONG_NAME_47");
    await shows("#queue-count", "52");
    await page.getByRole("button", { name: "A_QUEUE_WITH_A_LONG_NAME_47" }).click();
    await shows("#queue", "50 of 150");
  },
);
await check("it reads well in light and dark, wide and narrow", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${shots}/${colorScheme}.png` });
  }
  const colour = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const dark = await colour();
  await page.emulateMedia({ colorScheme: "light" });
  assert.notEqual(await colour(), dark);
  await page.setViewportSize({ width: 380, height: 800 });
  await page.screenshot({ path: `${shots}/narrow.png` });
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(overflow), 0);
});
await check("nothing was complained about, by the content security policy neither", () => {
  assert.deepEqual(complaints, []);
  return Promise.resolve();
});

await browser.close();
await emulator.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
