/** a xor b. */
import { comparison } from "../elementwise";

export const operation = comparison((a, b) => a !== b);
