/**
 * The exact engine: a network's predictions by a definition that fixes every bit; pipeline/modelpress/exact/__init__.py states it.
 *
 * A plan is made once for each number of inputs: its operations with their buffers, in order. What doesn't depend on the
 * input is computed then.
 */
import { dtype, nodeName, outputNumber, readGraph, texts, type Graph, type ModelJson, type Node } from "./graph";
import type { Loop, structured, prepared } from "./operations/loop";
import { NotCovered, tensor, type DType, type Inputs, type Made, type OperationModule, type Tensor, type Value } from "./tensor";

/** Operations by the names of their modules; `loop` is none of one step. */
export type Operations = Readonly<Record<string, object>>;

interface LoopModule {
  structured: typeof structured;
  prepared: typeof prepared;
}

type Values = Map<string, readonly Tensor[]>;

interface Plan {
  input: Tensor;
  output: Tensor;
  steps: (() => void)[];
}

const LOOP = /^(Enter|Exit|LoopCond|Merge|NextIteration|Switch)$/;

/** The module of a TensorFlow operation: "_FusedMatMul" → "fusedmatmul", "AddV2" → "add"; all that make a loop are one. */
export function moduleName(op: string): string {
  if (LOOP.test(op)) return "loop";
  return op.replace(/^_|V\d$/g, "").toLowerCase();
}

export class Network {
  private readonly graph: Graph;
  private readonly nodes: readonly Node[];
  private readonly loops: LoopModule | undefined;
  private readonly plans = new Map<number, Plan>();

  /** shape: of one input, without the batch. */
  constructor(
    json: ModelJson,
    weights: ArrayBuffer,
    private readonly shape: readonly number[],
    private readonly operations: Operations,
  ) {
    this.graph = readGraph(json, weights);
    this.loops = (operations as { loop?: LoopModule }).loop;
    this.nodes = this.loops ? this.loops.structured(this.graph.nodes) : this.graph.nodes;
  }

  /** The predictions, float32, and their shape; `values` holds `batch` inputs. */
  predict(values: Float32Array, batch = 1): { values: Float32Array; shape: number[] } {
    const plan = this.plans.get(batch) ?? this.plan(batch);
    plan.input.data.set(values);
    for (const step of plan.steps) step();
    return { values: Float32Array.from(plan.output.data), shape: [...plan.output.shape] };
  }

  /** Of the graph's input; values of an integer one are cut to whole numbers. */
  private inputType(): DType {
    const node = this.nodes.find(({ name }) => name === this.graph.input);
    return node?.attr?.["dtype"] ? dtype(node, "dtype") : "float32";
  }

  private plan(batch: number): Plan {
    const input = tensor(this.inputType(), [batch, ...this.shape]);
    const values: Values = new Map([[this.graph.input, [input]]]);
    const steps = this.prepare(this.nodes, values);
    const plan = { input, output: found(this.graph.output, values), steps };
    this.plans.clear(); // one batch is used again and again
    this.plans.set(batch, plan);
    return plan;
  }

  /** Adds the results of `nodes`, which are in order, to the values; returns what computes them. */
  private prepare(nodes: readonly Node[], values: Values): (() => void)[] {
    const steps: (() => void)[] = [];
    for (const node of nodes) {
      if (node.name === this.graph.input) continue;
      const { outputs, run } = this.made(node, values);
      values.set(node.name, outputs);
      if (run) steps.push(run);
    }
    return steps;
  }

  private made(node: Node, values: Values): Made {
    if (node.op === "Const") return { outputs: [this.graph.weights.get(node.name)!] };
    const inputs = (node.input ?? []).map((name) => found(name, values));
    if (this.loops && node.op === "Loop") {
      return this.loops.prepared(node as Loop, inputs, values, (nodes, inner) => this.prepare(nodes, inner));
    }
    const made = this.module(node.op).operation(inputs as unknown as Inputs, node, (op) => this.value(op));
    if (!inputs.every((each) => each.constant) || made.outputs.some((each) => each.list)) return made;
    made.run?.();
    for (const output of made.outputs) output.constant = true;
    return { outputs: made.outputs };
  }

  private module(op: string): OperationModule {
    const name = moduleName(op);
    if (Object.hasOwn(this.operations, name)) return this.operations[name] as OperationModule;
    throw new NotCovered(`The exact engine lacks the operation ${op}.`);
  }

  private value(op: string): Value {
    const { value } = this.module(op);
    if (value) return value;
    throw new NotCovered(`The exact engine can't fuse the operation ${op}.`);
  }
}

/** The operations that a graph needs, also those that it fuses with others. */
export function neededOperations(json: ModelJson): string[] {
  const fused = (node: Node) => texts(node, "fused_ops").filter((op) => !["BiasAdd", "LeakyRelu", "Prelu"].includes(op));
  const all = json.modelTopology.node.flatMap((node) => [node.op, ...fused(node)]);
  return [...new Set(all)].filter((op) => op !== "Const" && op !== "Placeholder").sort();
}

function found(name: string, values: ReadonlyMap<string, readonly Tensor[]>): Tensor {
  return values.get(nodeName(name))![outputNumber(name)]!;
}
