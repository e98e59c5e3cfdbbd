/** Four optimizers race from one start on the same surface. */
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
import { inside, marble, trail, type Point } from "../explore/draw/marks";
import { choice, number, toggle } from "../explore/draw/params";
import { growing, lastOf } from "../explore/draw/remembered";
import { surfacePlace, TURNING, turning, type Scene } from "../explore/draw/surface";
import { compute, useKernels } from "../explore/lib/tensors";
import { short, significant } from "../core/number-format";
import { settingsOf, updateOf, type Update } from "../training/engine/optimizers";
import type { OptimizerSpec } from "../training/spec";

useKernels(addConfig, concatConfig, cosConfig, multiplyConfig, sinConfig, squareConfig, subConfig);

const STEPS = 200;
const REACH = 4; // of the plane, to all four sides
const PLANE: { x: Span; y: Span } = { x: [-REACH, REACH], y: [-REACH, REACH] };
const ACROSS = 57;

interface Ground {
  formula: string;
  f: (x: Tensor, y: Tensor) => Tensor;
  /** ∂f/∂x and ∂f/∂y. */
  slopes: (x: Tensor, y: Tensor) => [Tensor, Tensor];
  levels: number[];
  /** The heights that the surface shows. */
  low: number;
  high: number;
}

const GROUNDS = {
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
  // Two hollows, and a ridge between them from the upper left to the lower right.
  saddle: {
    formula: "((x + y)² / 2 − 4)² / 16 + (x − y)² / 16", levels: [0.1, 0.4, 0.8, 1.2, 2, 4, 8, 16], low: 0, high: 6,
    f: (x, y) => mul(add(square(sub(mul(square(add(x, y)), 0.5), 4)), square(sub(x, y))), 1 / 16),
    slopes: (x, y) => {
      const along = mul(mul(sub(mul(square(add(x, y)), 0.5), 4), add(x, y)), 1 / 8);
      const across = mul(sub(x, y), 1 / 8);
      return [add(along, across), sub(along, across)];
    },
  },
} satisfies Record<string, Ground>;
export type GroundName = keyof typeof GROUNDS;

function ofKeras(name: OptimizerSpec["name"]): { update: Update; slots: number } {
  const spec: OptimizerSpec = { name, learning_rate: 0 }; // the rate is the reader's
  return { update: updateOf(spec), slots: settingsOf(spec).slots };
}

/** Keras' own settings, but for the rate; letters and line patterns tell them apart as well as colours. */
const RACERS = {
  sgd: { name: "SGD", color: "var(--mp-racer-sgd)", ...ofKeras("sgd") },
  momentum: { name: "Momentum", color: "var(--mp-racer-momentum)", ...ofKeras("momentum") },
  rmsprop: { name: "RMSprop", color: "var(--mp-racer-rmsprop)", ...ofKeras("rmsprop") },
  adam: { name: "Adam", color: "var(--mp-racer-adam)", ...ofKeras("adam") },
};
export type Racer = keyof typeof RACERS;
const ALL = Object.keys(RACERS) as Racer[];

/** f at each place; float32. */
export function heights(name: GroundName, xs: readonly number[], ys: readonly number[]): Float32Array {
  return compute(() => GROUNDS[name].f(tensor1d([...xs]), tensor1d([...ys])));
}

/** All of ∂f/∂x, then all of ∂f/∂y; float32. */
export function slopes(name: GroundName, xs: readonly number[], ys: readonly number[]): Float32Array {
  return compute(() => concat(GROUNDS[name].slopes(tensor1d([...xs]), tensor1d([...ys]))));
}

interface Runner {
  at: Point;
  slots: Float64Array[];
}

// One racer's own walk, so that who else races changes nothing.
const run = growing<[GroundName, Racer, number, number, number], Runner>(
  (_ground, racer, x, y) => ({
    at: [Math.fround(x), Math.fround(y)],
    slots: Array.from({ length: RACERS[racer].slots }, () => new Float64Array(2)),
  }),
  ({ at, slots }, step, ground, racer, _x, _y, rate) => {
    if (!at.every(Number.isFinite)) return null;
    const weights = Float64Array.from(at);
    const own = slots.map((slot) => slot.slice());
    RACERS[racer].update(weights, Float64Array.from(slopes(ground, [at[0]], [at[1]])), own, rate, step);
    return { at: [weights[0]!, weights[1]!], slots: own };
  },
);

/** Places before and after each of `count` steps, as Keras' optimizer would take them; it ends where numbers do. */
export function race(ground: GroundName, racer: Racer, x: number, y: number, rate: number, count: number): Point[] {
  return run(count, ground, racer, x, y, rate).map(({ at }) => at);
}

const raised = lastOf((ground: GroundName): Heights => {
  const grid = { ...PLANE, across: ACROSS, up: ACROSS };
  const { xs, ys } = placesOf(grid);
  return { ...grid, values: heights(ground, xs, ys) };
});
const contoured = lastOf((ground: GroundName) => contourPicture(raised(ground), GROUNDS[ground].levels));

const params = {
  surface: choice("Surface", { bowl: "Bowl", bumpy: "Bumpy", saddle: "Saddle" }, "bowl"),
  x: number("Start x", { min: -REACH, max: REACH, start: -3.4, hidden: true }),
  y: number("Start y", { min: -REACH, max: REACH, start: 3.2, hidden: true }),
  rate: number("Learning rate", { min: 0.001, max: 2, start: 0.05, log: true }),
  sgd: toggle("SGD", true),
  momentum: toggle("Momentum", true),
  rmsprop: toggle("RMSprop", true),
  adam: toggle("Adam", true),
  ...turning(-30, 42),
} satisfies Params;
type Values = ValuesOf<typeof params>;

interface Ran {
  racer: Racer;
  places: Point[];
  last: Point;
  height: number;
}

function ranOf(values: Values, step: number): Ran[] {
  return ALL.filter((racer) => values[racer]).map((racer) => {
    const places = race(values.surface, racer, values.x, values.y, values.rate, step);
    const last = places.at(-1)!;
    return { racer, places, last, height: heights(values.surface, [last[0]], [last[1]])[0]! };
  });
}

function sceneOf({ surface }: Values, ran: readonly Ran[], step: number): Scene {
  const { low, high } = GROUNDS[surface];
  return {
    heights: raised(surface), low, high, names: ["x", "y", "f"],
    tracks: ran.map(({ racer, places }) => ({ name: step > 0 ? RACERS[racer].name[0]! : "", color: RACERS[racer].color, points: places })),
    at: (x, y) => heights(surface, [x], [y])[0]!,
  };
}

export default explainer({
  title: "Four optimizers on one surface",
  params,
  looks: TURNING,
  steps: { most: STEPS, playMs: 90 },
  drag: (_values, { x, y }) => ({ x: Math.round(x * 20) / 20, y: Math.round(y * 20) / 20 }),

  view(values, step) {
    const { surface, x, y, rate, turn, tilt } = values;
    const ran = ranOf(values, step);
    const axes: Axes = { ...PLANE, xName: "x", yName: `y; f = ${GROUNDS[surface].formula}`, xTicks: 5, yTicks: 5 };
    const trails = ran.map(({ racer, places }) => `<path class="mp-racer mp-racer-${racer}" d="${trail(axes, places)}"/>`);
    const marbles = step > 0 ? ran.map(({ racer, last }) => marble(axes, last, `mp-racer-${racer}`, RACERS[racer].name[0])) : [];
    const start = handle(axes, "start", [x, y], `Start: x is ${short(x)}, y is ${short(y)}`, 0, true);
    const flat = plot(axes, contoured(surface) + trails.join(""), start + marbles.join(""), "mp-contour-plot");
    const solid = surfacePlace(sceneOf(values, ran, step), turn, tilt, "The same surface from aslant, with the optimizers' ways as lines.");
    const standing = ran.map(
      ({ racer, height }) =>
        `<li><svg viewBox="0 0 26 12" aria-hidden="true"><path class="mp-racer mp-racer-${racer}" d="M1 6H25"/></svg><span><b>${RACERS[racer].name[0]!}</b>${RACERS[racer].name.slice(1)}</span><span class="mp-share-value">f = ${significant(height)}</span></li>`,
    );
    return {
      picture: `<div class="mp-race">${flat}${solid}<ol class="mp-standing" aria-hidden="true">${standing.join("")}</ol></div>`,
      reading: reading(ran, step, rate),
      table: {
        head: ["Optimizer", "Steps", "x", "y", "f(x, y)"],
        rows: ran.map(({ racer, places, last, height }) => [RACERS[racer].name, String(places.length - 1), significant(last[0]), significant(last[1]), significant(height, 4)]),
      },
    };
  },

  // 3-D comes when the figure is near, after all else.
  async attach(host) {
    const { surfaceLive } = await import("../explore/live/surface-live");
    return surfaceLive<Values>(host, (values, step) => sceneOf(values, ranOf(values, step), step));
  },
});

function reading(ran: readonly Ran[], step: number, rate: number): string {
  if (ran.length === 0) return "No optimizer is chosen.";
  if (step === 0) return `${ran.length === 1 ? "One optimizer stands" : `${["Two", "Three", "Four"][ran.length - 2]!} optimizers stand`} at the same place, where f is ${significant(ran[0]!.height)}. Each step goes with the learning rate ${short(rate)}.`;
  const finite = ran.filter(({ height }) => Number.isFinite(height)).sort((a, b) => a.height - b.height);
  const lost = ran.filter(({ height }) => !Number.isFinite(height)).map(({ racer }) => RACERS[racer].name);
  const away = finite.filter(({ last, height, places }) => !inside(PLANE, last) && height > 1e3 && places.length > 2).map(({ racer }) => RACERS[racer].name);
  const order = finite.map(({ racer, height }) => `${RACERS[racer].name} at ${significant(height)}`).join(", ");
  const after = `After ${step} ${step === 1 ? "step" : "steps"}`;
  const found = finite.length ? `${after}, from the lowest f: ${order}.` : `${after} no optimizer is left.`;
  const over = lost.length ? ` ${listed(lost)} ran away until the numbers were larger than float32 can hold: the learning rate is too large.` : "";
  const far = away.length ? ` ${listed(away)} ${away.length === 1 ? "is" : "are"} running away: the learning rate is too large.` : "";
  return found + over + far;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
