/** The products of matrices on the last two axes. */
import { accumulate, startOf, type Finish } from "./products";
import { broadcast, broadcastPositions, finite, transposed } from "./shapes";
import { sizeOf, tensor, type Made, type Tensor } from "./tensor";

const rounded: Finish = (sums, out, to, n) => {
  for (let i = 0; i < n; i++) out[to + i] = sums[i]!;
};

/**
 * Each element is 0 + bias + a[0]·b[0] + a[1]·b[1] + …, in this order, for a (…, m, k) and b (…, k, n). Terms of an a
 * that is 0 are left out where b is constant and finite: a sum that starts at +0 is never −0, so they change no bit.
 */
export function product(
  a: Tensor, b: Tensor, turnA: boolean, turnB: boolean, bias: Tensor | null = null, finish: Finish = rounded,
): Made {
  const turned = turnB ? turnedMatrices(b) : { outputs: [b] as [Tensor] };
  if (b.constant) turned.run?.();
  const right = turned.outputs[0]!;
  const [lead, leadB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [p, q] = a.shape.slice(-2) as [number, number];
  const [m, k] = turnA ? [q, p] : [p, q];
  const n = right.shape.at(-1)!;
  const leads = broadcast(lead, leadB);
  const out = tensor("float32", [...leads, m, n]);
  const [fromA, fromB] = [broadcastPositions(lead, leads), broadcastPositions(leadB, leads)];
  const skips = Boolean(b.constant) && finite(right);
  const start = startOf(bias, out.shape);
  const [sums, values, at] = [new Float64Array(n), new Float64Array(k), new Int32Array(k)];
  const [rowStep, step] = turnA ? [1, m] : [k, 1];
  const [x, w, to] = [a.data, right.data, out.data];
  return {
    outputs: [out],
    run() {
      if (!b.constant) turned.run?.();
      for (let l = 0; l < sizeOf(leads); l++) {
        for (let row = 0; row < m; row++) {
          let from = fromA[l]! * m * k + row * rowStep;
          let weights = fromB[l]! * k * n;
          let count = 0;
          for (let i = 0; i < k; i++, from += step, weights += n) {
            const value = x[from]!;
            if (value === 0 && skips) continue;
            values[count] = value;
            at[count++] = weights;
          }
          const place = (l * m + row) * n;
          start(sums, place);
          accumulate(sums, n, w, values, at, count);
          finish(sums, to, place, n);
        }
      }
    },
  };
}

function turnedMatrices(x: Tensor): Made {
  const order = x.shape.map((_, axis) => axis);
  const rank = order.length;
  return transposed(x, [...order.slice(0, -2), rank - 1, rank - 2]);
}
