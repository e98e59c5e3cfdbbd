/** HTML as text: the build writes it in Node, the browser patches it in. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}

/** ` name="value"` for each; null leaves one out. */
export function attributes(given: Record<string, string | number | null>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escape(value!)}"`)
    .join("");
}
