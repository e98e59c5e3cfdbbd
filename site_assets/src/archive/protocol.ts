/** Between a worker made from a Blob, which can read no file, and the page that reads for it. */

/** A part as it goes to a worker: its code as text. */
export interface SentPart {
  name: string;
  needs: readonly string[];
  code: string;
}

/** What a worker asks for: a part with all it needs, or the bytes of a file by its URL. */
export type Ask = { call: "part"; name: string } | { call: "file"; url: string };

/** What each call resolves to. */
export interface Answers {
  part: SentPart[];
  file: Uint8Array<ArrayBuffer>;
}

/** Where the worker would be, and the archive's root: both URLs. */
export interface Place {
  root: string;
  url: string;
}
