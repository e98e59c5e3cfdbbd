/** Memoisation: while steps play, a view computes the same values repeatedly. */

const MAX_ENTRIES = 4; // enough for the figures of one kind on a page

/** Returns `work`, a pure function, with its last few results cached. Arguments must be JSON values. */
export function memoized<A extends readonly unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  const cache = new Map<string, R>();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!cache.has(key)) {
      cache.set(key, work(...args));
      if (cache.size > MAX_ENTRIES) cache.delete(cache.keys().next().value!);
    }
    return cache.get(key)!;
  };
}

/**
 * Returns an iteration whose earlier elements are cached. first: the initial element; next: the element
 * after `at`, or null at the end. A call returns count + 1 elements, or fewer if the iteration has ended.
 */
export function memoizedSequence<A extends readonly unknown[], S>(first: (...args: A) => S, next: (at: S, step: number, ...args: A) => S | null): (count: number, ...args: A) => S[] {
  const sequences = memoized((...args: A) => ({ elements: [first(...args)], ended: false }));
  return (count, ...args) => {
    const sequence = sequences(...args);
    while (sequence.elements.length <= count && !sequence.ended) {
      const element = next(sequence.elements.at(-1)!, sequence.elements.length, ...args);
      if (element === null) sequence.ended = true;
      else sequence.elements.push(element);
    }
    return sequence.elements.slice(0, count + 1);
  };
}
