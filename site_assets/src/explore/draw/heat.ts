/** A heat map over a plane as SVG: smooth shades from blue (low) to orange (high), and contour lines. */
import { contours } from "d3-contour";
import { border } from "../../core/frame";

const LEVELS = 20; // shades for each sign
const SIZE = 1000;

/**
 * Shades of a function with values from −1 (blue) to 1 (orange). above: SVG path of the area where the function, or
 * its negative, is above a level. Nested areas add up: the k-th of n makes the shade k / n.
 */
export function shades(above: (level: number, negative: boolean) => string): string {
  const side = (negative: boolean): string => {
    let paths = "";
    for (let k = 1; k <= LEVELS; k += 1) {
      const d = above((k - 0.5) / LEVELS, negative);
      if (!d) break;
      paths += `<path${negative ? ' class="mp-low"' : ""} fill-opacity="${(1 / (LEVELS - k + 1)).toFixed(3)}" d="${d}"/>`;
    }
    return paths;
  };
  return `<g class="mp-shades">${side(true)}${side(false)}</g>`;
}

/**
 * values: n × n at the cells' centres, −1 (blue) … 1 (orange), rows from the bottom up, linear in between.
 * scale: maps a level to the scale of `values`, where that is another one.
 */
export function heat(values: ArrayLike<number>, n: number, scale: (level: number) => number = (level) => level): string {
  const [up, down] = [extended(values, n, 1), extended(values, n, -1)];
  return shades((level, negative) => areaAbove(negative ? down : up, n + 2, scale(level)));
}

/** The contour line at `level` of n × n values. */
export function isoline(values: ArrayLike<number>, n: number, level = 0, className = "mp-border"): string {
  return `<path class="${className}" d="${border(Array.from(values, (value) => value - level), n)}"/>`;
}

/** n × n values, times `sign`, continued by a cell on every side. Values that are not finite count as 0. */
function extended(values: ArrayLike<number>, n: number, sign: 1 | -1): number[] {
  const inside = (i: number): number => Math.max(0, Math.min(n - 1, i - 1));
  const continued = (i: number, at: (i: number) => number): number => (i === 0 ? 2 * at(0) - at(1) : i > n ? 2 * at(n - 1) - at(n - 2) : at(i - 1));
  return Array.from({ length: (n + 2) ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / (n + 2)), i % (n + 2)];
    const value = continued(row, (y) => continued(column, (x) => values[y * n + x]!));
    const finite = Number.isFinite(value) ? value : values[inside(row) * n + inside(column)]!;
    return Number.isFinite(finite) ? sign * finite : 0;
  });
}

/** The area above `level` of values made by `extended`, side × side of them. */
function areaAbove(values: number[], side: number, level: number): string {
  // d3 places the values at the middles of cells; the outermost cells are outside the picture.
  const fraction = (place: number): number => Math.max(0, Math.min(1, (place - 1) / (side - 2)));
  return contours().size([side, side]).contour(values, level).coordinates
    .flatMap((polygon) => polygon.map((ring) => `M${ring.slice(0, -1).map(([x = 0, y = 0]) => `${(fraction(x) * SIZE).toFixed(0)} ${((1 - fraction(y)) * SIZE).toFixed(0)}`).join("L")}Z`))
    .join("");
}

/** Centres of n × n cells over a rectangle, rows from the bottom up: x, y, x, y … */
export function middles([x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number], n: number): Float32Array<ArrayBuffer> {
  const points = new Float32Array(2 * n * n);
  for (let i = 0; i < n * n; i++) {
    points[2 * i] = x0 + (x1 - x0) * (((i % n) + 0.5) / n);
    points[2 * i + 1] = y0 + (y1 - y0) * ((Math.floor(i / n) + 0.5) / n);
  }
  return points;
}
