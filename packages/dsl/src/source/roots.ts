/**
 * The files that no other of the files imports: analysing these reaches all of them. Files in a
 * circle of imports have no root among them; the first of them stands in.
 */
export function findRoots(
  files: readonly string[],
  importsOf: (file: string) => readonly string[],
): readonly string[] {
  if (files.length <= 1) return files;
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  const imported = new Set(
    [...imports].flatMap(([file, paths]) => paths.filter((path) => path !== file)),
  );
  const roots = files.filter((file) => !imported.has(file));
  const reached = new Set<string>();
  const reach = (start: string): void => {
    const open = [start];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      open.push(...(imports.get(file) ?? []));
    }
  };
  for (const root of roots) reach(root);
  for (const file of files) {
    if (reached.has(file)) continue;
    roots.push(file);
    reach(file);
  }
  return roots;
}
