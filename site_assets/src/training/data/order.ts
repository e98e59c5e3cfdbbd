/** Order of the examples in an epoch, the same as Python's. */
import { Pcg64 } from "./pcg64";

/**
 * Returns `numpy.random.default_rng([seed, epoch]).permutation(rows)`, bit for bit: 0 … rows − 1, uint32 of shape
 * (rows,). NumPy shuffles from the last index down (numpy/random/_generator.pyx, `_shuffle_raw`).
 *
 * seed, epoch: integers from 0 up to 2^53.
 */
export function order(seed: number, epoch: number, rows: number): Uint32Array<ArrayBuffer> {
  const places = inOrder(rows);
  const generator = new Pcg64([seed, epoch]);
  for (let i = rows - 1; i > 0; i--) {
    const j = generator.bounded(i);
    const swapped = places[i]!;
    places[i] = places[j]!;
    places[j] = swapped;
  }
  return places;
}

/** Returns the unshuffled order: 0 … rows − 1. */
export function inOrder(rows: number): Uint32Array<ArrayBuffer> {
  const places = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) places[i] = i;
  return places;
}
