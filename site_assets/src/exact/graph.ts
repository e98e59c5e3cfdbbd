/** A graph model as the converter writes it: its nodes, their attributes, the weights' values. */
import type { Node } from "./node";
import { ARRAYS, NotCovered, sizeOf, type Data, type DType, type Tensor } from "./tensor";

export type { Node };

interface Spec {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
}

/** The parts of a parsed model.json that the engine reads. */
export interface ModelJson {
  modelTopology: { node: Node[] };
  signature: { inputs: Record<string, { name: string }>; outputs: Record<string, { name: string }> };
  weightsManifest: { weights: Spec[] }[];
}

/** nodes: each after those whose results it reads. */
export interface Graph {
  nodes: Node[];
  weights: Map<string, Tensor>;
  input: string;
  output: string;
}

export const flag = (node: Node, name: string): boolean => node.attr?.[name]?.b ?? false;
export const integer = (node: Node, name: string, otherwise = 0): number => Number(node.attr?.[name]?.i ?? otherwise);
export const float = (node: Node, name: string, otherwise: number): number => node.attr?.[name]?.f ?? otherwise;
export const integers = (node: Node, name: string): number[] => (node.attr?.[name]?.list?.i ?? []).map(Number);
export const text = (node: Node, name: string): string => atob(node.attr?.[name]?.s ?? "");
export const texts = (node: Node, name: string): string[] => (node.attr?.[name]?.list?.s ?? []).map(atob);

export function dtype(node: Node, name: string): DType {
  const type = node.attr?.[name]?.type;
  return type === "DT_BOOL" ? "bool" : type === "DT_FLOAT" ? "float32" : "int32";
}

/** The node of a tensor `name:1`. */
export const nodeName = (tensor: string): string => tensor.replace(/:\d+$/, "");

/** Which result of its node a tensor is. */
export const outputNumber = (tensor: string): number => Number(/:(\d+)$/.exec(tensor)?.[1] ?? 0);

export function readGraph(json: ModelJson, weights: ArrayBuffer): Graph {
  const [input] = Object.values(json.signature.inputs);
  const [output] = Object.values(json.signature.outputs);
  return {
    nodes: ordered(reached(json.modelTopology.node, nodeName(output!.name))),
    weights: readWeights(json.weightsManifest.flatMap((group) => group.weights), weights),
    input: nodeName(input!.name),
    output: output!.name,
  };
}

/** The nodes that one reads, without control inputs, which change no value. */
function reached(nodes: readonly Node[], last: string): Node[] {
  const plain = nodes.map((node) => ({ ...node, input: (node.input ?? []).filter((name) => !name.startsWith("^")) }));
  const byName = new Map(plain.map((node) => [node.name, node]));
  const needed = new Set([last]);
  for (const name of needed) for (const input of byName.get(name)!.input) needed.add(nodeName(input));
  return plain.filter((node) => needed.has(node.name));
}

/** The nodes, each after its inputs. The edge from NextIteration back to Merge does not count. */
export function ordered(nodes: readonly Node[]): Node[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Map<string, Node>();
  const opened = new Set<string>();
  for (const first of nodes) {
    const waiting = [first.name];
    while (waiting.length > 0) {
      const node = byName.get(waiting.at(-1)!)!;
      let names = (node.input ?? []).map(nodeName).filter((name) => !done.has(name));
      if (node.op === "Merge") names = names.filter((name) => byName.get(name)!.op !== "NextIteration");
      if (done.has(node.name) || names.length === 0) {
        done.set(node.name, node);
        waiting.pop();
        continue;
      }
      if (names.some((name) => opened.has(name))) throw new NotCovered("Operations need each other in a circle.");
      opened.add(node.name);
      waiting.push(...names.reverse());
    }
  }
  return [...done.values()];
}

function readWeights(specs: readonly Spec[], bytes: ArrayBuffer): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of specs) {
    const count = sizeOf(shape);
    const stored = STORED[quantization?.dtype ?? dtype];
    if (!stored) throw new NotCovered(`Weights of type "${quantization?.dtype ?? dtype}".`);
    const end = at + count * stored.BYTES_PER_ELEMENT;
    const raw = new stored(bytes.slice(at, end)); // a copy, since typed arrays begin at multiples of their size
    at = end;
    found.set(name, { shape, dtype: dtype as DType, data: decoded(raw, dtype as DType, quantization), constant: true });
  }
  return found;
}

const STORED: Record<string, typeof Float32Array | typeof Int32Array | typeof Uint8Array | typeof Uint16Array> = {
  ...ARRAYS,
  uint8: Uint8Array,
  uint16: Uint16Array,
  float16: Uint16Array,
};

/** Dequantizes stored values. */
function decoded(raw: Data | Uint16Array, dtype: DType, given: Spec["quantization"]): Data {
  if (given?.dtype === "float16") return Float32Array.from(raw, half);
  if (given?.scale === undefined) return raw as Data;
  const { scale, min = 0 } = given;
  return dtype === "float32" ? Float32Array.from(raw, (x) => x * scale + min) : Int32Array.from(raw, (x) => toEven(x * scale + min));
}

/** The value of a float16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction / 16777216 : (1 + fraction / 1024) * (exponent < 15 ? 1 / (1 << (15 - exponent)) : 1 << (exponent - 15)));
}

/** The nearest whole number; ties to even; 0 with the sign of x. */
export function toEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const nearest = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return nearest === 0 ? x * 0 : nearest;
}
