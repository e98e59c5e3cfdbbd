/** Average pooling: the mean of each window without its padding. */
import { pooled } from "../pooling";
import type { Operation } from "../tensor";

export const operation: Operation = ([x], node) => pooled(x, node, 0, (so, value) => so + value, (so, count) => so / count);
