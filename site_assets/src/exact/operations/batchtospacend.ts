/** Joins interleaved pictures of the batch and crops their margin. */
import { grid, picked, stridesOf, upTo } from "../shapes";
import { known, sizeOf, type Operation } from "../tensor";

export const operation: Operation = ([x, block, crops], node) => {
  const sizes = known(block, node);
  const cuts = known(crops, node);
  const count = sizes.length;
  const strides = stridesOf(x.shape);
  const batch = x.shape[0]! / sizeOf(sizes);
  const parts = stridesOf([...sizes, batch]).map((step) => step * strides[0]!);
  const lists = [
    upTo(batch).map((i) => i * strides[0]!),
    ...sizes.map((size, i) => {
      const [first, last] = [cuts[2 * i]!, x.shape[i + 1]! * size - cuts[2 * i + 1]!];
      return upTo(last - first).map((at) => Math.floor((first + at) / size) * strides[i + 1]! + ((first + at) % size) * parts[i]!);
    }),
    ...x.shape.slice(1 + count).map((length, i) => upTo(length).map((at) => at * strides[1 + count + i]!)),
  ];
  return picked(x, lists.map((list) => list.length), grid(lists, lists.map(() => 1)));
};
