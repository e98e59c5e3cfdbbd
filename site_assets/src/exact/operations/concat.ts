/** Concatenates the inputs along an axis. */
import { joined } from "../joining";
import { axisOf, known, type Operation } from "../tensor";

export const operation: Operation = (inputs, node) => {
  const parts = inputs.slice(0, -1);
  return joined(parts, axisOf(known(inputs.at(-1)!, node)[0]!, parts[0]!.shape.length));
};
