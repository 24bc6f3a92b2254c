import type { Declaration, TestDeclaration } from "@routewright/dsl";
import type { TestItem } from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Wire } from "./compiled.ts";

/** Tests and scenarios of some files, as written: a file that does not compile has them too. */
export function testItems(
  snapshot: Snapshot,
  paths: readonly string[],
  wire: Wire,
): readonly TestItem[] {
  return paths.flatMap((path) =>
    (snapshot.syntax(path)?.program.declarations ?? []).flatMap((declaration) => {
      const item = itemOf(declaration, path, wire);
      return item === undefined ? [] : [item];
    }),
  );
}

/** Rows of tables of cases are counted through a test. */
export function testId(path: string, kind: string, name: string, row?: number): string {
  return `${path}::${kind}::${name}${row === undefined ? "" : `#${row}`}`;
}

function itemOf(declaration: Declaration, path: string, wire: Wire): TestItem | undefined {
  const { kind } = declaration;
  if (kind !== "test" && kind !== "scenario") return undefined;
  const { name, span } = declaration as TestDeclaration;
  if (name === undefined) return undefined;
  const range = wire.location(path, span)?.range;
  const nameRange = wire.location(path, name.span)?.range;
  if (range === undefined || nameRange === undefined) return undefined;
  return {
    id: testId(path, kind, name.value),
    label: name.value,
    kind: kind === "test" ? "test" : "scenario",
    uri: wire.uri(path),
    range,
    nameRange,
    children: kind === "test" ? rowsOf(declaration, path, wire) : [],
  };
}

function rowsOf(test: TestDeclaration, path: string, wire: Wire): readonly TestItem[] {
  let row = 0;
  return test.items.flatMap((item) => {
    if (item.kind !== "cases") return [];
    return item.rows.flatMap((each): TestItem[] => {
      row++;
      const range = wire.location(path, each.span)?.range;
      if (range === undefined) return [];
      return [
        {
          id: testId(path, "test", test.name?.value ?? "", row),
          label: `row ${row}`,
          kind: "case",
          uri: wire.uri(path),
          range,
          nameRange: range,
          children: [],
        },
      ];
    });
  });
}
