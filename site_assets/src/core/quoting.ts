/** Words from outside, such as those of a link, in a sentence of ours: short, and unable to alter the rest of it. */

const MOST = 20;
const MOST_LISTED = 3;
/** Control characters, marks that turn the direction of the text around them, and halves of a surrogate pair. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text in quotation marks, cut after `most` characters. */
export function quoted(text: string, most = MOST): string {
  const start = Array.from(text.slice(0, 4 * most).replace(UNSEEN, "\ufffd")); // all that could be shown
  const cut = start.length > most || text.length > 4 * most;
  return `“${start.slice(0, most).join("")}${cut ? "…" : ""}”`;
}

/** The first few of many complaints, and how many there are besides. */
export function listed(complaints: readonly string[]): string {
  const more = complaints.length - MOST_LISTED;
  return complaints.slice(0, MOST_LISTED).join("; ") + (more > 0 ? `; and ${String(more)} more` : "");
}

/** A text up to the first `mark`, and what follows it; undefined where there is no mark. */
export function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
