/** Parts of composite kinds: several inputs or outputs in one vector, each of its own kind. */
import type { KindSpec } from "./contract";

export interface Part {
  readonly name: string;
  readonly spec: KindSpec;
}

/** Returns names and specs of the parts, in the order of their values. */
export function partsOf(spec: KindSpec): Part[] {
  const names = spec["names"] as readonly string[];
  return (spec["parts"] as readonly KindSpec[]).map((part, i) => ({ name: names[i] ?? "", spec: part }));
}

/** Returns the place of each part's values in the vector: start, end. */
export function slicesOf(parts: readonly Part[]): [number, number][] {
  let end = 0;
  return parts.map(({ spec }) => {
    const start = end;
    end += spec.shape.reduce((product, size) => product * size, 1);
    return [start, end];
  });
}

/** Returns the text of each part, its default where the text leaves it out; null if the text is invalid. */
export function textsOf(text: string, parts: readonly Part[]): string[] | null {
  const whole = text.trim();
  const marks = Array.from(whole.matchAll(/(?:^|;)\s*([^=;]*?)\s*=/g));
  if (marks[0]?.index !== 0) return null;
  const found = new Map<string, string>();
  for (const [i, mark] of marks.entries()) {
    const [start, name = ""] = mark;
    if (found.has(name) || !parts.some((each) => each.name === name)) return null;
    found.set(name, whole.slice(mark.index + start.length, marks[i + 1]?.index).trim());
  }
  return parts.map(({ name, spec }) => found.get(name) ?? String(spec["default"]));
}
