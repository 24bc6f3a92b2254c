import { defineDiagnostic } from "@routewright/diagnostics";

export const fileNotFound = defineDiagnostic({
  code: "file-not-found",
  severity: "error",
  message: (p: { readonly path: string }) => `\`${p.path}\` cannot be read`,
});

export const importPath = defineDiagnostic({
  code: "import-path",
  severity: "error",
  message: (p: { readonly path: string }) =>
    `\`${p.path}\` is not a relative path; imports start with \`./\` or \`../\``,
});

export const importRefused = defineDiagnostic({
  code: "import-refused",
  severity: "error",
  message: (p: { readonly path: string }) => `\`${p.path}\` may not be imported from here`,
});

export const importNotFound = defineDiagnostic({
  code: "import-not-found",
  severity: "error",
  message: (p: { readonly path: string }) => `there is no file \`${p.path}\``,
});

export const importCycle = defineDiagnostic({
  code: "import-cycle",
  severity: "warning",
  message: (p: { readonly chain: readonly string[] }) =>
    p.chain.length < 2
      ? "a file cannot import itself"
      : `this import closes a circle: ${p.chain.map((path) => `\`${path}\``).join(" → ")}`,
});

export const duplicateImport = defineDiagnostic({
  code: "duplicate-import",
  severity: "warning",
  message: (p: { readonly path: string }) => `\`${p.path}\` is already imported`,
});

export const sourceDiagnostics = [
  fileNotFound,
  importPath,
  importRefused,
  importNotFound,
  importCycle,
  duplicateImport,
] as const;
