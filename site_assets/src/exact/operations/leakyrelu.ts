/** alpha · x where x < 0, else x. */
import { mapped } from "../elementwise";
import { float } from "../graph";
import { leaky } from "../products";
import type { Operation } from "../tensor";

export const operation: Operation = ([x], node) => mapped(x, (value) => leaky(value, float(node, "alpha", 0.2)));
