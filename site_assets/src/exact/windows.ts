/** Windows over the rows and columns of pictures (batch, rows, columns, channels). */
import { integers, text, type Node } from "./graph";
import { NotCovered, type Shape } from "./tensor";

/** Windows along one axis. before: positions of padding in front of the first element; count: of windows. */
export interface Axis {
  length: number;
  size: number;
  stride: number;
  dilation: number;
  before: number;
  count: number;
}

/** The windows along rows and columns of a convolution or pooling over an input of `shape`. */
export function windowsOf(node: Node, shape: Shape, rows: number, columns: number): [Axis, Axis] {
  return windowsAlong(node, shape, [rows, columns]) as [Axis, Axis];
}

/** The windows along each axis of pictures or volumes but the batch and the channels. sizes: of a window. */
export function windowsAlong(node: Node, shape: Shape, sizes: readonly number[]): Axis[] {
  if (node.attr?.["data_format"] && !["NHWC", "NDHWC"].includes(text(node, "data_format"))) throw new NotCovered(`${node.op} with channels first.`);
  const strides = integers(node, "strides");
  const dilations = integers(node, "dilations");
  const explicit = integers(node, "explicit_paddings");
  const padding = text(node, "padding");
  const along = (axis: number, size: number): Axis => {
    const length = shape[axis]!;
    const stride = strides[axis]!;
    const dilation = dilations[axis] ?? 1;
    const reach = (size - 1) * dilation + 1;
    if (padding === "SAME") {
      const count = Math.ceil(length / stride);
      const before = Math.max(0, (count - 1) * stride + reach - length) >> 1;
      return { length, size, stride, dilation, before, count };
    }
    const before = explicit[2 * axis] ?? 0;
    const behind = explicit[2 * axis + 1] ?? 0;
    const count = Math.max(0, Math.floor((length + before + behind - reach) / stride) + 1);
    return { length, size, stride, dilation, before, count };
  };
  return sizes.map((size, i) => along(i + 1, size));
}
