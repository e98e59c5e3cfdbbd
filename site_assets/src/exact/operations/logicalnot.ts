/** not a. */
import { mapped } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => mapped(x, (value) => (value ? 0 : 1));
