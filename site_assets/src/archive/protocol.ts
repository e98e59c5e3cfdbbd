/** Between a worker made from a Blob, which can read no file, and the page that reads for it. */

/** A part as it goes to a worker: its code as text. */
export interface SentPart {
  name: string;
  needs: readonly string[];
  code: string;
}

/** What a worker asks for: a part with all it needs, or the bytes of a file by its URL. */
export type Ask = { part: string } | { file: string };
export type Asked = Ask & { number: number };

export type Answer = { number: number } & ({ parts: SentPart[] } | { bytes: Uint8Array<ArrayBuffer> } | { error: string });

/** Where the worker would be, and the archive's root: both URLs. */
export interface Place {
  root: string;
  url: string;
}
