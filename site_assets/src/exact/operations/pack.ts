/** Stacks the inputs along a new axis. */
import { integer } from "../graph";
import { joined } from "../joining";
import { axisOf, type Operation } from "../tensor";

export const operation: Operation = (inputs, node) => {
  const { shape } = inputs[0];
  const axis = axisOf(integer(node, "axis"), shape.length + 1);
  return joined(inputs.map((x) => ({ ...x, shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)] })), axis);
};
