import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderPage, reportPage, type SimulationReport } from "@routewright/runtime/simulate";
import { type ExitCode, exitCodes } from "../failure.ts";
import { outJson } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import { showReport } from "./show.ts";

/** Where the bundled command lies; what stands in the page is beside it. */
declare const __dirname: string;

export interface ReportOptions {
  readonly json?: boolean;
  readonly html?: string;
}

/** Prints and writes a report; says whether all that was expected holds. */
export function finish(report: SimulationReport, options: ReportOptions): ExitCode {
  if (options.html !== undefined) {
    const asset = (name: string): string => readFileSync(join(__dirname, name), "utf8");
    const assets = { script: asset("report-page.js"), style: asset("report-page.css") };
    writeFileAtomic(options.html, renderPage(reportPage(report), assets));
  }
  if (options.json === true) outJson(report);
  else showReport(report);
  return report.expectations.every(({ passed }) => passed) ? exitCodes.fine : exitCodes.findings;
}
