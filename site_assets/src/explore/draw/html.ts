/** Helpers for HTML as text: the build writes it in Node, the browser patches it into the page. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}

/** ` name="value"` for each entry; null omits an attribute. */
export function attributes(given: Record<string, string | number | null>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escape(value!)}"`)
    .join("");
}
