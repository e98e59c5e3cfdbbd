/** A function of two numbers on a grid: its values, its lines of equal height, and their picture. */
import { contours } from "d3-contour";
import type { Span } from "./chart";

/** Heights over a rectangle: `values[row · across + column]`, rows from the bottom up, at evenly spaced points. */
export interface Heights {
  x: Span;
  y: Span;
  across: number;
  up: number;
  values: ArrayLike<number>;
}

const SIZE = 1000;
const OUT = 20;

/** The places of the grid, in the order of `values`. */
export function placesOf({ x, y, across, up }: Omit<Heights, "values">): { xs: number[]; ys: number[] } {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let row = 0; row < up; row += 1) {
    for (let column = 0; column < across; column += 1) {
      xs.push(x[0] + ((x[1] - x[0]) * column) / (across - 1));
      ys.push(y[0] + ((y[1] - y[0]) * row) / (up - 1));
    }
  }
  return { xs, ys };
}

/** A ring of a contour: points in shares of the rectangle, from 0 to 1. */
export type Ring = [number, number][];

/** The rings that bound where the function is above `level`. */
export function ringsOf({ across, up, values }: Heights, level: number): Ring[] {
  const held = Array.from(values, (value) => (Number.isFinite(value) ? value : 1e30));
  const shape = contours().size([across, up]).contour(held, level);
  // d3 counts cells from their corners; ours are points, so that half a cell is cut off each edge.
  const share = (at: number, count: number): number => Math.max(0, Math.min(1, (at - 0.5) / (count - 1)));
  return shape.coordinates.flatMap((polygon) => polygon.map((ring) => ring.map(([px = 0, py = 0]): [number, number] => [share(px, across), share(py, up)])));
}

/** SVG path, in a square of 1000, of the area above `level`; filled by the even-odd rule. */
export function areaPath(heights: Heights, level: number): string {
  // Along the edges it lies outside, so that no line of equal height is seen where there is none.
  const at = (share: number): string => (share === 0 ? -OUT : share === 1 ? SIZE + OUT : share * SIZE).toFixed(0);
  return ringsOf(heights, level)
    .map((ring) => `M${ring.map(([x, y]) => `${at(x)} ${at(1 - y)}`).join("L")}Z`)
    .join("");
}

/** Areas that darken with height, bounded by lines, as SVG elements. */
export function contourPicture(heights: Heights, levels: readonly number[]): string {
  return levels.map((level) => `<path class="mp-level" d="${areaPath(heights, level)}"/>`).join("");
}
