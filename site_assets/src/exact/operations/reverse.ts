/** Reverses the order along axes. */
import { placed, upTo } from "../shapes";
import { axisOf, known, type Operation } from "../tensor";

export const operation: Operation = ([x, axes], node) => {
  const turned = new Set(known(axes, node).map((axis) => axisOf(axis, x.shape.length)));
  return placed(x, x.shape.map((length, axis) => (turned.has(axis) ? upTo(length).reverse() : upTo(length))));
};
