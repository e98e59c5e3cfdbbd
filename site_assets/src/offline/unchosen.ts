/** What the theme keeps without being asked to. */

/** Material's name for "as the reader's system has it". */
const AUTOMATIC = "(prefers-color-scheme)";

/** Material writes its scheme down on the first page, chosen or not. The automatic one is what there is without any. */
export function forgetUnchosen(): void {
  const { __md_scope: scope } = globalThis as { __md_scope?: URL };
  const name = `${scope?.pathname ?? "/"}.__palette`;
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null") as { color?: { media?: string } } | null;
    if (kept?.color?.media === AUTOMATIC) localStorage.removeItem(name);
  } catch {
    return; // nothing can be kept here, or something else lies under that name
  }
}
