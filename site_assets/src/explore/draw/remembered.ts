/** Answers that are kept: a view asks for the same again at every step that is played. */

const KEPT = 4; // figures of one kind on a page

/** A pure function that keeps its last few answers. Arguments: what JSON can hold. */
export function lastOf<A extends readonly unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  const known = new Map<string, R>();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!known.has(key)) {
      known.set(key, work(...args));
      if (known.size > KEPT) known.delete(known.keys().next().value!);
    }
    return known.get(key)!;
  };
}

/**
 * A walk that keeps its steps and is only ever continued. first: where it begins; next: where the step
 * from `at` leads, null where it ends. The answer has count + 1 places, or fewer where it has ended.
 */
export function growing<A extends readonly unknown[], S>(first: (...args: A) => S, next: (at: S, step: number, ...args: A) => S | null): (count: number, ...args: A) => S[] {
  const begun = lastOf((...args: A) => ({ places: [first(...args)], ended: false }));
  return (count, ...args) => {
    const walk = begun(...args);
    while (walk.places.length <= count && !walk.ended) {
      const place = next(walk.places.at(-1)!, walk.places.length, ...args);
      if (place === null) walk.ended = true;
      else walk.places.push(place);
    }
    return walk.places.slice(0, count + 1);
  };
}
