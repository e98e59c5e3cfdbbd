/** Small files of a model that the build writes into the page, so that no request precedes the first prediction. */
import type { FileEntry } from "./spec";

/** Returns the bytes of a file that the page holds, unchecked; null if it has to be fetched. */
export function bytesInPage({ sha256 }: FileEntry): Uint8Array<ArrayBuffer> | null {
  const found = document.querySelector<HTMLDataElement>(`data.mp-file[data-sha256="${CSS.escape(sha256)}"]`);
  if (!found) return null;
  try {
    const text = JSON.parse(found.value) as string;
    if (found.dataset["encoding"] !== "base64") return new TextEncoder().encode(text);
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null; // something between the build and the page has changed it
  }
}
