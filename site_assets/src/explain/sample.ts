/** Overfitting: polynomials with 1 to 30 parameters fitted to noisy points, with their errors on these and on new points. */
import { handle, path, place, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { leastSquares } from "../explore/lib/least-squares";
import { number } from "../explore/draw/params";
import { short, significant } from "../core/number-format";
import { Pcg64 } from "../training/data/pcg64";

const LARGEST = 30;
/** Points of the new sample, as many as the test set of the models `overfitting`. */
const NEW = 200;
const SHOWN_NEW = 60;
const MAX_ERROR = 1.2; // of the error axis
const MAX_Y = 2.2; // of the y axis
const FINE = 200; // segments of a drawn curve

interface Sample {
  x: number[];
  y: number[];
}

/** The noiseless function of the models `overfitting`: tanh(3x). */
const truth = (x: number): number => Math.tanh(3 * x);

/** Random x in −1 … 1, and y = truth(x) plus normal noise. noise: its standard deviation. Deterministic for seed and which. */
export function sampled(points: number, noise: number, seed: number, which: number): Sample {
  const generator = new Pcg64([seed, which]);
  const x = Array.from({ length: points }, () => 2 * generator.double() - 1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - generator.double())) * Math.cos(2 * Math.PI * generator.double());
  return { x, y: x.map((at) => truth(at) + noise * normal()) };
}

/** Chebyshev polynomials T₀ … at x, one column each. They are less collinear than powers of x. */
export function columnsOf(x: readonly number[], size: number): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let k = 0; k < size; k += 1) {
    const [one, two] = [columns[k - 1], columns[k - 2]];
    columns.push(Float64Array.from(x, (at, i) => (k === 0 ? 1 : k === 1 ? at : 2 * at * one![i]! - two![i]!)));
  }
  return columns;
}

/** The `size` coefficients of the least-squares polynomial; those of least norm if several fit exactly. */
export function fitted({ x, y }: Sample, size: number): Float64Array {
  return leastSquares(columnsOf(x, size), Float64Array.from(y));
}

function heights(weights: Float64Array, x: readonly number[]): Float64Array {
  const columns = columnsOf(x, weights.length);
  return Float64Array.from(x, (_, i) => columns.reduce((sum, column, k) => sum + column[i]! * weights[k]!, 0));
}

/** Root mean squared error of a polynomial on a sample. */
export function rmse(weights: Float64Array, { x, y }: Sample): number {
  return Math.sqrt(heights(weights, x).reduce((sum, height, i) => sum + (height - y[i]!) ** 2, 0) / x.length);
}

interface Errors {
  weights: Float64Array;
  own: number;
  next: number;
}

let known: { key: string; own: Sample; next: Sample; errors: Errors[] } | null = null;

/** Models of all sizes fitted to the same sample, and both samples. */
function fits(points: number, noise: number, seed: number): { own: Sample; next: Sample; errors: Errors[] } {
  const key = [points, noise, seed].join(" ");
  if (known?.key !== key) {
    const [own, next] = [sampled(points, noise, seed, 0), sampled(NEW, noise, seed, 1)];
    const errors = Array.from({ length: LARGEST }, (_, i) => {
      const weights = fitted(own, i + 1);
      return { weights, own: rmse(weights, own), next: rmse(weights, next) };
    });
    known = { key, own, next, errors };
  }
  return known;
}

const whole = (value: number): number => Math.max(1, Math.min(LARGEST, Math.round(value)));

export default explainer({
  title: "Fitted to one sample, tested on another",
  params: {
    size: number("Parameters of the model", { min: 1, max: LARGEST, start: 4, step: 1 }),
    points: number("Points shown", { min: 5, max: 60, start: 15, step: 1 }),
    noise: number("Noise", { min: 0, max: 0.8, start: 0.3, step: 0.05 }),
    seed: number("Sample", { min: 1, max: 999, start: 1, step: 1, hidden: true }),
  },
  actions: { again: { label: "New sample", act: ({ seed }) => ({ seed: (Math.round(seed) % 999) + 1 }) } },
  drag: (_values, { x }) => ({ size: whole(x) }),

  view({ size: given, points: wanted, noise, seed }) {
    const [size, points] = [whole(given), Math.round(wanted)];
    const { own, next, errors } = fits(points, noise, Math.round(seed));
    const { weights, own: left, next: out } = errors[size - 1]!;
    const best = errors.reduce((least, { next: error }, i) => (error < errors[least]!.next ? i : least), 0);
    const verdict =
      size === best + 1 ? "No other size does better on the new points." : `On the new points a model with ${best + 1} ${best ? "parameters" : "parameter"} does best, ${significant(errors[best]!.next)}.`;
    return {
      picture: pointsPlot(own, next, weights) + sizes(errors, size, noise),
      reading:
        `A model with ${size} ${size > 1 ? "parameters" : "parameter"}, fitted to ${points} points with noise ${short(noise)}: its RMSE is ${error(left)} on these ` +
        `and ${error(out)} on ${NEW} new points. ${verdict}`,
      table: {
        head: ["Parameters", "RMSE, own sample", "RMSE, new sample"],
        rows: errors.map((row, i) => [String(i + 1), error(row.own), error(row.next)]),
      },
    };
  },
});

/** Formats an error; rounding errors count as 0. */
const error = (value: number): string => (value < 1e-9 ? "0" : significant(value));

function pointsPlot(own: Sample, next: Sample, weights: Float64Array): string {
  const axes: Axes = { x: [-1, 1], y: [-MAX_Y, MAX_Y], xName: "x", yName: "y", yTicks: 4 };
  const fine = Array.from({ length: FINE + 1 }, (_, i) => (2 * i) / FINE - 1);
  const fit = heights(weights, fine);
  const clamped = (y: number): number => Math.max(-2 * MAX_Y, Math.min(2 * MAX_Y, y));
  const curve = path(axes, fine.map((x, i) => [x, clamped(fit[i]!)]));
  const origin = path(axes, fine.map((x) => [x, truth(x)]));
  const dots = (sample: Sample, count: number, name: string): string =>
    sample.x.slice(0, count).map((x, i) => (Math.abs(sample.y[i]!) > MAX_Y ? "" : `<i class="${name}" style="${place(axes, [x, sample.y[i]!])}"></i>`)).join("");
  const over = `<span class="mp-sample-dots" aria-hidden="true">${dots(next, SHOWN_NEW, "mp-sample-new")}${dots(own, own.x.length, "mp-sample-own")}</span>`;
  return plot(axes, `<path class="mp-sample-truth" d="${origin}"/><path class="mp-sample-curve" d="${curve}"/>`, over, "mp-sample-points");
}

function sizes(errors: readonly Errors[], size: number, noise: number): string {
  const axes: Axes = { x: [0, LARGEST], y: [0, MAX_ERROR], xName: "parameters of the model", yName: `RMSE, up to ${short(MAX_ERROR)}`, yTicks: 4 };
  const line = (of: "own" | "next"): string => path(axes, errors.map((row, i) => [i + 1, Math.min(row[of], MAX_ERROR)]));
  const level = path(axes, [[0, noise], [LARGEST, noise]]);
  const now = errors[size - 1]!;
  const at = [size, Math.min(now.next, MAX_ERROR)] as const;
  const grip = handle(axes, "size", at, `Model with ${size} parameters: RMSE ${error(now.next)} on new points`, 0, true);
  const words =
    `<span class="mp-sample-word mp-sample-word-new" style="${place(axes, [LARGEST, Math.min(errors.at(-1)!.next, MAX_ERROR * 0.9)])}">new points</span>` +
    `<span class="mp-sample-word" style="${place(axes, [LARGEST, Math.min(errors.at(-1)!.own, MAX_ERROR)])}">own points</span>`;
  const drawing = `<path class="mp-sample-truth" d="${level}"/><path class="mp-sample-own-line" d="${line("own")}"/><path class="mp-sample-new-line" d="${line("next")}"/>`;
  return plot(axes, drawing, words + grip, "mp-sample-sizes");
}
