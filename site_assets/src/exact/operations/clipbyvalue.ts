/** x between a lower and an upper limit. */
import { mapped, maximum, minimum } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([x, low, high]) => mapped(x, (value) => minimum(maximum(value, low.data[0]!), high.data[0]!));
