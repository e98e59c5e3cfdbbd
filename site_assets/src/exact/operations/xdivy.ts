/** a / b; 0 where a is 0. */
import { binary } from "../elementwise";

export const operation = binary((a, b) => a === 0 ? 0 : a / b);
