/** The chip below a training: how near it comes to Python's. */
import { escape } from "../../core/html";

export interface Chip {
  /** Initial text, which scripts replace. */
  readonly words: string;
  /** Why the build has not proven the model; "" if it has. The note of it stays, whatever this device finds. */
  readonly unproven: string;
  /** HTML of the details. */
  readonly details: string;
}

/** The place for a sentence below a chip that says what differs. */
export const REFUSAL = '<p class="mp-refusal" data-part="refusal" role="status"></p>';
export function chipHtml({ words, unproven, details }: Chip): string {
  const text = `<span data-part="chip-text">${escape(words)}</span>`;
  const noted = unproven ? `<span>${text}<span class="mp-unproven">not proven by this site’s build</span></span>` : text;
  return (
    `<details class="mp-chip" data-part="chip" data-tone="amber"><summary>${noted}</summary>` +
    `<div class="mp-details">${details}</div></details>`
  );
}

/** Returns the paragraph of an unproven model for a chip's details; "" if it is proven. */
export function unprovenHtml(reason: string): string {
  if (!reason) return "";
  return (
    "<p>The build of this site has not proven that a browser equals Python. " +
    `${escape(reason)}. Only what this device replays itself is proven.</p>`
  );
}

/** Returns the note of an unproven model for a figure without a chip; "" if it is proven. */
export function unprovenNote(proven: boolean): string {
  return proven ? "" : '<p class="mp-unproven">Not proven by this site’s build.</p>';
}
