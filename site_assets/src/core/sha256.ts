/** SHA-256 as lower-case hex, by Web Crypto or, outside a secure context, in plain JavaScript. */
import { script } from "./scripts";

/** Returns the SHA-256 of bytes as lower-case hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.isSecureContext) return (await script(import("./sha256-plain"))).sha256Plain(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
