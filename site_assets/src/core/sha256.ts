/** SHA-256 as lower-case hex, by Web Crypto or, outside a secure context and for few bytes, in plain JavaScript. */
import { sha256Plain } from "./sha256-plain";

/**
 * Web Crypto answers in a later task, behind all that the page does meanwhile. Up to this size, plain JavaScript takes
 * less than a millisecond.
 */
const FEW_BYTES = 16_384;

/** Returns the SHA-256 of bytes as lower-case hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.isSecureContext || bytes.length <= FEW_BYTES) return sha256Plain(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
