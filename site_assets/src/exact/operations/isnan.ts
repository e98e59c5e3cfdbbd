/** Whether x is NaN. */
import { mapped } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => mapped(x, (value) => (Number.isNaN(value) ? 1 : 0), "bool");
