/** The mean squared error over slope and intercept, as contours and as a surface, with the path of gradient descent. */
import { handle, path, plot, type Axes } from "../explore/draw/chart";
import { contourPicture, placesOf, type Heights } from "../explore/draw/contours";
import { explainer, type Params, type ValuesOf } from "../explore/explainer";
import { gradient, leastSquares, losses, meanSquaredError, pairs } from "../explore/draw/lines";
import { dots, clamped, inside, marker, trail, type Point } from "../explore/draw/marks";
import { choice, number } from "../explore/draw/params";
import { memoizedSequence, memoized } from "../explore/draw/remembered";
import { surfaceHtml, VIEW_PARAM_NAMES, viewParams, type Scene } from "../explore/draw/surface";
import { MINUS, short, significant } from "../core/number-format";
import { order } from "../training/data/order";

export { gradient, losses } from "../explore/draw/lines";

const STEPS = 200;
const ARRIVED = 1e-3; // length of a step that can't be seen any more
const POINTS = {
  two: [1, 3, 2, 5],
  twelve: [0.2, 1.9, 0.4, 1.3, 0.6, 2.6, 0.9, 2.4, 1.1, 3.6, 1.3, 3.1, 1.5, 4.4, 1.8, 4.3, 2.1, 5.6, 2.3, 5.2, 2.6, 6.5, 2.9, 6.4],
} as const;
type Data = keyof typeof POINTS;

const PLANE: Axes = { x: [-2, 5], y: [-3, 6], xName: "m", yName: "b; lines at MSE 0.1, 0.3, 1, 3, 10, 30", xTicks: 7, yTicks: 6 };
const LEVELS = [0.1, 0.3, 1, 3, 10, 30];
const LINE_AXES: Axes = { x: [-1, 4], y: [-2, 9], xName: "x", yName: "y, current line", xTicks: 5, yTicks: 4 };
const ACROSS = 57;
const MAX_MSE = 20; // the surface is clipped at this error

/** The mean squared error on a grid of ACROSS × ACROSS points over the plane of m and b. */
export function heightsOf(points: readonly number[]): Heights {
  const grid = { x: PLANE.x, y: PLANE.y, across: ACROSS, up: ACROSS };
  const { xs, ys } = placesOf(grid);
  return { ...grid, values: losses(xs, ys, points) };
}

/** Indices of the batch at a step, from 1: the order is new in each epoch, and the last batch may be smaller. */
export function batchOf(step: number, examples: number, batch: number): number[] {
  if (batch >= examples) return Array.from({ length: examples }, (_, i) => i);
  const each = Math.ceil(examples / batch);
  const at = (step - 1) % each;
  return Array.from(order(0, Math.floor((step - 1) / each), examples)).slice(at * batch, (at + 1) * batch);
}

function slopeAt(points: readonly number[], batch: number, step: number, m: number, b: number): [number, number] {
  const examples = pairs(points);
  return gradient(m, b, batchOf(step, examples.length, batch).flatMap((i) => examples[i]!));
}

const descentSteps = memoizedSequence<[readonly number[], number, number, number, number], Point>(
  (_points, m, b) => [Math.fround(m), Math.fround(b)],
  ([m, b], step, points, _m, _b, rate, batch) => {
    if (!Number.isFinite(m) || !Number.isFinite(b)) return null;
    const lr = Math.fround(rate);
    const [gm, gb] = slopeAt(points, batch, step, m, b);
    return [Math.fround(m - Math.fround(lr * gm)), Math.fround(b - Math.fround(lr * gb))];
  },
);

/** (m, b) at the start and after each of `count` steps of gradient descent in float32, with `batch` points a step. */
export function descend(points: readonly number[], m: number, b: number, rate: number, batch: number, count: number): Point[] {
  return descentSteps(count, points, m, b, rate, batch);
}

const heightGrid = memoized((data: Data) => heightsOf(POINTS[data]));
const contourSvg = memoized((data: Data) => contourPicture(heightGrid(data), LEVELS));

const params = {
  data: choice("Data", { two: "Two points", twelve: "Twelve points" }, "two"),
  m: number("Initial m", { min: -2, max: 5, start: -1, step: 0.1 }),
  b: number("Initial b", { min: -3, max: 6, start: 5, step: 0.1 }),
  rate: number("Learning rate", { min: 0.001, max: 1, start: 0.1, log: true }),
  batch: number("Batch size", { min: 1, max: 12, start: 12, step: 1 }),
  ...viewParams(20, 50),
} satisfies Params;
type Values = ValuesOf<typeof params>;

function descentOf({ data, m, b, rate, batch }: Values, step: number): { places: Point[]; size: number; each: number } {
  const examples = POINTS[data].length / 2;
  const size = Math.min(examples, Math.round(batch));
  return { places: descend(POINTS[data], m, b, rate, size, step), size, each: Math.ceil(examples / size) };
}

function sceneOf(values: Values, places: readonly Point[]): Scene {
  const points = POINTS[values.data];
  return {
    heights: heightGrid(values.data), low: 0, high: MAX_MSE, names: ["m", "b", "Mean squared error"],
    tracks: [{ name: "", color: "var(--mp-ink)", points: places }],
    at: (m, b) => meanSquaredError(m, b, points),
  };
}

export default explainer({
  title: "The mean squared error over all lines, and gradient descent",
  params,
  viewOnly: VIEW_PARAM_NAMES,
  steps: {
    most: STEPS, playMs: 90,
    arrived(values, step) {
      const places = descentOf(values, step).places;
      const [[m0, b0], [m, b]] = places.slice(-2) as [Point, Point];
      return step > 1 && (places.length <= step || Math.hypot(m - m0, b - b0) < ARRIVED);
    },
  },
  drag: (_values, { x, y }) => ({ m: Math.round(x * 20) / 20, b: Math.round(y * 20) / 20 }),

  view(values, step) {
    const { data, m: firstM, b: firstB, rate, turn, tilt } = values;
    const points = POINTS[data];
    const { places, size, each } = descentOf(values, step);
    const last = places.length - 1;
    const [m, b] = places[last]!;
    const [gm, gb] = slopeAt(points, size, last + 1, m, b);
    const next: Point = [m - rate * gm, b - rate * gb];
    const mse = losses(places.map(([at]) => at), places.map(([, at]) => at), points);
    const least = leastSquares(points)!;
    const start = handle(PLANE, "start", [firstM, firstB], `Initial guess: m is ${short(firstM)}, b is ${short(firstB)}`, 0, true);
    const contours = plot(
      PLANE,
      `${contourSvg(data)}<path class="mp-least" d="${cross([least.m, least.b])}"/><path class="mp-next" d="${trail(PLANE, [[m, b], next])}"/>` +
        `<path class="mp-trail" d="${trail(PLANE, places)}"/><path class="mp-dots mp-many" d="${dots(PLANE, places)}"/>`,
      start + (last ? marker(PLANE, [m, b]) : ""),
      "mp-contour-plot",
    );
    const line: Point[] = [[LINE_AXES.x[0], m * LINE_AXES.x[0] + b], [LINE_AXES.x[1], m * LINE_AXES.x[1] + b]];
    const linePlot = plot(LINE_AXES, `<path class="mp-curve" d="${line.flat().every((v) => Math.abs(v) < 1e6) ? path(LINE_AXES, line) : ""}"/><path class="mp-dots" d="${dots(LINE_AXES, pairs(points))}"/>`, "", "mp-room-plot");
    const surface = surfaceHtml(sceneOf(values, places), turn, tilt, "The mean squared error as a valley over m and b, with the path of gradient descent as a line.");
    const epoch = Math.floor(last / each);
    const working =
      `<section class="mp-loss-now"><dl>${[
        ["Step", String(last)], ["Epochs done", String(epoch)], ["Points a step", `${size} of ${points.length / 2}`],
        ["m", tidy(m)], ["b", tidy(b)], ["MSE", tidy(mse[last]!)],
      ].map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>` +
      `<p class="mp-working"><span>m ← ${tidy(m)} − ${short(rate)} · ${bracketed(gm)}</span></p><p class="mp-working"><span>b ← ${tidy(b)} − ${short(rate)} · ${bracketed(gb)}</span></p></section>`;
    return {
      picture: `<div class="mp-loss">${contours}${surface}${linePlot}${working}</div>`,
      reading: reading(values, places, mse, [gm, gb], size, each),
      table: {
        head: ["Step", "m", "b", "Mean squared error"],
        rows: places.map(([pm, pb], i) => [String(i), significant(pm, 4), significant(pb, 4), significant(mse[i]!, 4)]).slice(-12),
      },
    };
  },

  // Loads WebGL only when the figure is near the screen.
  async attach(host) {
    const { surfaceLive } = await import("../explore/live/surface-live");
    return surfaceLive<Values>(host, (values, step) => sceneOf(values, descentOf(values, step).places));
  },
});

function reading({ data, rate }: Values, places: readonly Point[], mse: Float32Array, [gm, gb]: readonly [number, number], size: number, each: number): string {
  const last = places.length - 1;
  const [m, b] = places[last]!;
  const examples = POINTS[data].length / 2;
  const after = last === 0 ? "At the start" : `After ${last} ${last === 1 ? "step" : "steps"}${each > 1 ? ` of ${size} of ${examples} points each` : ""}`;
  if (![m, b, mse[last]!].every(Number.isFinite)) return `${after} the numbers are larger than float32 can hold. The learning rate ${short(rate)} is too large: every step landed higher on the other side of the valley.`;
  const where = `${after} the line is y = ${tidy(m)} · x ${b < 0 ? MINUS : "+"} ${tidy(Math.abs(b))}, with a mean squared error of ${tidy(mse[last]!)}.`;
  const slope = ` The gradient${each > 1 ? " of the next batch" : ""} is ${tidy(gm)} towards m and ${tidy(gb)} towards b; the step goes the other way.`;
  const off = inside(PLANE, [m, b]) ? "" : " This point is outside the picture.";
  const [before = NaN, now] = [mse[last - 1], mse[last]!];
  const trend = each > 1 ? "" : now > before * 1.0001 ? " The error has grown: the learning rate is too large." : "";
  const least = leastSquares(POINTS[data])!;
  const best = meanSquaredError(least.m, least.b, POINTS[data]);
  const there = last > 0 && now - best < 1e-3 ? ` That is the bottom of the valley, to within ${significant(Math.max(0, now - best), 1)}.` : "";
  return where + slope + trend + there + off;
}

/** Formats with three digits, after rounding float32 to six: 5.1, not 5.10. */
function tidy(value: number): string {
  return short(Number(value.toPrecision(6)));
}

function bracketed(value: number): string {
  const text = tidy(value);
  return value < 0 ? `(${text})` : text;
}

/** An SVG path of a cross, a twenty-fifth of the plane wide. */
function cross([m, b]: Point): string {
  const [x, y] = [(PLANE.x[1] - PLANE.x[0]) / 50, (PLANE.y[1] - PLANE.y[0]) / 50];
  const at: Point = [clamped(m, PLANE.x), clamped(b, PLANE.y)];
  return path(PLANE, [[at[0] - x, at[1]], [at[0] + x, at[1]]]) + path(PLANE, [[at[0], at[1] - y], [at[0], at[1] + y]]);
}
