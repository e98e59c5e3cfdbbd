/** The minimum over axes. */
import { minimum } from "../elementwise";
import { reduced } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, (data, at, first, count) => {
  let found = data[at[first]!]!;
  for (let i = 1; i < count; i++) found = minimum(found, data[at[first + i]!]!);
  return found;
});
