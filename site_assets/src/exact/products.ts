/** Sums in float64 in a stated order: term after term. */
import { texts, type Node } from "./graph";
import { NotCovered, type Data, type Inputs, type Shape, type Tensor, type Value } from "./tensor";

const BIAS = "BiasAdd";

/**
 * sums[c] += values[0] · weights[at[0] + c], then values[1] · weights[at[1] + c], …, for each c below n. Four terms are
 * added at a time, in this order.
 */
export function accumulate(
  sums: Float64Array, n: number, weights: Data, values: Float64Array, at: Int32Array, count: number,
): void {
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    const p = at[i]!;
    const q = at[i + 1]!;
    const r = at[i + 2]!;
    const s = at[i + 3]!;
    for (let j = 0; j < n; j++) {
      sums[j] = sums[j]! + a * weights[p + j]! + b * weights[q + j]! + c * weights[r + j]! + d * weights[s + j]!;
    }
  }
  for (; i < count; i++) {
    const a = values[i]!;
    const p = at[i]!;
    for (let j = 0; j < n; j++) sums[j] = sums[j]! + a * weights[p + j]!;
  }
}

/** Sets the sums for the results from `to` to what they start with. */
export type Start = (sums: Float64Array, to: number) => void;

/** Sums of results of `shape` start at +0, plus the bias of the last axes. */
export function startOf(bias: Tensor | null, shape: Shape): Start {
  if (bias === null) return (sums) => sums.fill(0);
  const lengths = bias.shape.slice(bias.shape.findIndex((length) => length !== 1));
  if (String(lengths) !== String(shape.slice(-lengths.length)) && bias.data.length > 1) throw new NotCovered(`A bias of shape [${bias.shape.join()}].`);
  const { data } = bias;
  return (sums, to) => {
    const first = to % data.length;
    for (let i = 0; i < sums.length; i++) sums[i] = 0 + data[data.length === 1 ? 0 : first + i]!;
  };
}

/** The bias of a fused operation, its third input, or null. */
export function fusedBias(node: Node, inputs: Inputs): Tensor | null {
  return texts(node, "fused_ops").includes(BIAS) ? inputs[2] : null;
}

/** Writes `n` sums from `to` in `out`. */
export type Finish = (sums: Float64Array, out: Data, to: number, n: number) => void;

const rounded: Finish = (sums, out, to, n) => {
  for (let i = 0; i < n; i++) out[to + i] = sums[i]!;
};

/** As `rounded`, after the activation that the node fuses with its sums. */
export function finishOf(node: Node, inputs: Inputs, valueOf: (op: string) => Value): Finish {
  const [name, more] = texts(node, "fused_ops").filter((op) => op !== BIAS);
  if (name === undefined) return rounded;
  if (more !== undefined) throw new Error(`${node.op} with ${name} and ${more}`);
  if (name === "Relu") {
    return (sums, out, to, n) => {
      for (let i = 0; i < n; i++) out[to + i] = sums[i]! <= 0 ? 0 : sums[i]!;
    };
  }
  if (name === "Prelu") {
    const slopes = inputs[3].data;
    return (sums, out, to, n) => {
      for (let i = 0; i < n; i++) out[to + i] = leaky(sums[i]!, slopes[slopes.length === n ? i : (to + i) % slopes.length]!);
    };
  }
  const slope = node.attr?.["leakyrelu_alpha"]?.f ?? 0.2;
  const value = name === "LeakyRelu" ? (x: number) => leaky(x, slope) : valueOf(name);
  return (sums, out, to, n) => {
    for (let i = 0; i < n; i++) out[to + i] = value(sums[i]!);
  };
}

/** slope · x where x < 0, else x. */
export function leaky(x: number, slope: number): number {
  return x < 0 ? x * slope : x;
}
