/** An error that the author must fix in a model or source file. It is printed without a stack. */
export class BuildError extends Error {}

/** The text to print: esbuild's list of errors, a BuildError's message, or the stack of any other error. */
export function errorText(error) {
  const listed = (error.errors ?? []).map(({ location, text: words }) =>
    location ? `${location.file}:${location.line}: ${words}` : words,
  );
  if (listed.length > 0) return listed.join("\n");
  return error instanceof BuildError ? error.message : (error.stack ?? String(error));
}
