/** Tensors one after another along an axis. */
import { sizeOf, tensor, type Made, type Tensor } from "./tensor";

export function joined(parts: readonly Tensor[], axis: number): Made {
  const first = parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  const out = tensor(first.dtype, [...first.shape.slice(0, axis), length, ...first.shape.slice(axis + 1)]);
  const outer = sizeOf(first.shape.slice(0, axis));
  const inner = parts.map((part) => sizeOf(part.shape.slice(axis)));
  return {
    outputs: [out],
    run() {
      let at = 0;
      for (let i = 0; i < outer; i++) {
        parts.forEach((part, p) => {
          const size = inner[p]!;
          for (let j = 0; j < size; j++) out.data[at++] = part.data[i * size + j]!;
        });
      }
    },
  };
}
