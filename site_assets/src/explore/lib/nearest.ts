/** Selects a point of a plane by pointer or arrow key. */

/**
 * Returns the index of the point of `places` (x, y, x, y …) nearest to the target. With `from` ≥ 0 the target gives a
 * direction: returns the nearest point within 45° of it, or `from` if there is none. For a pointer, `from` is −1.
 */
export function nearest(places: ArrayLike<number>, [x, y]: readonly [number, number], from: number): number {
  const [x0, y0] = from < 0 ? [x, y] : [places[2 * from]!, places[2 * from + 1]!];
  const [ahead, aside] = [x - x0, y - y0];
  const far = Math.hypot(ahead, aside);
  let [best, least] = [Math.max(0, from), Infinity];
  for (let i = 0; i < places.length / 2; i += 1) {
    const [dx, dy] = [places[2 * i]! - x0, places[2 * i + 1]! - y0];
    const distance = Math.hypot(dx, dy);
    if (from >= 0 && (i === from || dx * ahead + dy * aside < Math.SQRT1_2 * distance * far - 1e-9)) continue;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}
