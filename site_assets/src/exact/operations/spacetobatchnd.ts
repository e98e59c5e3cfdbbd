/** Splits pictures into interleaved ones along the batch. */
import { padded } from "../padding";
import { upTo, picked, positions, stridesOf } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, block, widths], node) => {
  const sizes = known(block, node);
  const count = sizes.length;
  const rest = x.shape.length - 1 - count;
  const wide = padded(x, [0, 0, ...known(widths, node), ...new Array<number>(2 * rest).fill(0)], () => -1);
  const { shape } = wide.outputs[0]!;
  const strides = stridesOf(shape);
  const lengths = sizes.map((size, i) => shape[i + 1]! / size);
  const at = positions(
    [...sizes, shape[0]!, ...lengths, ...shape.slice(1 + count)],
    [...upTo(count).map((i) => strides[i + 1]!), strides[0]!, ...sizes.map((size, i) => size * strides[i + 1]!), ...strides.slice(1 + count)],
  );
  const batch = sizes.reduce((all, size) => all * size, shape[0]!);
  const made = picked(wide.outputs[0]!, [batch, ...lengths, ...shape.slice(1 + count)], at);
  return {
    outputs: made.outputs,
    run() {
      wide.run!();
      made.run!();
    },
  };
};
