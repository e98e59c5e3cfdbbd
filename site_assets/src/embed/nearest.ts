/** Suggestions for a mistyped name. */

/** Edit distance from `a` to `b`: insertions, deletions, substitutions and swaps of adjacent letters. */
export function distance(a: string, b: string): number {
  let [before, row]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before![j - 2]! + 1 : Infinity;
      next.push(Math.min(changed, swapped, row![j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row![b.length]!;
}

/** At most three of `names`, nearest first, that contain `wanted` or are within a small edit distance. */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const word = wanted.slice(0, 100).toLowerCase();
  return names
    .map((name) => ({ name, far: word !== "" && name.includes(word) ? 0 : distance(word, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}
