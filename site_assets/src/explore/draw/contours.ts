/** A function of two variables on a grid, and its contour lines as SVG. */
import { contours } from "d3-contour";
import type { Span } from "./chart";

/** Heights at evenly spaced points of a rectangle: `values[row · across + column]`, rows from the bottom up. */
export interface Heights {
  x: Span;
  y: Span;
  across: number;
  up: number;
  values: ArrayLike<number>;
}

const SIZE = 1000;
const OUTSIDE = 20;

/** Coordinates of the grid points, in the order of `values`. */
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

/** A closed contour line: points as fractions of the rectangle, 0 … 1. */
export type Ring = [number, number][];

/** The boundary lines of the area above `level`. Values that are not finite count as 1e30. */
export function ringsOf({ across, up, values }: Heights, level: number): Ring[] {
  const finite = Array.from(values, (value) => (Number.isFinite(value) ? value : 1e30));
  const shape = contours().size([across, up]).contour(finite, level);
  // d3 places values at the middles of cells; here they lie on the edges too, so half a cell is cut off each side.
  const fraction = (at: number, count: number): number => Math.max(0, Math.min(1, (at - 0.5) / (count - 1)));
  return shape.coordinates.flatMap((polygon) => polygon.map((ring) => ring.map(([px = 0, py = 0]): [number, number] => [fraction(px, across), fraction(py, up)])));
}

/** SVG path of the area above `level` in a square of 1000, for the even-odd fill rule. */
export function areaPath(heights: Heights, level: number): string {
  // Along the edges the path runs outside the picture, because the edge is no contour line.
  const at = (fraction: number): string => (fraction === 0 ? -OUTSIDE : fraction === 1 ? SIZE + OUTSIDE : fraction * SIZE).toFixed(0);
  return ringsOf(heights, level)
    .map((ring) => `M${ring.map(([x, y]) => `${at(x)} ${at(1 - y)}`).join("L")}Z`)
    .join("");
}

/** SVG paths of the areas above each level. */
export function contourPicture(heights: Heights, levels: readonly number[]): string {
  return levels.map((level) => `<path class="mp-level" d="${areaPath(heights, level)}"/>`).join("");
}
