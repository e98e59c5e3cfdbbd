/** Average pooling of volumes: the mean of each window without its padding. */
import type { Operation } from "../tensor";
import { pooled } from "../volumes";

export const operation: Operation = ([x], node) => pooled(x, node, 0, (so, value) => so + value, (so, count) => so / count);
