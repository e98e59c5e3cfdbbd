/** Removes axes of length 1. */
import { integers } from "../graph";
import { axisOf, reshaped, type Operation } from "../tensor";

export const operation: Operation = ([x], node) => {
  const named = [...integers(node, "squeeze_dims"), ...integers(node, "axis")].map((axis) => axisOf(axis, x.shape.length));
  return reshaped(x, x.shape.filter((length, axis) => (named.length > 0 ? !named.includes(axis) : length !== 1)));
};
