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
