/** Unstacks a tensor along an axis, which it removes. */
import { integer } from "../graph";
import { partsOf } from "../parts";
import { axisOf, type Operation } from "../tensor";

export const operation: Operation = ([x], node) => {
  const axis = axisOf(integer(node, "axis"), x.shape.length);
  const made = partsOf(x, axis, x.shape[axis]!);
  const shape = x.shape.filter((_, i) => i !== axis);
  return { ...made, outputs: made.outputs.map((part) => ({ ...part, shape })) };
};
