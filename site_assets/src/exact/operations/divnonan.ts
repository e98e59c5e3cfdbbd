/** a / b; 0 where b is 0. */
import { binary } from "../elementwise";

export const operation = binary((a, b) => b === 0 ? 0 : a / b);
