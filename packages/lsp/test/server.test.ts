import { expect, test } from "vitest";
import { startClient } from "./support/client.ts";

const main = "file:///w/main.route";

test("findings arrive, follow the text, and complete and hover answer", async () => {
  const client = await startClient({
    [main]: "",
    "file:///w/labels.route": 'labels job { region: "NA" | "EU" }\n',
  });
  const first = client.published(main);
  await client.open(main, 'import "./labels.route"\nlet a = job.regoin == "NA"\nlet b = job.\n');
  await first;
  await expect
    .poll(() => client.diagnostics.get(main)?.map((d) => d.code))
    .toContain("unknown-label");
  const completed = await client.request<{ items: { label: string }[] }>(
    "textDocument/completion",
    {
      textDocument: { uri: main },
      position: { line: 2, character: 12 },
    },
  );
  expect(completed.items.map((item) => item.label)).toEqual(["region"]);
  await client.change(main, 'import "./labels.route"\nlet a = job.region == "NA"\nlet b = a\n');
  await expect
    .poll(() => client.diagnostics.get(main)?.map((d) => d.code))
    .not.toContain("unknown-label");
  const hover = await client.request<{ contents: { value: string } }>("textDocument/hover", {
    textDocument: { uri: main },
    position: { line: 1, character: 14 },
  });
  expect(hover.contents.value).toContain('job.region: "NA" | "EU"');
  await client.stop();
});

test("in a folder that is not trusted an import is not read, which is no mistake; trusted, it is", async () => {
  const client = await startClient(
    { [main]: "", "file:///w/labels.route": 'labels job { region: "NA" | "EU" }\n' },
    { initializationOptions: { readWorkspace: false } },
  );
  const first = client.published(main);
  await client.open(main, 'import "./labels.route"\nlet a = job.regoin == "NA"\n');
  await first;
  await expect
    .poll(() => client.diagnostics.get(main)?.map((d) => d.code))
    .toEqual(["import-not-read"]);
  await client.connection.sendNotification("workspace/didChangeConfiguration", {
    settings: { routewright: { readWorkspace: true } },
  });
  await expect
    .poll(() => client.diagnostics.get(main)?.map((d) => d.code))
    .toContain("unknown-label");
  expect(client.diagnostics.get(main)?.map((d) => d.code)).not.toContain("import-not-read");
  await client.stop();
});
