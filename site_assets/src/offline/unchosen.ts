/** Removes settings that the theme stores although the reader chose none. */

/** Material's name for the system's colour scheme. */
const AUTOMATIC = "(prefers-color-scheme)";

/** Removes the stored scheme if it is the automatic one: Material stores it on the first page, and it is the default. */
export function removeDefaultScheme(): void {
  const { __md_scope: scope } = globalThis as { __md_scope?: URL };
  const name = `${scope?.pathname ?? "/"}.__palette`;
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null") as { color?: { media?: string } } | null;
    if (kept?.color?.media === AUTOMATIC) localStorage.removeItem(name);
  } catch {
    return; // no storage, or another program's value under that name
  }
}
