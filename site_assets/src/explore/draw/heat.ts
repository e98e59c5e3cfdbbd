/** A heat map over a plane as SVG: cells from blue (low) to orange (high), and contour lines. */
import { border } from "../../core/frame";

const LEVELS = 16; // shades for each sign
const SIZE = 1000;

/**
 * values: n × n, −1 (blue) … 1 (orange), rows from the bottom up. Each shade is one path, so that writing and
 * patching are fast.
 */
export function heat(values: ArrayLike<number>, n: number): string {
  const side = SIZE / n;
  const paths = new Map<number, string>();
  for (let i = 0; i < n * n; i++) {
    const level = Math.round(Math.max(-1, Math.min(1, values[i] ?? 0)) * LEVELS);
    if (level === 0 || Number.isNaN(level)) continue;
    const [column, row] = [i % n, n - 1 - Math.floor(i / n)];
    const [left, right, top, bottom] = [column, column + 1, row, row + 1].map((at) => String(Math.round(at * side)));
    paths.set(level, `${paths.get(level) ?? ""}M${left!} ${top!}H${right!}V${bottom!}H${left!}z`);
  }
  const shades = [...paths].sort(([a], [b]) => a - b);
  const drawn = shades.map(([level, d]) => `<path${level < 0 ? ' class="mp-low"' : ""} fill-opacity="${(Math.abs(level) / LEVELS).toFixed(3)}" d="${d}"/>`);
  return `<g class="mp-cells">${drawn.join("")}</g>`;
}

/** The contour line at `level` of n × n values. */
export function isoline(values: ArrayLike<number>, n: number, level = 0, className = "mp-border"): string {
  return `<path class="${className}" d="${border(Array.from(values, (value) => value - level), n)}"/>`;
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
