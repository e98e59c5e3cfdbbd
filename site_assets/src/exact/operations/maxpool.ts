/** Maximum pooling: the largest value of each window. */
import { maximum } from "../elementwise";
import { pooled } from "../pooling";
import type { Operation } from "../tensor";

export const operation: Operation = ([x], node) => pooled(x, node, -Infinity, maximum, (so) => so);
