/** a and b. */
import { comparison } from "../elementwise";

export const operation = comparison((a, b) => a !== 0 && b !== 0);
