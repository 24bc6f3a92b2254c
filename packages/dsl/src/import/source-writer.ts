/** Source text being written, and which part of it says which value (JSON pointers). */
export interface SourceWriter {
  add(text: string): void;
  /** What `write` adds says the value at `pointer`. */
  saying(pointer: string, write: () => void): void;
  text(): string;
  /** The pointer of the smallest part around an offset. */
  pointerAt(offset: number): string | undefined;
}

export function createSourceWriter(): SourceWriter {
  const parts: string[] = [];
  const places: { readonly start: number; readonly end: number; readonly pointer: string }[] = [];
  let length = 0;
  return {
    add(text) {
      parts.push(text);
      length += text.length;
    },
    saying(pointer, write) {
      const start = length;
      write();
      // Inner parts end first, so they come first.
      places.push({ start, end: length, pointer });
    },
    text: () => parts.join(""),
    pointerAt: (offset) =>
      places.find((place) => place.start <= offset && offset < place.end)?.pointer,
  };
}
