/** Resizes pictures by bilinear interpolation; rounded once. */
import { positionsOf } from "../resizing";
import { known, tensor, type Operation } from "../tensor";

export const operation: Operation = ([x, lengths], node) => {
  const [batch, height, width, n] = x.shape as [number, number, number, number];
  const [rows, columns] = known(lengths, node) as [number, number];
  const [down, along] = [near(positionsOf(node, height, rows), height), near(positionsOf(node, width, columns), width)];
  const out = tensor("float32", [batch, rows, columns, n]);
  return {
    outputs: [out],
    run() {
      let to = 0;
      for (let b = 0; b < batch; b++) {
        for (const [top, bottom, part] of down) {
          for (const [left, right, share] of along) {
            const at = (row: number, column: number, c: number) => x.data[((b * height + row) * width + column) * n + c]!;
            for (let c = 0; c < n; c++) {
              const upper = at(top, left, c) + (at(top, right, c) - at(top, left, c)) * share;
              const lower = at(bottom, left, c) + (at(bottom, right, c) - at(bottom, left, c)) * share;
              out.data[to++] = upper + (lower - upper) * part;
            }
          }
        }
      }
    },
  };
};

/** The pixels before and after each position, and its distance from the first. */
function near(positions: readonly number[], length: number): [number, number, number][] {
  return positions.map((at) => {
    const before = Math.floor(at);
    return [Math.max(before, 0), Math.max(Math.min(Math.ceil(at), length - 1), 0), at - before];
  });
}
