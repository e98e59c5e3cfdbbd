/** A shape filled with one value. */
import { picked } from "../shapes";
import { known, sizeOf, type Operation } from "../tensor";

export const operation: Operation = ([lengths, value], node) => {
  const shape = known(lengths, node);
  return picked(value, shape, new Int32Array(sizeOf(shape)));
};
