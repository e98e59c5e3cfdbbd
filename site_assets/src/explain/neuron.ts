/** One neuron with three inputs, with all products, their sum and the output. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { sumConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sum";
import { add, mul, scalar, sum, tensor1d } from "@tensorflow/tfjs-core";
import { activated, ACTIVATIONS, FORMULAS, type ActivationName } from "../explore/lib/activations";
import { path, place, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { choice, number } from "../explore/draw/params";
import { compute, useKernels } from "../explore/lib/tensors";
import { short } from "../core/number-format";

useKernels(addConfig, sumConfig);

const REACH = 3;
const SUBS = ["₁", "₂", "₃"];
const PLACES = 101;
/** Formats a number after rounding float32 to six digits. */
const shown = (value: number): string => short(Number(value.toPrecision(6)));

/** z = Σ xᵢ·wᵢ + b and its activation, in float32. inputs, weights: shape (n,). */
export function neuron(inputs: readonly number[], weights: readonly number[], bias: number, activation: ActivationName): { sum: number; output: number } {
  const z = compute(() => add(sum(mul(tensor1d([...inputs]), tensor1d([...weights]))), scalar(bias)))[0]!;
  return { sum: z, output: activated(activation, [z])[0]! };
}

const input = (i: number, start: number): ReturnType<typeof number> => number(`Input x${SUBS[i]!}`, { min: -REACH, max: REACH, start, step: 0.1 });
const weight = (i: number, start: number): ReturnType<typeof number> => number(`Weight w${SUBS[i]!}`, { min: -REACH, max: REACH, start, step: 0.1 });

export default explainer({
  title: "One neuron with three inputs",
  params: {
    x1: input(0, 1), w1: weight(0, 0.8),
    x2: input(1, -0.5), w2: weight(1, 1.2),
    x3: input(2, 2), w3: weight(2, -0.4),
    bias: number("Bias b", { min: -REACH, max: REACH, start: 0.5, step: 0.1 }),
    activation: choice("Activation", ACTIVATIONS, "sigmoid"),
  },

  view({ x1, x2, x3, w1, w2, w3, bias, activation }) {
    const [inputs, weights] = [[x1, x2, x3], [w1, w2, w3]];
    const { sum: z, output } = neuron(inputs, weights, bias, activation);
    const products = compute(() => mul(tensor1d(inputs), tensor1d(weights)));
    const rows = inputs.map((x, i) => [`x${SUBS[i]!} · w${SUBS[i]!}`, `${shown(x)} × ${shown(weights[i]!)}`, products[i]!] as const);
    const longest = Math.max(1, ...rows.map(([, , value]) => Math.abs(value)), Math.abs(bias), Math.abs(z));
    const ledger = [...rows, ["bias b", "", bias] as const, ["sum z", "", z] as const].map(([name, how, value], i) =>
      `<li${i === 4 ? ' class="mp-ledger-sum"' : ""}><span>${name}</span><span>${how}</span><span class="mp-ledger-value">${shown(value)}</span>${bar(value, longest)}</li>`);
    const picture =
      `<div class="mp-neuron-left">${diagram(inputs, weights, products, bias, z, output, activation)}` +
      `<ol class="mp-ledger">${ledger.join("")}</ol></div>${curve(activation, z, output)}`;
    const parts = [...rows.map(([, , value]) => value), bias];
    const largest = parts.reduce((best, value, i) => (Math.abs(value) > Math.abs(parts[best]!) ? i : best), 0);
    const most = parts[largest] === 0 ? "All parts are 0" : `${largest === 3 ? "The bias" : `Input ${largest + 1}`} counts most, with ${shown(parts[largest]!)}`;
    return {
      picture,
      reading: `The products and the bias add up to ${shown(z)}; ${named(activation)} ${shown(output)}. ${most}.`,
      table: {
        head: ["Part", "Input", "Weight", "Value"],
        rows: [
          ...inputs.map((x, i) => [`x${SUBS[i]!} · w${SUBS[i]!}`, shown(x), shown(weights[i]!), shown(products[i]!)]),
          ["Bias", "", "", shown(bias)],
          ["Sum", "", "", shown(z)],
          [`Output: ${FORMULAS[activation]}`, "", "", shown(output)],
        ],
      },
    };
  },
});

function named(activation: ActivationName): string {
  return activation === "linear" ? "without an activation, the output is" : `the ${activation === "relu" ? "ReLU" : activation} of that is`;
}

const sign = (value: number): string => (value < 0 ? "mp-negative" : "mp-positive");

/** A bar from the middle, to the right for positive values and to the left for negative ones. */
function bar(value: number, longest: number): string {
  const length = (Math.abs(value) / longest / 2).toFixed(4);
  return `<span class="mp-signed ${value < 0 ? "mp-low" : ""}" style="--mp-share:${length}"></span>`;
}

/** Inputs on the left, the neuron on the right, and connections between them. */
function diagram(
  inputs: readonly number[], weights: readonly number[], products: Float32Array, bias: number, z: number, output: number, activation: ActivationName,
): string {
  const y = (i: number): number => (i + 0.5) * 250;
  const wires = [...products, bias].map((value, i) => {
    const width = Math.min(9, 1.5 + 2.2 * Math.abs(value)).toFixed(1);
    return `<path class="mp-wire ${sign(value)}" style="stroke-width:${width}px" d="M0 ${y(i)}C500 ${y(i)} 500 500 1000 500"/>`;
  });
  const labels = weights.map((value, i) => `<span class="mp-wire-label" style="--mp-row:${i}">× ${shown(value)}</span>`);
  const sources = inputs.map((value, i) => `<span class="mp-neuron-input">x${SUBS[i]!} <b>${shown(value)}</b></span>`);
  return (
    `<div class="mp-neuron" aria-hidden="true"><div class="mp-neuron-inputs">${sources.join("")}<span class="mp-neuron-input mp-neuron-bias">b <b>${shown(bias)}</b></span></div>` +
    `<div class="mp-wires mp-plot-area"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none">${wires.join("")}</svg>${labels.join("")}</div>` +
    `<div class="mp-body"><span>sum <b>${shown(z)}</b></span><span>${activation === "linear" ? "no activation" : ACTIVATIONS[activation]}</span><span class="mp-body-out">output <b>${shown(output)}</b></span></div></div>`
  );
}

function curve(activation: ActivationName, z: number, output: number): string {
  const reach = Math.max(6, Math.ceil(Math.abs(z)));
  const y: [number, number] = activation === "linear" || activation === "relu" ? [-reach, reach] : activation === "sigmoid" ? [-0.25, 1.25] : [-1.25, 1.25];
  const axes: Axes = { x: [-reach, reach], y, xName: "sum z", yName: `output ${FORMULAS[activation]}` };
  const places = Array.from({ length: PLACES }, (_, i) => -reach + (2 * reach * i) / (PLACES - 1));
  const values = activated(activation, places);
  const drop = `<path class="mp-truth" d="${path(axes, [[z, y[0]], [z, output], [-reach, output]])}"/>`;
  const zero = `<path class="mp-grid" d="${path(axes, [[-reach, 0], [reach, 0]])}${path(axes, [[0, y[0]], [0, y[1]]])}"/>`;
  const dot = `<span class="mp-here" style="${place(axes, [z, output])}"></span>`;
  return plot(axes, `${zero}${drop}<path class="mp-curve" d="${path(axes, places.map((at, i) => [at, values[i]!] as const))}"/>`, dot);
}
