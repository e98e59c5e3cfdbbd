/** Compares four optimizers that start at the same point of a surface. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { concatConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Concat";
import { cosConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Cos";
import { multiplyConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply";
import { sinConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sin";
import { squareConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Square";
import { subConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sub";
import { add, concat, cos, mul, sin, square, sub, tensor1d, type Tensor } from "@tensorflow/tfjs-core";
import { handle, plot, type Axes, type Span } from "../explore/draw/chart";
import { contourPicture, placesOf, type Heights } from "../explore/draw/contours";
import { explainer, type Params, type ValuesOf } from "../explore/explainer";
import { inside, marker, trail, type Point } from "../explore/draw/marks";
import { choice, number, toggle } from "../explore/draw/params";
import { memoizedSequence, memoized } from "../explore/draw/remembered";
import { surfaceHtml, VIEW_PARAM_NAMES, viewParams, type Scene } from "../explore/draw/surface";
import { compute, useKernels } from "../explore/lib/tensors";
import { short, significant } from "../core/number-format";
import { settingsOf, updateOf, type Update } from "../training/engine/optimizers";
import type { OptimizerSpec } from "../training/spec";

useKernels(addConfig, concatConfig, cosConfig, multiplyConfig, sinConfig, squareConfig, subConfig);

const STEPS = 200;
const ARRIVED = 1e-3; // length of a step that can't be seen any more
const REACH = 4; // the plane is −REACH … REACH in x and y
const PLANE: { x: Span; y: Span } = { x: [-REACH, REACH], y: [-REACH, REACH] };
const ACROSS = 57;

interface Surface {
  formula: string;
  f: (x: Tensor, y: Tensor) => Tensor;
  /** ∂f/∂x and ∂f/∂y. */
  slopes: (x: Tensor, y: Tensor) => [Tensor, Tensor];
  levels: number[];
  /** Range of heights of the surface. */
  low: number;
  high: number;
}

const SURFACES = {
  bowl: {
    formula: "x² / 10 + y²", levels: [0.1, 0.5, 1, 2, 4, 8, 12], low: 0, high: 14,
    f: (x, y) => add(mul(square(x), 0.1), square(y)),
    slopes: (x, y) => [mul(x, 0.2), mul(y, 2)],
  },
  bumpy: {
    formula: "(x² + y²) / 10 + 0.3 (2 − cos 2x − cos 2y)", levels: [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4], low: 0, high: 4,
    f: (x, y) => add(mul(add(square(x), square(y)), 0.1), mul(sub(2, add(cos(mul(x, 2)), cos(mul(y, 2)))), 0.3)),
    slopes: (x, y) => [add(mul(x, 0.2), mul(sin(mul(x, 2)), 0.6)), add(mul(y, 0.2), mul(sin(mul(y, 2)), 0.6))],
  },
  // Two minima, and a ridge between them from the upper left to the lower right.
  saddle: {
    formula: "((x + y)² / 2 − 4)² / 16 + (x − y)² / 16", levels: [0.1, 0.4, 0.8, 1.2, 2, 4, 8, 16], low: 0, high: 6,
    f: (x, y) => mul(add(square(sub(mul(square(add(x, y)), 0.5), 4)), square(sub(x, y))), 1 / 16),
    slopes: (x, y) => {
      const along = mul(mul(sub(mul(square(add(x, y)), 0.5), 4), add(x, y)), 1 / 8);
      const across = mul(sub(x, y), 1 / 8);
      return [add(along, across), sub(along, across)];
    },
  },
} satisfies Record<string, Surface>;
export type SurfaceName = keyof typeof SURFACES;

function ofKeras(name: OptimizerSpec["name"]): { update: Update; slots: number } {
  const spec: OptimizerSpec = { name, learning_rate: 0 }; // the reader sets the learning rate
  return { update: updateOf(spec), slots: settingsOf(spec).slots };
}

/** The optimizers with Keras' default settings, except the learning rate. */
const OPTIMIZERS = {
  sgd: { name: "SGD", color: "var(--mp-racer-sgd)", ...ofKeras("sgd") },
  momentum: { name: "Momentum", color: "var(--mp-racer-momentum)", ...ofKeras("momentum") },
  rmsprop: { name: "RMSprop", color: "var(--mp-racer-rmsprop)", ...ofKeras("rmsprop") },
  adam: { name: "Adam", color: "var(--mp-racer-adam)", ...ofKeras("adam") },
};
export type OptimizerName = keyof typeof OPTIMIZERS;
const ALL = Object.keys(OPTIMIZERS) as OptimizerName[];

/** f at n points, float32 of shape (n,). */
export function heights(name: SurfaceName, xs: readonly number[], ys: readonly number[]): Float32Array {
  return compute(() => SURFACES[name].f(tensor1d([...xs]), tensor1d([...ys])));
}

/** ∂f/∂x at n points, then ∂f/∂y, float32 of shape (2n,). */
export function slopes(name: SurfaceName, xs: readonly number[], ys: readonly number[]): Float32Array {
  return compute(() => concat(SURFACES[name].slopes(tensor1d([...xs]), tensor1d([...ys]))));
}

interface OptimizerState {
  at: Point;
  slots: Float64Array[];
}

// Cached for each optimizer separately, independent of which others are shown.
const optimizerSteps = memoizedSequence<[SurfaceName, OptimizerName, number, number, number], OptimizerState>(
  (_surface, optimizer, x, y) => ({
    at: [Math.fround(x), Math.fround(y)],
    slots: Array.from({ length: OPTIMIZERS[optimizer].slots }, () => new Float64Array(2)),
  }),
  ({ at, slots }, step, surface, optimizer, _x, _y, rate) => {
    if (!at.every(Number.isFinite)) return null;
    const weights = Float64Array.from(at);
    const own = slots.map((slot) => slot.slice());
    OPTIMIZERS[optimizer].update(weights, Float64Array.from(slopes(surface, [at[0]], [at[1]])), own, rate, step);
    return { at: [weights[0]!, weights[1]!], slots: own };
  },
);

/** The start and the point after each of `count` steps of Keras' optimizer. Ends early at a point that is not finite. */
export function optimize(surface: SurfaceName, optimizer: OptimizerName, x: number, y: number, rate: number, count: number): Point[] {
  return optimizerSteps(count, surface, optimizer, x, y, rate).map(({ at }) => at);
}

const heightGrid = memoized((surface: SurfaceName): Heights => {
  const grid = { ...PLANE, across: ACROSS, up: ACROSS };
  const { xs, ys } = placesOf(grid);
  return { ...grid, values: heights(surface, xs, ys) };
});
const contourSvg = memoized((surface: SurfaceName) => contourPicture(heightGrid(surface), SURFACES[surface].levels));

const params = {
  surface: choice("Surface", { bowl: "Bowl", bumpy: "Bumpy", saddle: "Saddle" }, "bowl"),
  x: number("Start x", { min: -REACH, max: REACH, start: -3.4, hidden: true }),
  y: number("Start y", { min: -REACH, max: REACH, start: 3.2, hidden: true }),
  rate: number("Learning rate", { min: 0.001, max: 2, start: 0.05, log: true }),
  sgd: toggle("SGD", true),
  momentum: toggle("Momentum", true),
  rmsprop: toggle("RMSprop", true),
  adam: toggle("Adam", true),
  ...viewParams(-30, 42),
} satisfies Params;
type Values = ValuesOf<typeof params>;

interface Run {
  optimizer: OptimizerName;
  places: Point[];
  last: Point;
  height: number;
}

function runsOf(values: Values, step: number): Run[] {
  return ALL.filter((optimizer) => values[optimizer]).map((optimizer) => {
    const places = optimize(values.surface, optimizer, values.x, values.y, values.rate, step);
    const last = places.at(-1)!;
    return { optimizer, places, last, height: heights(values.surface, [last[0]], [last[1]])[0]! };
  });
}

function sceneOf({ surface }: Values, runs: readonly Run[], step: number): Scene {
  const { low, high } = SURFACES[surface];
  return {
    heights: heightGrid(surface), low, high, names: ["x", "y", "f"],
    tracks: runs.map(({ optimizer, places }) => ({ name: step > 0 ? OPTIMIZERS[optimizer].name[0]! : "", color: OPTIMIZERS[optimizer].color, points: places })),
    at: (x, y) => heights(surface, [x], [y])[0]!,
  };
}

export default explainer({
  title: "Four optimizers on one surface",
  params,
  viewOnly: VIEW_PARAM_NAMES,
  steps: {
    most: STEPS, playMs: 90,
    arrived: (values, step) => step > 1 && runsOf(values, step).every(({ places }) => {
      const [[x0, y0], [x, y]] = places.slice(-2) as [Point, Point];
      return places.length <= step || Math.hypot(x - x0, y - y0) < ARRIVED || !inside(PLANE, [x, y]);
    }),
  },
  drag: (_values, { x, y }) => ({ x: Math.round(x * 20) / 20, y: Math.round(y * 20) / 20 }),

  view(values, step) {
    const { surface, x, y, rate, turn, tilt } = values;
    const runs = runsOf(values, step);
    const axes: Axes = { ...PLANE, xName: "x", yName: `y; f = ${SURFACES[surface].formula}`, xTicks: 5, yTicks: 5 };
    const trails = runs.map(({ optimizer, places }) => `<path class="mp-racer mp-racer-${optimizer}" d="${trail(axes, places)}"/>`);
    const markers = step > 0 ? runs.map(({ optimizer, last }) => marker(axes, last, `mp-racer-${optimizer}`, OPTIMIZERS[optimizer].name[0])) : [];
    const start = handle(axes, "start", [x, y], `Start: x is ${short(x)}, y is ${short(y)}`, 0, true);
    const flat = plot(axes, contourSvg(surface) + trails.join(""), start + markers.join(""), "mp-contour-plot");
    const solid = surfaceHtml(sceneOf(values, runs, step), turn, tilt, "The same surface in 3-D, with the optimizers' paths as lines.");
    const standing = runs.map(
      ({ optimizer, height }) =>
        `<li><svg viewBox="0 0 26 12" aria-hidden="true"><path class="mp-racer mp-racer-${optimizer}" d="M1 6H25"/></svg><span><b>${OPTIMIZERS[optimizer].name[0]!}</b>${OPTIMIZERS[optimizer].name.slice(1)}</span><span class="mp-share-value">f = ${significant(height)}</span></li>`,
    );
    return {
      picture: `<div class="mp-race">${flat}${solid}<ol class="mp-standing" aria-hidden="true">${standing.join("")}</ol></div>`,
      reading: reading(runs, step, rate),
      table: {
        head: ["Optimizer", "Steps", "x", "y", "f(x, y)"],
        rows: runs.map(({ optimizer, places, last, height }) => [OPTIMIZERS[optimizer].name, String(places.length - 1), significant(last[0]), significant(last[1]), significant(height, 4)]),
      },
    };
  },

  // Loads WebGL only when the figure is near the screen.
  async attach(host) {
    const { surfaceLive } = await import("../explore/live/surface-live");
    return surfaceLive<Values>(host, (values, step) => sceneOf(values, runsOf(values, step), step));
  },
});

function reading(runs: readonly Run[], step: number, rate: number): string {
  if (runs.length === 0) return "No optimizer is chosen.";
  if (step === 0) return `${runs.length === 1 ? "One optimizer starts" : `${["Two", "Three", "Four"][runs.length - 2]!} optimizers start`} at the same point, where f is ${significant(runs[0]!.height)}. The learning rate is ${short(rate)}.`;
  const finite = runs.filter(({ height }) => Number.isFinite(height)).sort((a, b) => a.height - b.height);
  const lost = runs.filter(({ height }) => !Number.isFinite(height)).map(({ optimizer }) => OPTIMIZERS[optimizer].name);
  const away = finite.filter(({ last, height, places }) => !inside(PLANE, last) && height > 1e3 && places.length > 2).map(({ optimizer }) => OPTIMIZERS[optimizer].name);
  const order = finite.map(({ optimizer, height }) => `${OPTIMIZERS[optimizer].name} at ${significant(height)}`).join(", ");
  const after = `After ${step} ${step === 1 ? "step" : "steps"}`;
  const found = finite.length ? `${after}, from the lowest f: ${order}.` : `${after} no optimizer has finite values.`;
  const over = lost.length ? ` ${listed(lost)} diverged until the numbers were larger than float32 can hold: the learning rate is too large.` : "";
  const far = away.length ? ` ${listed(away)} ${away.length === 1 ? "is" : "are"} diverging: the learning rate is too large.` : "";
  return found + over + far;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
