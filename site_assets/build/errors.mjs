/** Something a model or a source has to change: told by its message alone, without a stack. */
export class BuildError extends Error {}

/** What to tell of an error: esbuild's own list, a BuildError's sentence, a fault of ours with its stack. */
export function wordsOf(error) {
  const listed = (error.errors ?? []).map(({ location, text: words }) =>
    location ? `${location.file}:${location.line}: ${words}` : words,
  );
  if (listed.length > 0) return listed.join("\n");
  return error instanceof BuildError ? error.message : (error.stack ?? String(error));
}
