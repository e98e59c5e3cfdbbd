/** (a - b)², rounded once. */
import { binary } from "../elementwise";

export const operation = binary((a, b) => (a - b) * (a - b));
