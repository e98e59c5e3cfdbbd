/** Adds an axis of length 1. */
import { axisOf, known, reshaped, type Operation } from "../tensor";

export const operation: Operation = ([x, axis], node) => {
  const at = axisOf(known(axis, node)[0]!, x.shape.length + 1);
  return reshaped(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
};
