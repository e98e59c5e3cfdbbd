/** Gradient descent on a function of one variable: x ← x − rate · f′(x). */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { cosConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Cos";
import { expConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Exp";
import { multiplyConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply";
import { negConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Neg";
import { sinConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sin";
import { squareConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Square";
import { subConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sub";
import { add, cos, exp, mul, neg, sin, square, sub, tensor1d, type Tensor } from "@tensorflow/tfjs-core";
import { handle, path, plot, type Axes, type Span } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { dots, clamped, inside, marker, trail, type Point } from "../explore/draw/marks";
import { choice, number } from "../explore/draw/params";
import { memoizedSequence, memoized } from "../explore/draw/remembered";
import { compute, useKernels } from "../explore/lib/tensors";
import { trendSentence } from "../explore/lib/walking";
import { MINUS, short, shortest, significant } from "../core/number-format";

useKernels(addConfig, cosConfig, expConfig, multiplyConfig, negConfig, sinConfig, squareConfig, subConfig);

const REACH = 4; // the start lies between −REACH and REACH
const STEPS = 100;
const SAMPLES = 240;
const CONVERGED = 1e-4; // size of a step against the first one
const KEYS = 50; // arrow-key presses across the axis

interface Curve {
  formula: string;
  derivative: string;
  /** f and f′, elementwise. */
  f: (x: Tensor) => Tensor;
  slope: (x: Tensor) => Tensor;
  x: Span;
  y: Span;
  slopes: Span;
  /** The global minimum in the range of x. */
  lowest: number;
  /** Names of the function and of its variable. */
  names: readonly [string, string];
}

const CURVES = {
  bowl: {
    formula: "f(x) = x²", derivative: "f′(x) = 2x", x: [-4, 4], y: [-1, 16], slopes: [-8, 8], lowest: 0, names: ["f", "x"],
    f: (x) => square(x), slope: (x) => mul(x, 2),
  },
  weight: {
    formula: "L(w) = (−3 − 3w)²", derivative: "L′(w) = 18(w + 1)", x: [-4, 2], y: [-5, 81], slopes: [-54, 54], lowest: -1, names: ["L", "w"],
    f: (x) => square(sub(-3, mul(x, 3))), slope: (x) => mul(add(x, 1), 18),
  },
  valleys: {
    formula: "f(x) = (x² − 4)² / 16 + x / 2", derivative: "f′(x) = x(x² − 4) / 4 + 1 / 2", x: [-4, 4], y: [-2, 12], slopes: [-12, 12], lowest: -2.21432, names: ["f", "x"],
    f: (x) => add(mul(square(sub(square(x), 4)), 1 / 16), mul(x, 0.5)),
    slope: (x) => add(mul(mul(x, sub(square(x), 4)), 0.25), 0.5),
  },
  waves: {
    formula: "f(x) = x² / 4 + 1 − cos 3x", derivative: "f′(x) = x / 2 + 3 sin 3x", x: [-4, 4], y: [-0.4, 6], slopes: [-5, 5], lowest: 0, names: ["f", "x"],
    f: (x) => add(mul(square(x), 0.25), sub(1, cos(mul(x, 3)))),
    slope: (x) => add(mul(x, 0.5), mul(sin(mul(x, 3)), 3)),
  },
  plain: {
    formula: "f(x) = 1 − exp(−x²)", derivative: "f′(x) = 2x · exp(−x²)", x: [-4, 4], y: [-0.1, 1.2], slopes: [-1, 1], lowest: 0, names: ["f", "x"],
    f: (x) => sub(1, exp(neg(square(x)))), slope: (x) => mul(mul(x, 2), exp(neg(square(x)))),
  },
} satisfies Record<string, Curve>;

export type CurveName = keyof typeof CURVES;

/** f at n points, float32 of shape (n,). */
export function heights(name: CurveName, xs: readonly number[]): Float32Array {
  return compute(() => CURVES[name].f(tensor1d([...xs])));
}

/** f′ at n points, float32 of shape (n,). */
export function slopes(name: CurveName, xs: readonly number[]): Float32Array {
  return compute(() => CURVES[name].slope(tensor1d([...xs])));
}

const descentSteps = memoizedSequence<[CurveName, number, number], number>(
  (_name, start) => Math.fround(start),
  (x, _step, name, _start, rate) => (Number.isFinite(x) ? Math.fround(x - Math.fround(Math.fround(rate) * slopes(name, [x])[0]!)) : null),
);

/**
 * x at the start and after each of `count` steps of gradient descent, in float32. The list ends
 * early, at the first x that is not finite.
 */
export function descend(name: CurveName, start: number, rate: number, count: number): number[] {
  return descentSteps(count, name, start, rate);
}

const curvePoints = memoized((name: CurveName) => {
  const { x } = CURVES[name];
  const xs = Array.from({ length: SAMPLES + 1 }, (_, i) => x[0] + ((x[1] - x[0]) * i) / SAMPLES);
  const [f, g] = [heights(name, xs), slopes(name, xs)];
  return { f: xs.map((at, i): Point => [at, f[i]!]), slope: xs.map((at, i): Point => [at, g[i]!]) };
});

export default explainer({
  title: "Gradient descent on a function of one variable",
  params: {
    function: choice("Function", { bowl: "Bowl", weight: "One weight", valleys: "Two valleys", waves: "Many valleys", plain: "Plain" }, "bowl"),
    start: number("Start", { min: -REACH, max: REACH, start: 3, step: 0.05 }),
    rate: number("Learning rate", { min: 0.001, max: 2, start: 0.1, log: true }),
  },
  steps: {
    most: STEPS,
    arrived({ function: name, start, rate }, step) {
      const xs = descend(name, start, rate, step);
      const moved = (i: number): number => Math.abs(xs[i]! - xs[i - 1]!);
      return xs.length <= step || (step > 1 && moved(step) <= CONVERGED * moved(1));
    },
  },
  drag: ({ function: name, start }, { x, y, key }) => {
    const curve: Curve = CURVES[name];
    // The handle lies on the curve, so up and down also move it along x, as on a slider.
    const across = key && x === clamped(start, curve.x);
    const down = y < clamped(heights(name, [start])[0]!, curve.y);
    const to = across ? x + ((down ? -1 : 1) * (curve.x[1] - curve.x[0])) / KEYS : x;
    return { start: Math.round(clamped(to, curve.x) * 100) / 100 };
  },

  view({ function: name, start, rate }, step) {
    const curve: Curve = CURVES[name];
    const [fn, v] = curve.names;
    const xs = descend(name, start, rate, step);
    const [f, g] = [heights(name, xs), slopes(name, xs)];
    const last = xs.length - 1;
    const [x, slope] = [xs[last]!, g[last]!];
    const next = Math.fround(x - Math.fround(Math.fround(rate) * slope));
    const upper: Axes = { x: curve.x, y: curve.y, xName: "", yName: curve.formula, xTicks: 0 };
    const lower: Axes = { x: curve.x, y: curve.slopes, xName: v, yName: `its slope, ${curve.derivative}`, yTicks: 3 };
    const points = xs.map((at, i): Point => [at, f[i]!]);
    const here: Point = [x, f[last]!];
    const grip = handle(upper, "start", [clamped(start, curve.x), clamped(f[0]!, curve.y)], `Start: ${v} is ${short(start)}, ${fn} is ${short(f[0]!)}`);
    const picture =
      '<div class="mp-descent">' +
      plot(upper, `<path class="mp-curve" d="${path(upper, curvePoints(name).f)}"/>${tangent(upper, here, slope)}<path class="mp-trail" d="${trail(upper, points)}"/><path class="mp-dots" d="${dots(upper, points)}"/>`, grip + (last ? marker(upper, here) : "")) +
      plot(lower, `<path class="mp-grid" d="${path(lower, [[curve.x[0], 0], [curve.x[1], 0]])}"/><path class="mp-curve mp-thin" d="${path(lower, curvePoints(name).slope)}"/>${stem(lower, x, slope)}`, marker(lower, [x, slope], slope < 0 ? "mp-below" : "mp-above")) +
      `<p class="mp-working"><span>${v} ← ${v} − rate · ${fn}′(${v})</span> <span>= ${tidy(x)} − ${short(rate)} · ${slope < 0 ? `(${tidy(slope)})` : tidy(slope)}</span> <span>= ${tidy(next)}</span></p></div>`;
    return {
      picture,
      reading: reading(curve, name, xs, here, slope, next, rate, step),
      table: {
        head: ["Step", v, `${fn}(${v})`, `Slope ${fn}′(${v})`, `Change of ${v}`],
        rows: xs.map((at, i) => [i, at, f[i]!, g[i]!, -rate * g[i]!] as const).slice(-12)
          .map(([i, ...rest]) => [String(i), ...rest.map((value) => significant(value, 4))]),
      },
    };
  },
});

function reading(curve: Curve, name: CurveName, xs: readonly number[], [x, f]: Point, slope: number, next: number, rate: number, step: number): string {
  const [fn, v] = curve.names;
  const after = step === 0 ? "At the start" : `After ${Math.min(step, xs.length - 1)} ${step === 1 ? "step" : "steps"}`;
  if (!Number.isFinite(x)) return `${after} ${v} is larger than float32 can hold, 3.4e38. The learning rate is too large for this function from this start: every step went farther away.`;
  const where = `${after} ${v} is ${tidy(x)}, ${fn} is ${tidy(f)} and the slope is ${tidy(slope)}`;
  const way = next < x ? "left" : "right";
  const off = inside({ x: curve.x, y: curve.y }, [x, f]) ? "" : " That is outside the picture.";
  if (next === x) {
    const why = slope === 0 ? "the slope is 0, and so is the step" : "the next step is smaller than the distance to the next float32 number";
    const exact = `${after} ${v} is ${shortest(x).replace("-", MINUS)}, ${fn} is ${tidy(f)} and the slope is ${tidy(slope)}`;
    return `${exact}. Here it stays: ${why}.${off}${above(name, f, slope)}`;
  }
  const move = `${slope > 0 ? "Uphill is to the right" : "Uphill is to the left"}, so the next step goes ${way}, by ${short(rate)} · ${tidy(Math.abs(slope))} = ${tidy(Math.abs(next - x))}.`;
  return `${where}. ${move}${off}${trendSentence(xs, [next])}${above(name, f, slope)}`;
}

/** Formats with four digits, after rounding float32 to six: 2.4, not 2.400. */
function tidy(value: number): string {
  return short(Number(value.toPrecision(6)), 4);
}

/** A sentence if the point is flat but f is lower elsewhere; else "". */
function above(name: CurveName, f: number, slope: number): string {
  const { lowest, names: [fn, v] } = CURVES[name];
  const best = heights(name, [lowest])[0]!;
  if (Math.abs(slope) > 0.01 || f - best < 0.01) return "";
  const than = `${fn} is lower elsewhere: ${short(best)} at ${v} = ${short(lowest)}`;
  return name === "plain" ? ` It is almost flat here, so the steps are tiny, though ${than}.` : ` This is the bottom of a valley, but ${than}. A step sees only the slope where it stands.`;
}

function tangent(axes: Axes, [x, f]: Point, slope: number): string {
  const across = (axes.x[1] - axes.x[0]) / 8;
  // Limited in width where the slope is small, and in height where it is steep.
  const reach = Math.min(across, (axes.y[1] - axes.y[0]) / 4 / Math.max(Math.abs(slope), 1e-9));
  return `<path class="mp-tangent ${slope < 0 ? "mp-negative" : "mp-positive"}" d="${trail(axes, [[x - reach, f - reach * slope], [x + reach, f + reach * slope]])}"/>`;
}

function stem(axes: Axes, x: number, slope: number): string {
  const at = clamped(x, axes.x);
  return `<path class="mp-stem ${slope < 0 ? "mp-negative" : "mp-positive"}" d="${path(axes, [[at, 0], [at, clamped(slope, axes.y)]])}"/>`;
}
