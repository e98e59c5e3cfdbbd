/** alpha · x where x < 0, else x; alpha is the second input. */
import { paired } from "../elementwise";
import { leaky } from "../products";
import type { Operation } from "../tensor";

export const operation: Operation = ([x, slope]) => paired(x, slope, leaky);
