/** Dimensionality reduction of colours or digits to two dimensions, by an autoencoder trained on the reconstruction loss. */
import { handle, path, place, plot, type Axes, type Span } from "../explore/draw/chart";
import { Autoencoder, centred, layersOf, type Points } from "../explore/lib/autoencoder";
import { explainer } from "../explore/explainer";
import { escape } from "../core/html";
import { nearest } from "../explore/lib/nearest";
import { choice, number, toggle } from "../explore/draw/params";
import { short, significant } from "../core/number-format";
import { initialWeights } from "../training/data/initial-weights";

export { nearest };

const MOST = 200;
/** Optimizer steps for each step of the figure: the effect of one would hardly be visible. */
const UPDATES = 5;
const POINTS = 180;
const MARGIN = 1.12;

/** A data set, packed by `pipeline/explainers/embedding.py`. */
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

/** A training: the loss before and after each step, and the points after the last step. */
interface TrainingRun {
  key: string;
  points: Points;
  means: Float64Array;
  net: Autoencoder;
  losses: number[];
  codes: Float64Array;
  reconstructions: Float64Array;
}

/** The values of all points, 0 … 1, point by point. */
export function unpacked({ values, digits, top }: Pick<Packed, "values" | "digits" | "top">): Float32Array {
  return Float32Array.from({ length: values.length / digits }, (_, i) => parseInt(values.slice(i * digits, (i + 1) * digits), 16) / top);
}

/**
 * Trains from given initial weights, for tests. examples: the points, not centred. Returns the loss before each step
 * and after the last one, the codes (x, y, x, y …), and the weights in Keras' order, flat.
 */
export function descend(
  examples: readonly (readonly number[])[], bends: boolean, optimizer: "sgd" | "adam", rate: number, initial: readonly number[], steps: number,
): { losses: number[]; codes: Float64Array; weights: Float64Array } {
  const { points } = centred(Float32Array.from(examples.flat()), examples.length);
  const net = new Autoencoder(points, bends, { name: optimizer, learning_rate: rate }, initial);
  const losses = Array.from({ length: steps }, () => net.step());
  losses.push(net.measure());
  return { losses, codes: net.codes(), weights: net.weights() };
}

const SETTLED_STEPS = 15; // the loss has settled if it changed by less than SETTLED of itself in that many steps
const SETTLED = 0.005;

let latest: TrainingRun | null = null;

/** The training after `step` steps of the figure. Continues the latest training if possible. */
function trainingRun({ data, bends, optimizer, rate, start }: Settings, step: number, packs: Packs): TrainingRun {
  const key = [data, bends, optimizer, rate, start].join(" ");
  if (latest?.key !== key || latest.losses.length > step + 1) latest = newRun(key, packs[data], bends, optimizer, rate, start);
  const run = latest;
  while (run.losses.length <= step) {
    for (let i = 0; i < UPDATES; i += 1) run.net.step();
    run.losses.push(run.net.measure());
  }
  run.codes = run.net.codes();
  run.reconstructions = run.net.reconstructions();
  return run;
}

function newRun(key: string, pack: Packed, bends: boolean, optimizer: "sgd" | "adam", rate: number, start: number): TrainingRun {
  const { points, means } = centred(unpacked(pack), pack.classes.length);
  const first = initialWeights(layersOf(points.width, bends), points.width, start);
  const net = new Autoencoder(points, bends, { name: optimizer, learning_rate: rate }, first);
  return { key, points, means, net, losses: [net.measure()], codes: net.codes(), reconstructions: net.reconstructions() };
}

/** Half the plane's width: the largest coordinate, rounded up so that the axes do not change at every step. */
function reachOf(codes: Float64Array): number {
  const farthest = codes.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3) * MARGIN;
  const unit = 10 ** Math.floor(Math.log10(farthest));
  return unit * ([1, 1.5, 2, 3, 5, 7, 10].find((factor) => factor * unit >= farthest) ?? 10);
}

export default explainer<{
  data: ReturnType<typeof choice<{ colors: string; digits: string }>>; bends: ReturnType<typeof toggle>;
  optimizer: ReturnType<typeof choice<{ sgd: string; adam: string }>>; rate: ReturnType<typeof number>;
  start: ReturnType<typeof number>; point: ReturnType<typeof number>;
}, Packs>({
  title: "Points reduced to two dimensions by gradient descent",
  params: {
    data: choice("Points", { colors: "Colours", digits: "Digits" }, "colors"),
    optimizer: choice("Optimizer", { sgd: "SGD", adam: "Adam" }, "adam"),
    bends: toggle("Nonlinear: 16 tanh neurons before and after the code", false),
    rate: number("Learning rate", { min: 0.0001, max: 10, start: 0.01, log: true }),
    start: number("Random seed", { min: 1, max: 99, start: 1, step: 1, hidden: true }),
    point: number("Selected point", { min: 1, max: POINTS, start: 1, step: 1 }),
  },
  steps: {
    most: MOST, playMs: 60, verb: `${UPDATES} steps`, each: UPDATES,
    arrived(values, step, packs) {
      const last = trainingRun(values, step, packs).losses.slice(-SETTLED_STEPS);
      return !Number.isFinite(last.at(-1)) || (step >= SETTLED_STEPS && last.every((loss) => Math.abs(loss - last.at(-1)!) < SETTLED * loss));
    },
  },
  viewOnly: ["point"],
  actions: { again: { label: "Change random seed", act: ({ start }) => ({ start: (Math.round(start) % 99) + 1 }) } },

  drag(values, { x, y, key }, step, packs) {
    const { codes } = trainingRun(values, step, packs);
    return { point: nearest(codes, [x, y], key ? indexOf(values.point) : -1) + 1 };
  },

  view(values, step, packs) {
    const pack = packs[values.data];
    const run = trainingRun(values, step, packs);
    const loss = run.losses[step]!;
    const selected = indexOf(values.point);
    const healthy = Number.isFinite(loss) && run.codes.every((code) => Math.abs(code) < 1e6);
    const own = errorOf(run, selected);
    const side = healthy ? pair(pack, run, selected) : "";
    const map = healthy ? plane(pack, run, selected) : `<p class="mp-embedding-lost">The points have diverged: the learning rate is too large.</p>`;
    const picture = `${map}<div class="mp-embedding-side">${curve(run, step, pack)}${side}</div>`;
    const [x = 0, y = 0] = run.codes.subarray(2 * selected, 2 * selected + 2);
    const count = step * UPDATES;
    const what = `${run.points.count} ${values.data === "colors" ? "colours of 3 numbers" : `digits of ${run.points.width} pixels`}`;
    const reading = healthy
      ? `${what} in two dimensions, after ${count} steps. The mean squared error of the reconstruction is ${significant(loss)}` +
        (step ? `, down from ${significant(run.losses[0]!)} at the start` : "") +
        `; linear reduction (PCA) reaches ${significant(pack.best)}. Point ${selected + 1}, ${nameOf(pack, selected)}, lies at ` +
        `${short(x)}, ${short(y)}, and its reconstruction error is ${significant(own)}.`
      : `After ${count} steps the loss is ${significant(loss)}: the training diverges. Choose a smaller learning rate.`;
    return { picture, reading, table: table(pack, run) };
  },
});

function nameOf({ names, classes, side }: Packed, index: number): string {
  const name = names[classes[index]!]!;
  return side ? `${name === "8" ? "an" : "a"} ${name}` : `one of the ${name}s`;
}

const indexOf = (point: number): number => Math.max(0, Math.min(POINTS - 1, Math.round(point) - 1));

/** Mean squared error of one point's reconstruction. */
function errorOf({ points, reconstructions }: TrainingRun, index: number): number {
  let sum = 0;
  for (let i = index * points.width; i < (index + 1) * points.width; i += 1) sum += (reconstructions[i]! - points.values[i]!) ** 2;
  return sum / points.width;
}

function plane(pack: Packed, run: TrainingRun, selected: number): string {
  const { codes } = run;
  const reach = reachOf(codes);
  const span: Span = [-reach, reach];
  const axes: Axes = { x: span, y: span, xName: "first number", yName: "second number", xTicks: 5, yTicks: 5 };
  const dots = pack.classes.map((of, i) => {
    const at = place(axes, [codes[2 * i]!, codes[2 * i + 1]!]);
    if (pack.side) return `<i class="mp-embedding-dot mp-embedding-glyph mp-embedding-class-${of}" style="${at}">${escape(pack.names[of]!)}</i>`;
    return `<i class="mp-embedding-dot" style="${at};background:${cssColor(valuesOf(run, i, false))}"></i>`;
  });
  const centres = pack.side ? [] : pack.names.map((name, of) => `<b class="mp-embedding-name" style="${place(axes, centre(pack, codes, of))}">${escape(name)}</b>`);
  const at: [number, number] = [codes[2 * selected]!, codes[2 * selected + 1]!];
  const grip = handle(axes, "point", at, `Point ${selected + 1}, ${nameOf(pack, selected)}, at ${short(at[0])}, ${short(at[1])}`, selected, true);
  const lines = '<path class="mp-grid" d="M0 500H1000M500 0V1000"/>';
  return plot(axes, lines, `<span class="mp-points" aria-hidden="true">${dots.join("")}${centres.join("")}</span>${grip}`, "mp-embedding-plane");
}

function centre({ classes }: Packed, codes: Float64Array, of: number): [number, number] {
  const own = classes.flatMap((found, i) => (found === of ? [i] : []));
  const mean = (axis: number): number => own.reduce((sum, i) => sum + codes[2 * i + axis]!, 0) / own.length;
  return [mean(0), mean(1)];
}

function curve({ losses }: TrainingRun, step: number, { best }: Packed): string {
  const shown = losses.slice(0, step + 1);
  const top = Math.max(best * 1.3, losses[0]! * 1.05);
  const axes: Axes = { x: [0, MOST * UPDATES], y: [0, top], xName: "steps", yName: "mean squared error", xTicks: 3, yTicks: 3 };
  const line = path(axes, shown.map((loss, i) => [i * UPDATES, Math.min(loss, top)]));
  const linear = path(axes, [[0, best], [MOST * UPDATES, best]]);
  const label = `<span class="mp-embedding-best" style="${place(axes, [0, best])}">linear (PCA) ${short(best)}</span>`;
  const now = Math.min(losses[step]!, top);
  const dot = Number.isFinite(now) ? `<span class="mp-embedding-now" style="${place(axes, [step * UPDATES, now])}"></span>` : "";
  return plot(axes, `<path class="mp-embedding-straight" d="${linear}"/><path class="mp-embedding-loss" d="${line}"/>`, label + dot, "mp-embedding-curve");
}

/** A point, its code and its reconstruction. */
function pair(pack: Packed, run: TrainingRun, selected: number): string {
  const one = (name: string, reconstructed: boolean): string => {
    const values = valuesOf(run, selected, reconstructed);
    const image = pack.side ? pixels(values, pack.side) : `<span class="mp-embedding-swatch" style="background:${cssColor(values)}"></span>`;
    const words = pack.side ? "" : `<span class="mp-embedding-rgb">${bytes(values).join(", ")}</span>`;
    return `<figure class="mp-embedding-one">${image}<p class="mp-axis-name">${name}</p>${words}</figure>`;
  };
  const [x = 0, y = 0] = run.codes.subarray(2 * selected, 2 * selected + 2);
  const code = `<p class="mp-embedding-code"><span>${significant(x)}</span><span>${significant(y)}</span></p>`;
  return `<div class="mp-embedding-pair">${one(`point ${selected + 1}`, false)}<span aria-hidden="true">→</span>${code}<span aria-hidden="true">→</span>${one("reconstruction", true)}</div>`;
}

function valuesOf({ points, means, reconstructions }: TrainingRun, index: number, out: boolean): number[] {
  const from = out ? reconstructions : points.values;
  return Array.from(means, (mean, i) => Math.max(0, Math.min(1, from[index * points.width + i]! + mean)));
}

const bytes = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 255));
const cssColor = (values: readonly number[]): string => `rgb(${bytes(values).join(" ")})`;

/** An image in sixteen shades. */
function pixels(values: readonly number[], side: number): string {
  const shades: string[] = [];
  values.forEach((value, i) => {
    const shade = Math.round(value * 15);
    if (shade) shades[shade] = `${shades[shade] ?? ""}M${i % side} ${Math.floor(i / side)}h1v1h-1z`;
  });
  const paths = shades.map((d, shade) => `<path fill-opacity="${(shade / 15).toFixed(2)}" d="${d}"/>`);
  return `<svg class="mp-embedding-pixels" viewBox="0 0 ${side} ${side}" aria-hidden="true">${paths.join("")}</svg>`;
}

function table(pack: Packed, run: TrainingRun): { head: string[]; rows: string[][] } {
  const rows = pack.names.map((name, of) => {
    const own = pack.classes.flatMap((found, i) => (found === of ? [i] : []));
    const [x, y] = centre(pack, run.codes, of);
    const error = own.reduce((sum, i) => sum + errorOf(run, i), 0) / own.length;
    return [name, String(own.length), significant(x), significant(y), significant(error)];
  });
  return { head: [pack.side ? "Digit" : "Word", "Points", "Mean, first number", "Mean, second number", "Mean squared error"], rows };
}
