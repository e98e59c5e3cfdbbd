/**
 * Products summed over the letters that the result lacks: 0 + the terms in the order of those
 * letters in the equation, the last one innermost.
 */
import { text } from "../graph";
import { product } from "../matrices";
import { picked, positions, stridesOf } from "../shapes";
import { NotCovered, sizeOf, type Made, type Operation, type Tensor } from "../tensor";

export const operation: Operation = ([x, y], node) => {
  const [given, result] = text(node, "equation").replaceAll(" ", "").split("->") as [string, string];
  const letters = given.split(",");
  if (given.includes(".") || letters.length !== 2 || letters.some((one) => new Set(one).size < one.length)) {
    throw new NotCovered(`${node.op} of "${text(node, "equation")}".`);
  }
  const [one, two] = letters as [string, string];
  const lengths = new Map(Array.from(one).map((letter, i): [string, number] => [letter, x.shape[i]!]));
  Array.from(two).forEach((letter, i) => lengths.set(letter, y.shape[i]!));
  const every = [...lengths.keys()];
  const batch = every.filter((c) => one.includes(c) && two.includes(c) && result.includes(c));
  const inner = every.filter((c) => !result.includes(c));
  const rows = Array.from(one).filter((c) => !two.includes(c) && result.includes(c));
  const columns = Array.from(two).filter((c) => !one.includes(c) && result.includes(c));
  const a = arranged(x, one, [batch, rows, inner], lengths);
  const b = arranged(y, two, [batch, inner, columns], lengths);
  if (b.outputs[0]!.constant) b.run!();
  const made = product(a.outputs[0]!, b.outputs[0]!, false, false);
  const order = [...batch, ...rows, ...columns];
  const strides = stridesOf(order.map((c) => lengths.get(c)!));
  const wanted = Array.from(result);
  const shape = wanted.map((c) => lengths.get(c)!);
  const at = positions(shape, wanted.map((c) => strides[order.indexOf(c)]!));
  const last = picked(made.outputs[0]!, shape, at);
  return {
    outputs: last.outputs,
    run() {
      a.run!();
      b.run!();
      made.run!();
      last.run!();
    },
  };
};

/** x with three axes, each of these letters; a letter that it lacks repeats it. */
function arranged(x: Tensor, letters: string, axes: readonly string[][], lengths: ReadonlyMap<string, number>): Made {
  const strides = stridesOf(x.shape);
  const order = axes.flat();
  const at = positions(order.map((c) => lengths.get(c)!), order.map((c) => (letters.includes(c) ? strides[letters.indexOf(c)]! : 0)));
  const made = picked(x, axes.map((each) => sizeOf(each.map((c) => lengths.get(c)!))), at);
  if (x.constant) made.outputs[0]!.constant = true;
  return made;
}
