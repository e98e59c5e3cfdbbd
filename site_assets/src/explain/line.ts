/** A line that the reader fits to points by hand, with its residuals, their squares and the mean. */
import { handle, path, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { escape } from "../core/html";
import { leastSquares, meanSquaredError as meanOf, pairs, residuals as residualsOf } from "../explore/draw/lines";
import { clamped } from "../explore/draw/marks";
import { number, numbers, toggle } from "../explore/draw/params";
import { MINUS, short, significant } from "../core/number-format";

export { gradient, leastSquares, losses, meanSquaredError, residuals } from "../explore/draw/lines";

// Both axes have the same scale, so that a squared residual is a square on the screen.
const AXES: Axes = { x: [-2, 7], y: [-1, 8], xName: "x", yName: "y", xTicks: 9, yTicks: 9 };
const MAX_M = 8;
const MAX_B = 12;
const LEVER = 3; // x of the handle that turns the line
const MOST = 12;
const HIT = 1e-3; // largest residual that counts as a hit

export default explainer({
  title: "A line and its errors",
  params: {
    m: number("m, the slope", { min: -MAX_M, max: MAX_M, start: -1, step: 0.1 }),
    b: number("b, the intercept", { min: -MAX_B, max: MAX_B, start: 5, step: 0.1 }),
    points: numbers("Points, x y", { start: [1, 3, 2, 5], min: -20, max: 20, least: 2, most: 2 * MOST, group: 2 }),
    squares: toggle("Squares", true),
  },
  actions: {
    more: { label: "Add a point", act: ({ points }) => ({ points: points.length < 2 * MOST ? [...points, ...fresh(points)] : points }) },
    fewer: { label: "Remove one", act: ({ points }) => ({ points: points.slice(0, Math.max(2, points.length - 2)) }) },
    best: { label: "Best line", act: ({ points, m, b }) => best(points, m, b) },
  },
  drag: ({ points, b }, { handle: name, index, x, y }) => {
    const [tidyX, tidyY] = [tidy(x), tidy(y)];
    if (name === "point") return { points: points.map((value, i) => (i === 2 * index ? tidyX : i === 2 * index + 1 ? tidyY : value)) };
    if (name === "b") return { b: clamped(tidyY, [-MAX_B, MAX_B]) };
    return { m: clamped(tidy((y - b) / LEVER), [-MAX_M, MAX_M]) };
  },

  view({ m, b, points, squares }) {
    const off = residualsOf(m, b, points);
    const places = pairs(points);
    const squared = Array.from(off, (value) => Math.fround(value * value));
    const mse = meanOf(m, b, points);
    const rmse = Math.sqrt(mse);
    const sign = (value: number): string => (value < 0 ? "mp-negative" : "mp-positive");
    const areas = places.map(([x, y], i) => {
      const size = Math.abs(off[i]!);
      return `<path class="mp-residual-square ${sign(off[i]!)}" d="${path(AXES, [[x, y], [x + size, y], [x + size, y + off[i]!], [x, y + off[i]!]])}Z"/>`;
    });
    const stems = places.map(([x, y], i) => `<path class="mp-residual ${sign(off[i]!)}" d="${path(AXES, [[x, y], [x, y + off[i]!]])}"/>`);
    const at = (x: number): number => m * x + b;
    const line = `<path class="mp-curve" d="${path(AXES, [[AXES.x[0], at(AXES.x[0])], [AXES.x[1], at(AXES.x[1])]])}"/>`;
    const grips =
      handle(AXES, "b", [0, clamped(b, AXES.y)], `The line at x = 0: b is ${short(b)}`) +
      handle(AXES, "m", [LEVER, clamped(at(LEVER), AXES.y)], `The line at x = ${LEVER}: m is ${short(m)}`) +
      places.map(([x, y], i) => handle(AXES, "point", [clamped(x, AXES.x), clamped(y, AXES.y)], `Point ${i + 1}: x is ${short(x)}, y is ${short(y)}`, i)).join("");
    const picture = plot(AXES, (squares ? areas.join("") : "") + stems.join("") + line, grips, "mp-line-plot") + sums(m, b, places, off, squared, mse, rmse);
    return {
      picture,
      reading: reading(m, b, places, off, mse, rmse) + verdict(points, mse) + (places.length < MOST ? "" : ` ${MOST} points are the maximum.`),
      table: {
        head: ["Point", "x", "y", "Line at x", "Line − y", "Squared"],
        rows: [
          ...places.map(([x, y], i) => [String(i + 1), short(x), short(y), short(at(x)), short(off[i]!), short(squared[i]!)]),
          ["Mean", "", "", "", "", short(mse, 4)],
          ["Its root, RMSE", "", "", "", "", short(rmse, 4)],
        ],
      },
    };
  },
});

function reading(m: number, b: number, places: readonly (readonly [number, number])[], off: Float32Array, mse: number, rmse: number): string {
  const hit = Array.from(off).filter((value) => Math.abs(value) < HIT).length;
  const count = places.length;
  const misses =
    hit === count ? (count === 1 ? "hits the point" : `hits all ${count} points`)
    : hit === 0 ? (count === 1 ? "misses the point" : count === 2 ? "misses both points" : `misses all ${count} points`)
    : `hits ${hit} of ${count} points`;
  const worst = off.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const farthest = hit === count || count === 1 ? "" : ` The largest miss is ${significant(worst)}.`;
  return `The line ${formula(m, b)} ${misses}. Mean squared error ${short(mse, 4)}, RMSE ${short(rmse, 4)}.${farthest}`;
}

/** A sentence if no line is better, or if no single line is best; else "". */
function verdict(points: readonly number[], mse: number): string {
  const least = leastSquares(points);
  if (!least) return " All points have the same x, so no single line is best.";
  const smallest = meanOf(least.m, least.b, points);
  return mse - smallest <= 1e-6 * (1 + smallest) ? " No line has a smaller error." : "";
}

function formula(m: number, b: number): string {
  return `y = ${short(m)} · x ${b < 0 ? MINUS : "+"} ${short(Math.abs(b))}`;
}

/** The calculation as a list: a row for each point, then mean and root. */
function sums(m: number, b: number, places: readonly (readonly [number, number])[], off: Float32Array, squared: number[], mse: number, rmse: number): string {
  const rows = places.map(([x, y], i) => {
    const kind = off[i]! < 0 ? "mp-below" : "mp-above";
    return `<li><span class="mp-sum-name">(${short(x)}, ${short(y)})</span><span class="${kind}">${short(off[i]!)}</span><span>² = ${short(squared[i]!)}</span></li>`;
  });
  return (
    `<section class="mp-sums" aria-hidden="true"><p class="mp-axis-name">${escape(formula(m, b))}</p><p class="mp-axis-name">point, line − y, its square</p><ol>${rows.join("")}</ol>` +
    `<dl><div><dt>Mean, MSE</dt><dd>${short(mse, 4)}</dd></div><div><dt>Root, RMSE</dt><dd>${short(rmse, 4)}</dd></div></dl></section>`
  );
}

function tidy(value: number): number {
  return Math.round(value * 20) / 20;
}

/** A new point at a fixed position that depends on the number of points, so that a link reproduces it. */
function fresh(points: readonly number[]): [number, number] {
  const i = points.length / 2;
  return [tidy(((i * 2.3) % 6) + 0.5), tidy(((i * 3.1) % 6) + 0.5)];
}

function best(points: readonly number[], m: number, b: number): { m: number; b: number } {
  const found = leastSquares(points);
  if (!found) return { m, b };
  const digits = (value: number): number => Number(value.toFixed(4));
  return { m: clamped(digits(found.m), [-MAX_M, MAX_M]), b: clamped(digits(found.b), [-MAX_B, MAX_B]) };
}
