/** Maximum pooling of volumes: the largest value of each window. */
import { maximum } from "../elementwise";
import type { Operation } from "../tensor";
import { pooled } from "../volumes";

export const operation: Operation = ([x], node) => pooled(x, node, -Infinity, maximum, (so) => so);
