import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { until } from "../counts.ts";
import { isThere, type Screen } from "../screen.ts";

/** Findings, hover, completion, rename, formatting: what the language server gives. */
export async function editing(screen: Screen): Promise<void> {
  const { page, step, command, openFile, gotoLine, settle, word } = screen;

  await step("squiggle and problem", async () => {
    await openFile("broken.route");
    await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    await command("Problems: Focus on Problems View");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "regoin" }).first().waitFor();
  });
  const hover = page.locator(".monaco-hover:visible", { hasText: "region" }).first();
  // Lenses that arrive move the line away from under the mouse: then it has to go there again.
  const showHover = async (): Promise<void> => {
    await until("the hover", async () => {
      if (await hover.isVisible()) return true;
      await settle();
      await word("job.region", "region").hover();
      const isOpen = await isThere(hover.waitFor({ timeout: 3_000 }));
      // It comes up softly.
      await page.waitForTimeout(400);
      return isOpen;
    });
  };
  await beforePictures(page, showHover, () =>
    step("hover", async () => {
      await command("View: Hide Panel");
      await openFile("main.route");
      await showHover();
    }),
  );
  await step("completion", async () => {
    await settle();
    await gotoLine(12);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("  require job.");
    await page.keyboard.press("Control+Space");
    const list = page.locator(".suggest-widget.visible .monaco-list-row");
    await list.filter({ hasText: "vip" }).first().waitFor();
  });
  await step("colours and lenses", async () => {
    await settle();
    await command("File: Revert File");
    await page.locator(".codelens-decoration", { hasText: /run/iu }).first().waitFor();
  });
  await step("format on save", async () => {
    await openFile("unformatted.route");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("// end");
    await page.keyboard.press("Control+S");
    await page.locator(".view-line", { hasText: 'job { region: "NA" | "EU" }' }).waitFor();
    const saved = (): string => onDisk(screen, "unformatted.route");
    await until("the formatted text on the disk", () =>
      saved().startsWith('labels job { region: "NA" | "EU" }\n'),
    );
  });
  await step("rename across files", async () => {
    await openFile("main.route");
    await page.locator(".codelens-decoration").first().waitFor();
    await word("job.region", "region").click();
    await page.keyboard.press("F2");
    const box = page.locator(".rename-box input");
    await box.waitFor();
    await box.fill("area");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "job.area" }).first().waitFor();
    await command("File: Save All");
    await until(
      "both files on the disk",
      () =>
        /^\s*area:/mu.test(onDisk(screen, "labels.route")) &&
        onDisk(screen, "main.route").includes('job.area == "NA"') &&
        onDisk(screen, "main.route").includes('job { area: "EU"'),
    );
    await openFile("labels.route");
    await page.locator(".view-line", { hasText: "area:" }).first().waitFor();
  });
  await step("rename taken back", async () => {
    await openFile("main.route");
    await word("job.area", "area").click();
    await page.keyboard.press("F2");
    await page.locator(".rename-box input").fill("region");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "job.region" }).first().waitFor();
    await command("File: Save All");
    await until("the old name on the disk", () =>
      /^\s*region:/mu.test(onDisk(screen, "labels.route")),
    );
  });
}

function onDisk({ host }: Screen, name: string): string {
  return readFileSync(join(host.folder, name), "utf8");
}

/** What the key for another theme closes is opened again before the picture. */
async function beforePictures(
  page: Page,
  open: () => Promise<void>,
  run: () => Promise<void>,
): Promise<void> {
  const picture = page.screenshot.bind(page);
  page.screenshot = async (options) => {
    await open();
    return picture(options);
  };
  try {
    await run();
  } finally {
    page.screenshot = picture;
  }
}
