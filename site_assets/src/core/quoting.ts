/** Quotes untrusted text, such as a link's, in messages: short, and unable to alter the text around it. */

const MOST = 20;
const MOST_LISTED = 3;
/** Control characters, bidirectional marks and lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Returns a text in quotation marks, truncated to `most` characters. */
export function quoted(text: string, most = MOST): string {
  const start = Array.from(text.slice(0, 4 * most).replace(UNSEEN, "\ufffd")); // enough for all visible characters
  const cut = start.length > most || text.length > 4 * most;
  return `“${start.slice(0, most).join("")}${cut ? "…" : ""}”`;
}

/** Returns the first few complaints, and the number of the others. */
export function listed(complaints: readonly string[]): string {
  const more = complaints.length - MOST_LISTED;
  return complaints.slice(0, MOST_LISTED).join("; ") + (more > 0 ? `; and ${String(more)} more` : "");
}

/** Splits a text at the first `mark`; the second part is undefined if there is no mark. */
export function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Returns a text with a capital first letter. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
