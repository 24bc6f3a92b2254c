/**
 * Documents have URIs; the language has paths, which its messages show. A path is relative to the
 * first folder of the workspace, as `routewright check` prints it when it runs there, and
 * absolute without one. Paths use `/`.
 */
export interface PathScheme {
  toPath(uri: string): string;
  toUri(path: string): string;
}

/** @param folder URI of the first workspace folder. */
export function pathScheme(folder: string | undefined): PathScheme {
  const base = folder === undefined ? undefined : splitUri(`${folder.replace(/\/+$/u, "")}/`);
  // Not every document can be reached from the folder: its URI is kept as its path.
  return {
    toPath(uri) {
      const split = splitUri(uri);
      if (split === undefined) return uri;
      if (base === undefined) return split.root === "file://" ? split.path : uri;
      if (split.root !== base.root) return uri;
      return relativePath(base.path, split.path);
    },
    toUri(path) {
      if (/^[a-z][a-z0-9+.-]+:/iu.test(path)) return path;
      if (path.startsWith("/")) return `${base?.root ?? "file://"}${encodePath(path)}`;
      if (base === undefined) return `file:///${encodePath(path)}`;
      return `${base.root}${encodePath(joinPath(base.path, path))}`;
    },
  };
}

/** The path that a relative `specifier` means in the file `from`. */
export function resolvePath(from: string, specifier: string): string {
  const scheme = /^[a-z][a-z0-9+.-]+:/iu.test(from) ? splitUri(from) : undefined;
  if (scheme !== undefined) {
    const path = joinPath(scheme.path.replace(/[^/]*$/u, ""), specifier);
    return `${scheme.root}${encodePath(path)}`;
  }
  return joinPath(from.replace(/[^/]*$/u, ""), specifier);
}

/** A specifier that leads from one file to another: `./labels.route`, `../shared/x.route`. */
export function specifierTo(from: string, to: string): string {
  const path = relativePath(from.replace(/[^/]*$/u, ""), to);
  return path.startsWith("../") ? path : `./${path}`;
}

/** Joins and normalises; a relative path stays one, with `..` in front where it climbs out. */
export function joinPath(folder: string, path: string): string {
  const isAbsolute = folder.startsWith("/");
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push("..");
  }
  return `${isAbsolute ? "/" : ""}${parts.join("/")}`;
}

/** @param folder ends in `/`, or is empty for the folder itself. */
function relativePath(folder: string, path: string): string {
  const from = folder.split("/").slice(0, -1);
  const to = path.split("/");
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}

function splitUri(uri: string): { readonly root: string; readonly path: string } | undefined {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(\/[^?#]*)$/iu.exec(uri);
  const [, root, path] = match ?? [];
  if (root === undefined || path === undefined) return undefined;
  return { root, path: decodePath(path) };
}

function decodePath(path: string): string {
  try {
    return lowerDrive(decodeURIComponent(path));
  } catch {
    return path;
  }
}

/** Editors disagree on the case of a drive's letter. */
function lowerDrive(path: string): string {
  return path.replace(/^\/[A-Z]:/u, (drive) => drive.toLowerCase());
}

/** As VS Code writes URIs, so that they compare equal to the ones it sends. */
function encodePath(path: string): string {
  return path
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replace(
        /[!'()*]/gu,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");
}
