import { openBrowser } from "./browser.ts";

const limitMs = 400_000;

/** Opens a page whose editor runs the suite in its extension host; resolves with its output. */
export async function runInHost(url: string): Promise<{ passed: number; failed: number }> {
  const { page, log, close } = await openBrowser();
  const lines: string[] = [];
  try {
    const code = new Promise<number>((resolve) => {
      void page.exposeFunction("codeAutomationExit", (exit: number) => resolve(exit));
    });
    await page.exposeFunction("codeAutomationLog", (_type: string, args: readonly unknown[]) => {
      const line = args.map(String).join(" ");
      lines.push(line);
      if (/^(ok|not ok|activation)/u.test(line)) console.log(`  ${line}`);
    });
    await page.goto(url);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), limitMs);
    });
    const exit = await Promise.race([code, late]);
    clearTimeout(timer);
    const counts = lines.map((line) => /^(\d+) passed, (\d+) failed$/u.exec(line)).find(Boolean);
    if (counts === undefined || counts === null) {
      console.error(`  the suite ended (${exit}) without a count:\n${log.slice(-30).join("\n")}`);
      return { passed: 0, failed: 1 };
    }
    return { passed: Number(counts[1]), failed: Number(counts[2]) };
  } finally {
    await close();
  }
}
