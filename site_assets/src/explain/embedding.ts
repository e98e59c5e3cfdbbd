/** Dimensionality reduction: colours or digits brought to two numbers each, by walking down a reconstruction loss. */
import { handle, path, place, plot, type Axes, type Span } from "../explore/draw/chart";
import { Autoencoder, centred, layersOf, type Points } from "../explore/lib/autoencoder";
import { explainer } from "../explore/explainer";
import { escape } from "../explore/draw/html";
import { nearest } from "../explore/lib/nearest";
import { choice, number, toggle } from "../explore/draw/params";
import { short, significant } from "../core/number-format";
import { firstWeights } from "../training/data/initial-weights";

export { nearest };

const MOST = 200;
/** Updates a step: a single one would hardly be seen. */
const UPDATES = 5;
const POINTS = 180;
const ROOM = 1.12;

/** One set, as `pipeline/explainers/embedding.py` packs it. */
interface Packed {
  names: string[];
  classes: number[];
  values: string;
  digits: number;
  top: number;
  side: number;
  best: number;
}
type Packs = Record<"colors" | "digits", Packed>;

interface Settings {
  data: "colors" | "digits";
  bends: boolean;
  optimizer: "sgd" | "adam";
  rate: number;
  start: number;
}

/** What training has come to: of every step the loss, of the last one the points. */
interface Course {
  key: string;
  points: Points;
  means: Float64Array;
  net: Autoencoder;
  losses: number[];
  codes: Float64Array;
  made: Float64Array;
}

/** The numbers of all points, from 0 to 1, point after point. */
export function unpacked({ values, digits, top }: Pick<Packed, "values" | "digits" | "top">): Float32Array {
  return Float32Array.from({ length: values.length / digits }, (_, i) => parseInt(values.slice(i * digits, (i + 1) * digits), 16) / top);
}

/**
 * Trains from given first weights, for tests. rows: points, not centred. Returns the loss before each step and after the
 * last one, and then codes (rows, 2) and weights in Keras' order, laid flat.
 */
export function descend(
  rows: readonly (readonly number[])[], bends: boolean, optimizer: "sgd" | "adam", rate: number, first: readonly number[], steps: number,
): { losses: number[]; codes: Float64Array; weights: Float64Array } {
  const { points } = centred(Float32Array.from(rows.flat()), rows.length);
  const net = new Autoencoder(points, bends, { name: optimizer, learning_rate: rate }, first);
  const losses = Array.from({ length: steps }, () => net.step());
  losses.push(net.measure());
  return { losses, codes: net.codes(), weights: net.weights() };
}

let latest: Course | null = null;

/** The training after `step` steps of the figure: the latest one goes on where it can. */
function courseOf({ data, bends, optimizer, rate, start }: Settings, step: number, packs: Packs): Course {
  const key = [data, bends, optimizer, rate, start].join(" ");
  if (latest?.key !== key || latest.losses.length > step + 1) latest = begun(key, packs[data], bends, optimizer, rate, start);
  const course = latest;
  while (course.losses.length <= step) {
    for (let i = 0; i < UPDATES; i += 1) course.net.step();
    course.losses.push(course.net.measure());
  }
  course.codes = course.net.codes();
  course.made = course.net.made();
  return course;
}

function begun(key: string, pack: Packed, bends: boolean, optimizer: "sgd" | "adam", rate: number, start: number): Course {
  const { points, means } = centred(unpacked(pack), pack.classes.length);
  const first = firstWeights(layersOf(points.width, bends), points.width, start);
  const net = new Autoencoder(points, bends, { name: optimizer, learning_rate: rate }, first);
  return { key, points, means, net, losses: [net.measure()], codes: net.codes(), made: net.made() };
}

/** Half of the plane's width: the farthest point, rounded up so that the axes do not move with every step. */
function reachOf(codes: Float64Array): number {
  const farthest = codes.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3) * ROOM;
  const unit = 10 ** Math.floor(Math.log10(farthest));
  return unit * ([1, 1.5, 2, 3, 5, 7, 10].find((factor) => factor * unit >= farthest) ?? 10);
}

export default explainer<{
  data: ReturnType<typeof choice<{ colors: string; digits: string }>>; bends: ReturnType<typeof toggle>;
  optimizer: ReturnType<typeof choice<{ sgd: string; adam: string }>>; rate: ReturnType<typeof number>;
  start: ReturnType<typeof number>; point: ReturnType<typeof number>;
}, Packs>({
  title: "Points brought to two dimensions by gradient descent",
  params: {
    data: choice("Points", { colors: "Colours", digits: "Digits" }, "colors"),
    optimizer: choice("Downhill by", { sgd: "Plain steps", adam: "Adam" }, "adam"),
    bends: toggle("With curves: 16 tanh neurons on either side", false),
    rate: number("Learning rate", { min: 0.0001, max: 10, start: 0.01, log: true }),
    start: number("Random start", { min: 1, max: 99, start: 1, step: 1, hidden: true }),
    point: number("Point looked at", { min: 1, max: POINTS, start: 1, step: 1 }),
  },
  steps: { most: MOST, playMs: 60, verb: `${UPDATES} steps` },
  looks: ["point"],
  actions: { again: { label: "Another start", act: ({ start }) => ({ start: (Math.round(start) % 99) + 1 }) } },

  drag(values, { x, y, key }, step, packs) {
    const { codes } = courseOf(values, step, packs);
    return { point: nearest(codes, [x, y], key ? indexOf(values.point) : -1) + 1 };
  },

  view(values, step, packs) {
    const pack = packs[values.data];
    const course = courseOf(values, step, packs);
    const loss = course.losses[step]!;
    const looked = indexOf(values.point);
    const healthy = Number.isFinite(loss) && course.codes.every((code) => Math.abs(code) < 1e6);
    const own = errorOf(course, looked);
    const side = healthy ? pair(pack, course, looked) : "";
    const map = healthy ? plane(pack, course, looked) : `<p class="mp-embedding-lost">The points have left every plane: the steps were too long.</p>`;
    const picture = `${map}<div class="mp-embedding-side">${curve(course, step, pack)}${side}</div>`;
    const [x = 0, y = 0] = course.codes.subarray(2 * looked, 2 * looked + 2);
    const count = step * UPDATES;
    const what = `${course.points.rows} ${values.data === "colors" ? "colours of 3 numbers" : `digits of ${course.points.width} pixels`}`;
    const reading = healthy
      ? `${what} on two axes, after ${count} steps downhill. Given back from two numbers each, they are off by ${significant(loss)}` +
        (step ? `, at the start by ${significant(course.losses[0]!)}` : "") +
        `; the best two straight axes leave ${significant(pack.best)}. Point ${looked + 1}, ${nameOf(pack, looked)}, lies at ` +
        `${short(x)}, ${short(y)} and comes back with an error of ${significant(own)}.`
      : `After ${count} steps the loss is ${significant(loss)}: each step has jumped over the valley, and farther out than before. Choose a smaller learning rate.`;
    return { picture, reading, table: table(pack, course) };
  },
});

function nameOf({ names, classes, side }: Packed, index: number): string {
  const name = names[classes[index]!]!;
  return side ? `${name === "8" ? "an" : "a"} ${name}` : `one of the ${name}s`;
}

const indexOf = (point: number): number => Math.max(0, Math.min(POINTS - 1, Math.round(point) - 1));

/** Mean squared error of one point. */
function errorOf({ points, made }: Course, index: number): number {
  let sum = 0;
  for (let i = index * points.width; i < (index + 1) * points.width; i += 1) sum += (made[i]! - points.values[i]!) ** 2;
  return sum / points.width;
}

function plane(pack: Packed, course: Course, looked: number): string {
  const { codes } = course;
  const reach = reachOf(codes);
  const span: Span = [-reach, reach];
  const axes: Axes = { x: span, y: span, xName: "first number", yName: "second number", xTicks: 5, yTicks: 5 };
  const dots = pack.classes.map((of, i) => {
    const at = place(axes, [codes[2 * i]!, codes[2 * i + 1]!]);
    if (pack.side) return `<i class="mp-embedding-dot mp-embedding-glyph mp-embedding-class-${of}" style="${at}">${escape(pack.names[of]!)}</i>`;
    return `<i class="mp-embedding-dot" style="${at};background:${cssColor(valuesOf(course, i, false))}"></i>`;
  });
  const centres = pack.side ? [] : pack.names.map((name, of) => `<b class="mp-embedding-name" style="${place(axes, centre(pack, codes, of))}">${escape(name)}</b>`);
  const at: [number, number] = [codes[2 * looked]!, codes[2 * looked + 1]!];
  const grip = handle(axes, "point", at, `Point ${looked + 1}, ${nameOf(pack, looked)}, at ${short(at[0])}, ${short(at[1])}`, looked, true);
  const lines = '<path class="mp-grid" d="M0 500H1000M500 0V1000"/>';
  return plot(axes, lines, `<span class="mp-points" aria-hidden="true">${dots.join("")}${centres.join("")}</span>${grip}`, "mp-embedding-plane");
}

function centre({ classes }: Packed, codes: Float64Array, of: number): [number, number] {
  const own = classes.flatMap((found, i) => (found === of ? [i] : []));
  const mean = (axis: number): number => own.reduce((sum, i) => sum + codes[2 * i + axis]!, 0) / own.length;
  return [mean(0), mean(1)];
}

function curve({ losses }: Course, step: number, { best }: Packed): string {
  const seen = losses.slice(0, step + 1);
  const top = Math.max(best * 1.3, losses[0]! * 1.05);
  const axes: Axes = { x: [0, MOST * UPDATES], y: [0, top], xName: "steps downhill", yName: "mean squared error", xTicks: 3, yTicks: 3 };
  const line = path(axes, seen.map((loss, i) => [i * UPDATES, Math.min(loss, top)]));
  const straight = path(axes, [[0, best], [MOST * UPDATES, best]]);
  const label = `<span class="mp-embedding-best" style="${place(axes, [0, best])}">best straight axes ${short(best)}</span>`;
  const now = Math.min(losses[step]!, top);
  const dot = Number.isFinite(now) ? `<span class="mp-embedding-now" style="${place(axes, [step * UPDATES, now])}"></span>` : "";
  return plot(axes, `<path class="mp-embedding-straight" d="${straight}"/><path class="mp-embedding-loss" d="${line}"/>`, label + dot, "mp-embedding-curve");
}

/** A point as it went in and as it comes out. */
function pair(pack: Packed, course: Course, looked: number): string {
  const one = (name: string, made: boolean): string => {
    const values = valuesOf(course, looked, made);
    const seen = pack.side ? pixels(values, pack.side) : `<span class="mp-embedding-swatch" style="background:${cssColor(values)}"></span>`;
    const words = pack.side ? "" : `<span class="mp-embedding-rgb">${bytes(values).join(", ")}</span>`;
    return `<figure class="mp-embedding-one">${seen}<p class="mp-axis-name">${name}</p>${words}</figure>`;
  };
  const [x = 0, y = 0] = course.codes.subarray(2 * looked, 2 * looked + 2);
  const code = `<p class="mp-embedding-code"><span>${significant(x)}</span><span>${significant(y)}</span></p>`;
  return `<div class="mp-embedding-pair">${one(`point ${looked + 1}`, false)}<span aria-hidden="true">→</span>${code}<span aria-hidden="true">→</span>${one("given back", true)}</div>`;
}

function valuesOf({ points, means, made }: Course, index: number, out: boolean): number[] {
  const from = out ? made : points.values;
  return Array.from(means, (mean, i) => Math.max(0, Math.min(1, from[index * points.width + i]! + mean)));
}

const bytes = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 255));
const cssColor = (values: readonly number[]): string => `rgb(${bytes(values).join(" ")})`;

/** A small picture in sixteen shades of ink. */
function pixels(values: readonly number[], side: number): string {
  const shades: string[] = [];
  values.forEach((value, i) => {
    const shade = Math.round(value * 15);
    if (shade) shades[shade] = `${shades[shade] ?? ""}M${i % side} ${Math.floor(i / side)}h1v1h-1z`;
  });
  const paths = shades.map((d, shade) => `<path fill-opacity="${(shade / 15).toFixed(2)}" d="${d}"/>`);
  return `<svg class="mp-embedding-pixels" viewBox="0 0 ${side} ${side}" aria-hidden="true">${paths.join("")}</svg>`;
}

function table(pack: Packed, course: Course): { head: string[]; rows: string[][] } {
  const rows = pack.names.map((name, of) => {
    const own = pack.classes.flatMap((found, i) => (found === of ? [i] : []));
    const [x, y] = centre(pack, course.codes, of);
    const error = own.reduce((sum, i) => sum + errorOf(course, i), 0) / own.length;
    return [name, String(own.length), significant(x), significant(y), significant(error)];
  });
  return { head: [pack.side ? "Digit" : "Word", "Points", "Middle, first number", "Middle, second number", "Mean squared error"], rows };
}
