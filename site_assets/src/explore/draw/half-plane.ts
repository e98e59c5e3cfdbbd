/** A linear function over a rectangle: its range, the half-plane above a level, and the line at a level. Exact. */

const SIZE = 1000; // width and height of the SVG's coordinates

/** A function of the plane's coordinates, x · a + y · b + c. */
export type Linear = readonly [a: number, b: number, c: number];

type Corner = readonly [x: number, y: number];

const CORNERS: readonly Corner[] = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** The linear function in fractions of a rectangle, 0 to 1. */
export function inFractions([a, b, c]: Linear, [x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]): Linear {
  return [a * (x1 - x0), b * (y1 - y0), a * x0 + b * y0 + c];
}

/** Lowest and highest value of a linear function in the unit square. */
export function rangeOf(linear: Linear): [low: number, high: number] {
  const values = CORNERS.map((corner) => at(linear, corner));
  return [Math.min(...values), Math.max(...values)];
}

/** SVG path of the part of the unit square where a linear function is at least `level`: exact, a polygon. */
export function halfPlane(linear: Linear, level: number): string {
  const kept: Corner[] = [];
  CORNERS.forEach((corner, i) => {
    const next = CORNERS[(i + 1) % 4]!;
    const [from, to] = [at(linear, corner) - level, at(linear, next) - level];
    if (from >= 0) kept.push(corner);
    if (from >= 0 !== to >= 0) kept.push(between(corner, next, from / (from - to)));
  });
  return kept.length ? `M${kept.map(written).join("L")}Z` : "";
}

/** SVG path of the straight line in the unit square where a linear function is `level`; "" outside. */
export function straightLine(linear: Linear, level = 0): string {
  const ends: Corner[] = [];
  CORNERS.forEach((corner, i) => {
    const next = CORNERS[(i + 1) % 4]!;
    const [from, to] = [at(linear, corner) - level, at(linear, next) - level];
    if (from >= 0 !== to >= 0) ends.push(between(corner, next, from / (from - to)));
  });
  return ends.length === 2 ? `M${ends.map(written).join("L")}` : "";
}

const at = ([a, b, c]: Linear, [x, y]: Corner): number => a * x + b * y + c;
const between = ([x0, y0]: Corner, [x1, y1]: Corner, part: number): Corner => [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
const written = ([x, y]: Corner): string => `${(x * SIZE).toFixed(1)} ${((1 - y) * SIZE).toFixed(1)}`;
