/** Converts to another type; to int32 it truncates. */
import { mapped } from "../elementwise";
import { dtype } from "../graph";
import type { Operation } from "../tensor";

const LIMIT = 2147483648; // values beyond the range of int32 become 0

export const operation: Operation = ([x], node) => {
  const target = dtype(node, "DstT");
  if (target === "int32") return mapped(x, (value) => (value > -LIMIT && value < LIMIT ? value : 0), target);
  return mapped(x, target === "bool" ? (value) => (value === 0 ? 0 : 1) : (value) => value, target);
};
