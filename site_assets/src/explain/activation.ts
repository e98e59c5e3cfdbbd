/** An activation function as a curve over one input and as a surface over two, for weights that the reader sets. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { add, mul, scalar, tensor1d } from "@tensorflow/tfjs-core";
import { activated, ACTIVATIONS, FORMULAS, softmaxAgainstZero } from "../explore/lib/activations";
import { path, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { heat, isoline, middles } from "../explore/draw/heat";
import { choice, number, withoutControl } from "../explore/draw/params";
import { surface } from "../explore/draw/relief";
import { compute, useKernels } from "../explore/lib/tensors";
import { short } from "../core/number-format";

useKernels(addConfig);

const REACH = 4; // of both inputs
const ALONG = 161;
const GRID = 25;
const MAP = 40; // cells of each side
const LINES = 4; // contour intervals on the map

const CHOICES = { ...ACTIVATIONS, softmax: "Softmax" } as const;
type Name = keyof typeof CHOICES;

/** The neuron's output f(w₁·x₁ + w₂·x₂ + b) at n points, float32 of shape (n,). Softmax has a second neuron, whose score is 0. */
export function outputs(activation: Name, weights: readonly [number, number], bias: number, x1: readonly number[], x2: readonly number[]): Float32Array {
  const z = compute(() =>
    add(add(mul(tensor1d([...x1]), scalar(weights[0])), mul(tensor1d([...x2]), scalar(weights[1]))), scalar(bias)));
  return activation === "softmax" ? softmaxAgainstZero([...z]) : activated(activation, [...z]);
}

const places = (count: number): number[] => Array.from({ length: count }, (_, i) => -REACH + (2 * REACH * i) / (count - 1));

const SHAPES: Record<Name, string> = {
  linear: "a plane, tilted by the weights",
  relu: "a wedge: flat at 0 on one side, a tilted plane on the other",
  sigmoid: "a step with a slope, from 0 up to 1",
  tanh: "a step with a slope, from −1 up to 1",
  sine: "a wave with straight crests",
  softmax: "the sigmoid's step: softmax of two scores, one of them 0, equals the sigmoid",
};

export default explainer({
  title: "An activation function of one input, and of two",
  params: {
    activation: choice("Activation", CHOICES, "sigmoid"),
    w1: number("Weight w₁", { min: -3, max: 3, start: 1.5, step: 0.1 }),
    w2: number("Weight w₂", { min: -3, max: 3, start: -1, step: 0.1 }),
    bias: number("Bias b", { min: -5, max: 5, start: 0, step: 0.1 }),
    show: choice("Two inputs as", { surface: "a surface", map: "a map" }, "surface"),
    turn: withoutControl(number("Turn", { min: -180, max: 180, start: -35 })),
    tilt: withoutControl(number("Tilt", { min: 0, max: 90, start: 30 })),
  },
  drag: (_, { x, y }) => ({ turn: Math.round(x), tilt: Math.round(y) }),

  view({ activation, w1, w2, bias, show, turn, tilt }) {
    const line = places(ALONG);
    const side = places(GRID);
    const over = outputs(activation, [w1, w2], bias, line, line.map(() => 0));
    const net = [activation, [w1, w2], bias] as const;
    const asSurface = show === "surface";
    const flatMap = middles([-REACH, REACH], [-REACH, REACH], MAP);
    const grid = asSurface
      ? outputs(...net, side.flatMap(() => side), side.flatMap((y) => side.map(() => y)))
      : outputs(...net, [...flatMap].filter((_, i) => i % 2 === 0), [...flatMap].filter((_, i) => i % 2 === 1));
    const range = rangeOf(activation, [...over, ...grid]);
    const rows = [-4, -2, 0, 2, 4];
    const at = outputs(activation, [w1, w2], bias, rows.flatMap(() => rows), rows.flatMap((y) => rows.map(() => y)));
    const flat = w1 === 0 && w2 === 0;
    const shape = flat ? "flat, since both weights are 0" : SHAPES[activation];
    const along = Math.round((Math.atan2(w2, w1) * 180) / Math.PI);
    const formula = activation === "softmax" ? "softmax of (z, 0)" : FORMULAS[activation];
    return {
      picture: curve(formula, line, over, range) + (asSurface ? relief(grid, range, turn, tilt, over) : map(grid, range)),
      reading: `With z = ${short(w1)}·x₁ ${signed(w2)}·x₂ ${signed(bias)} the surface is ${shape}.${flat ? "" : ` It changes only in the direction ${short(along)}° from the x₁ axis.`}`,
      table: {
        head: ["x₂ \\ x₁", ...rows.map((x) => short(x))],
        rows: rows.map((y, i) => [short(y), ...rows.map((_, j) => short(at[i * rows.length + j]!))]),
      },
    };
  },
});

const signed = (value: number): string => `${value < 0 ? "−" : "+"} ${short(Math.abs(value))}`;

/** The range of the output axes. */
function rangeOf(activation: Name, values: readonly number[]): [number, number] {
  if (activation === "sigmoid" || activation === "softmax") return [0, 1];
  if (activation === "tanh" || activation === "sine") return [-1, 1];
  const most = Math.max(1, Math.ceil(Math.max(...values.map(Math.abs))));
  return [-most, most];
}

function curve(formula: string, line: readonly number[], values: Float32Array, [low, high]: [number, number]): string {
  const room = (high - low) * 0.1;
  const axes: Axes = { x: [-REACH, REACH], y: [low - room, high + room], xName: "x₁, while x₂ = 0", yName: `output: ${formula}` };
  const zero = `<path class="mp-grid" d="${path(axes, [[-REACH, 0], [REACH, 0]])}${path(axes, [[0, low - room], [0, high + room]])}"/>`;
  return plot(axes, `${zero}<path class="mp-curve" d="${path(axes, line.map((x, i) => [x, values[i]!] as const))}"/>`);
}

function relief(grid: Float32Array, range: [number, number], turn: number, tilt: number, over: Float32Array): string {
  const options = { n: GRID, range, names: ["x₁", "x₂"] as const, reach: REACH, turn, tilt };
  return `<div class="mp-relief"><p class="mp-axis-name">output over x₁ and x₂; drag to turn</p>${surface(grid, options, over)}</div>`;
}

/** A heat map with contour lines. */
function map(grid: Float32Array, [low, high]: [number, number]): string {
  const most = Math.max(Math.abs(low), high);
  const axes: Axes = { x: [-REACH, REACH], y: [-REACH, REACH], xName: "x₁", yName: "x₂; lines of equal output" };
  const lines = Array.from({ length: LINES - 1 }, (_, i) => isoline(grid, MAP, low + ((high - low) * (i + 1)) / LINES, "mp-isoline"));
  return plot(axes, heat(Array.from(grid, (value) => value / most), MAP) + lines.join("") + `<path class="mp-section" d="M0 500H1000"/>`, "", "mp-plane-plot");
}
