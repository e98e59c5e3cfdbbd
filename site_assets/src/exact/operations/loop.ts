/** A loop as one operation; graphs express it by Enter, Merge, LoopCond, Switch, NextIteration and Exit. */
import { nodeName, ordered, outputNumber, text, type Node } from "../graph";
import { NotCovered, tensor, type Made, type Tensor } from "../tensor";

export type Values = Map<string, readonly Tensor[]>;

/** input: what enters, in the order of `enters`, then what its nodes read from outside. */
export interface Loop extends Node {
  readonly enters: readonly string[];
  /** Each Merge node, the Enter node of its first value and the tensor of its next one. */
  readonly variables: readonly { name: string; first: string; following: string }[];
  /** Switch node → Merge node. */
  readonly switches: ReadonlyMap<string, string>;
  /** The tensor that holds whether another iteration follows. */
  readonly condition: string;
  readonly asked: readonly Node[];
  readonly body: readonly Node[];
}

const inputsOf = (node: Node): string[] => (node.input ?? []).map(nodeName);

/** The nodes with each loop as one node. */
export function structured(nodes: readonly Node[]): Node[] {
  const frames = new Map<string, Node[]>();
  const frameOf = new Map<string, string>();
  for (const node of nodes) {
    let inside = new Set(inputsOf(node).flatMap((name) => frameOf.get(name) ?? []));
    if (node.op === "Enter") {
      if (inside.size > 0) throw new NotCovered(`"${node.name}" is a loop in a loop.`);
      inside = new Set([text(node, "frame_name")]);
    }
    for (const name of inside) {
      frames.set(name, [...(frames.get(name) ?? []), node]);
      if (node.op !== "Exit") frameOf.set(node.name, name);
    }
  }
  const others = nodes.filter((node) => !frameOf.has(node.name) && node.op !== "Exit");
  for (const [name, inside] of frames) {
    const loop = loopOf(name, inside);
    others.push(loop);
    for (const node of inside) {
      if (node.op !== "Exit") continue;
      const place = loop.variables.findIndex((variable) => variable.name === loop.switches.get(inputsOf(node)[0]!));
      others.push({ name: node.name, op: "Identity", input: [`${name}:${place}`] });
    }
  }
  return ordered(others);
}

function loopOf(name: string, nodes: readonly Node[]): Loop {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const all = (op: string) => nodes.filter((node) => node.op === op);
  const enters = all("Enter");
  const variables = all("Merge").map((merge) => {
    const [first, next] = inputsOf(merge) as [string, string];
    return { name: merge.name, first, following: byName.get(next)!.input![0]! };
  });
  const condition = all("LoopCond")[0]!.input![0]!;
  const plain = nodes.filter((node) => !/^(Enter|Merge|LoopCond|Switch|NextIteration|Exit)$/.test(node.op));
  const outside = plain.flatMap((node) => (node.input ?? []).filter((input) => !byName.has(nodeName(input))));
  const asked = needed([condition], plain);
  const next = needed(variables.map(({ following }) => following), plain);
  return {
    name,
    op: "Loop",
    input: [...enters.map((node) => node.input![0]!), ...new Set(outside)],
    enters: enters.map((node) => node.name),
    variables,
    switches: new Map(all("Switch").map((node) => [node.name, inputsOf(node)[0]!])),
    condition,
    asked: plain.filter((node) => asked.has(node.name)),
    body: plain.filter((node) => next.has(node.name) && !asked.has(node.name)),
  };
}

/** Names of those of `nodes` that the tensors need. */
function needed(tensors: readonly string[], nodes: readonly Node[]): Set<string> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const waiting = tensors.map(nodeName);
  const found = new Set<string>();
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    const node = byName.get(name);
    if (node === undefined || found.has(name)) continue;
    found.add(name);
    waiting.push(...inputsOf(node));
  }
  return found;
}

/** Prepares the loop. prepare: adds the results of nodes to the values and returns what computes them. */
export function prepared(
  loop: Loop, given: readonly Tensor[], outside: Values, prepare: (nodes: readonly Node[], values: Values) => (() => void)[],
): Made {
  const values = new Map(outside);
  loop.enters.forEach((name, i) => values.set(name, [given[i]!]));
  const first = loop.variables.map((variable) => values.get(variable.first)![0]!);
  // A list is changed in place; every other variable has its own buffer.
  const state = first.map((value) => (value.list ? value : tensor(value.dtype, value.shape)));
  loop.variables.forEach(({ name }, i) => values.set(name, [state[i]!]));
  for (const [name, merge] of loop.switches) values.set(name, [values.get(merge)![0]!, values.get(merge)![0]!]);
  const asks = prepare(loop.asked, values);
  const steps = prepare(loop.body, values);
  const found = (name: string) => values.get(nodeName(name))![outputNumber(name)]!;
  const condition = found(loop.condition);
  const moved = loop.variables.flatMap(({ following }, i) => {
    const next = found(following);
    if (next.data === state[i]!.data) return [];
    if (next.list) throw new NotCovered(`The loop "${loop.name}" makes another list.`);
    return [{ from: next.data, to: state[i]!.data, between: next.data.slice() }];
  });
  return {
    outputs: state,
    run() {
      state.forEach((value, i) => (value === first[i] ? undefined : value.data.set(first[i]!.data)));
      for (;;) {
        for (const ask of asks) ask();
        if (!condition.data[0]) return;
        for (const step of steps) step();
        for (const { from, between } of moved) between.set(from);
        for (const { to, between } of moved) to.set(between);
      }
    },
  };
}
