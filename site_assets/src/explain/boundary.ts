/** Points of two classes in the plane, and a neuron or small network that learns to separate them step by step. */
import { ACTIVATIONS } from "../explore/lib/activations";
import { path, place, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { attributes } from "../core/html";
import { predict, trainingSteps, type TrainingConfig } from "../explore/lib/learner";
import { hiddenMaps, planeMap, sameEverywhere } from "../explore/draw/plane-maps";
import { choice, number, numbers, withoutControl, whole, InvalidValue, type Param } from "../explore/draw/params";
import { MINUS, short, significant } from "../core/number-format";

const MOST_POINTS = 60;
const MOST_STEPS = 500;
const MOST_HIDDEN = 16;
const SETTLED_STEPS = 80; // the loss has settled if it changed by less than SETTLED of itself in that many steps
const SETTLED = 0.003;
const SOLVED = 1e-3; // a loss below this is as good as 0
const SPANS = { wide: [-4, 4], unit: [-0.25, 1.25] } as const;
const NAMES = ["blue", "orange"] as const;
const CLOUDS = [
  -2.4, -1.2, 0, -1.6, -2.2, 0, -0.8, -0.6, 0, -1.9, 0.6, 0, 0.3, -1.8, 0, -0.3, 0.5, 0,
  1.8, 1.4, 1, 0.7, 2.3, 1, 2.6, 0.2, 1, 1.2, 0.4, 1, -0.6, 1.8, 1, 0.9, -0.7, 1,
  0.9, 1.2, 0, -1.5, -0.4, 1, // two points that no line separates from their neighbours
];

/** Parameter: x, y and class of each point, flat. The reader sets it in the plane. */
function points(): Param<number[]> {
  const list = numbers("Points", { start: CLOUDS, min: -4, max: 4, least: 0, most: 3 * MOST_POINTS, hidden: true });
  return {
    ...list,
    read: (text) => {
      const found = list.read(text);
      const whole = !(found instanceof InvalidValue) && found.length % 3 === 0 && found.every((value, i) => i % 3 < 2 || value === 0 || value === 1);
      return whole ? found : new InvalidValue(`x, y and class (0 or 1) of up to ${MOST_POINTS} points, from −4 to 4, with spaces between them`);
    },
  };
}

/** Weights and loss before steps 0 … `steps`, for tests. */
export function trained(config: TrainingConfig, steps: number): { weights: Float32Array; loss: number }[] {
  return [...trainingSteps(config, steps)];
}

export { predict };

export default explainer({
  title: "Two groups of points, and a network that learns to separate them",
  params: {
    points: points(),
    adding: choice("Click to", { blue: "add a blue point", orange: "add an orange point", remove: "remove a point" }, "orange"),
    hidden: whole("Hidden neurons", { min: 0, max: MOST_HIDDEN, start: 0 }),
    activation: choice("Their activation", { sigmoid: ACTIVATIONS.sigmoid, tanh: ACTIVATIONS.tanh, relu: ACTIVATIONS.relu, linear: ACTIVATIONS.linear }, "sigmoid"),
    rate: number("Learning rate", { min: 0.001, max: 10, start: 0.5, log: true }),
    optimizer: choice("Optimizer", { sgd: "SGD", adam: "Adam" }, "sgd"),
    loss: choice("Loss", { binary_crossentropy: "cross-entropy", mse: "squared error" }, "binary_crossentropy"),
    seed: withoutControl(whole("Random seed", { min: 1, max: 999, start: 3 })),
    span: withoutControl(choice("Plane", { wide: "−4 to 4", unit: "the unit square" }, "wide")),
  },
  steps: {
    most: MOST_STEPS, playMs: 40, keep: true,
    arrived({ points: list, hidden, activation, optimizer, rate, loss, seed }, step) {
      if (step < SETTLED_STEPS) return false;
      const losses = trainingSteps({ points: list, hidden, activation, optimizer, rate, loss, seed }, step).slice(-SETTLED_STEPS).map((state) => state.loss);
      const now = losses.at(-1)!;
      return !Number.isFinite(now) || now < SOLVED || losses.every((before) => Math.abs(before - now) < SETTLED * now);
    },
  },
  actions: {
    again: { label: "Change random seed", act: ({ seed }) => ({ seed: (seed % 999) + 1 }) },
    add: { label: "Add a point", act: ({ points: list, adding, span }) => added(list, adding, ...middleOf(span)) },
    clear: { label: "Remove all", act: () => ({ points: [] }) },
  },
  drag({ points: list, adding }, { handle, index, x, y }) {
    const [px, py] = [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
    if (handle === "plane") return added(list, adding, px, py);
    if (handle === "remove") return { points: list.filter((_, i) => Math.floor(i / 3) !== index) };
    return { points: list.map((value, i) => (i === 3 * index ? px : i === 3 * index + 1 ? py : value)) };
  },

  view(values, step) {
    const { points: list, hidden, activation, adding, span, rate, optimizer, loss, seed } = values;
    const states = trainingSteps({ points: list, hidden, activation, optimizer, rate, loss, seed }, step);
    const { weights, loss: cost } = states.at(-1)!;
    const network = { hidden, activation };
    const frame: Axes = { x: SPANS[span], y: SPANS[span], xName: "x", yName: "y", xTicks: 4 };
    const broken = weights.some((weight) => !Number.isFinite(weight));
    const map = planeMap(network, weights, frame);
    const examples = Array.from({ length: list.length / 3 }, (_, i) => ({ x: list[3 * i]!, y: list[3 * i + 1]!, k: list[3 * i + 2]! }));
    const predictions = predict(network, weights, examples.flatMap(({ x, y }) => [x, y])).predictions;
    const right = examples.filter(({ k }, i) => (predictions[i]! > 0.5) === (k === 1)).length;
    const everywhere = broken || examples.length === 0 ? "" : sameEverywhere(map.lowest, map.highest);
    const banner = everywhere ? `<p class="mp-boundary-banner" aria-hidden="true">${everywhere}</p>` : "";
    const dots = examples.map(({ x, y, k }, i) => pointButton(frame, x, y, k, i, adding === "remove", (predictions[i]! > 0.5) === (k === 1)));
    const plane = plot(frame, broken ? "" : map.drawing, banner + dots.join(""), "mp-plane-plot mp-boundary")
      .replace('class="mp-plot-area"', `class="mp-plot-area"${adding === "remove" ? "" : ' data-press="plane"'}`);
    const shown = hidden && !broken ? hiddenMaps(hidden, activation, weights, frame) : { html: "", edges: 0 };
    const side = lossCurve(states.map((state) => state.loss)) + shown.html;
    const edges = hidden ? ` ${shown.edges} of the ${hidden} hidden neurons ${shown.edges === 1 ? "has its" : "have their"} edge within the plane.` : "";
    return {
      picture: plane + `<div class="mp-boundary-side">${side}</div>`,
      reading: broken
        ? `At step ${step} a weight is NaN or infinite: the learning rate is too large. Choose a smaller one.`
        : examples.length === 0
          ? "There are no points, so there is nothing to learn. Click the plane to add some."
          : `After ${step} ${step === 1 ? "step" : "steps"} the loss is ${significant(cost)}; ${right} of ${examples.length} ${examples.length === 1 ? "point is" : "points are"} on the right side.${everywhere ? ` The prediction is ${everywhere}.` : boundaryLine(hidden, weights)}${edges}${examples.length < MOST_POINTS ? "" : ` ${MOST_POINTS} points are the maximum.`}`,
      table: {
        head: ["Point", "x", "y", "Colour", "Probability of orange"],
        rows: examples.map(({ x, y, k }, i) => [String(i + 1), short(x), short(y), NAMES[k] ?? "", significant(predictions[i]!)]),
      },
    };
  },
});

function middleOf(span: keyof typeof SPANS): [number, number] {
  const [low, high] = SPANS[span];
  return [(low + high) / 2, (low + high) / 2];
}

function added(list: number[], adding: "blue" | "orange" | "remove", x: number, y: number): { points: number[] } {
  return { points: list.length >= 3 * MOST_POINTS ? list : [...list, x, y, adding === "blue" ? 0 : 1] };
}

/** A point as a button: a circle for blue, a square for orange. It can be dragged, or removed by a click if `removes`. */
function pointButton(axes: Axes, x: number, y: number, k: number, index: number, removes: boolean, right: boolean): string {
  const words = `${k ? "Orange" : "Blue"} point ${index + 1} at ${short(x)}, ${short(y)}${right ? "" : ", on the wrong side"}${removes ? ": remove it" : ""}`;
  const given = attributes({
    type: "button", class: `mp-handle mp-grouped ${k ? "mp-grouped-orange" : "mp-grouped-blue"}${right ? "" : " mp-grouped-wrong"}`, "data-index": index,
    "data-x": x, "data-y": y, style: place(axes, [x, y]), "aria-label": words,
    ...(removes ? { "data-press": "remove" } : { "data-handle": "member", "aria-roledescription": "movable point" }),
  });
  return `<button${given}></button>`;
}

/** A sentence with the decision boundary of a single neuron; "" with hidden neurons or for a vertical line. */
function boundaryLine(hidden: number, weights: Float32Array): string {
  if (hidden > 0) return "";
  const [a = 0, b = 0, c = 0] = weights;
  if (Math.abs(b) < 1e-6) return "";
  const [slope, start] = [-a / b, -c / b];
  return ` Decision boundary: y = ${short(slope)}x ${start < 0 ? MINUS : "+"} ${short(Math.abs(start))}.`;
}

function lossCurve(losses: readonly number[]): string {
  const most = Math.max(0.1, ...losses.filter(Number.isFinite));
  const top = Number(most.toPrecision(1)) < most ? Number(most.toPrecision(1)) * 1.5 : Number(most.toPrecision(1));
  const end = Math.max(20, losses.length - 1);
  const axes: Axes = { x: [0, end], y: [0, top], xName: "steps", yName: "loss over all points", xTicks: 4, yTicks: 3 };
  const last = losses.at(-1)!;
  const dot = Number.isFinite(last) ? `<span class="mp-here" style="${place(axes, [losses.length - 1, last])}"></span>` : "";
  return plot(axes, `<path class="mp-curve" d="${path(axes, losses.map((loss, i) => [i, loss] as const))}"/>`, dot, "mp-small-plot");
}
