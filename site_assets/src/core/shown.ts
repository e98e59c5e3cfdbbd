/** Reads what a caller gives, and shows it in messages. */
import { messageOf, ModelpressError } from "./errors";

const LONGEST = 80;
const MOST = 12;

/** Returns a short text of any caller's value for a message. Never throws, whatever getters or proxies do. */
export function shown(value: unknown): string {
  try {
    if (typeof value === "number" || value === undefined) return String(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${Object.prototype.toString.call(value).slice(8, -1)} of ${value.byteLength} bytes`;
    if (Array.isArray(value) && value.length > MOST) return `an array of ${value.length} values`;
    const text = (JSON.stringify(value) as string | undefined) ?? `a ${typeof value}`;
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  } catch {
    return typeof value === "object" ? "an object that cannot be read" : `a ${typeof value}`;
  }
}

/** Runs `read`, wrapping errors thrown by the caller's own getters. what: name of the value in the message. */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelpressError) throw error;
    throw new ModelpressError(`Reading ${what} failed: ${messageOf(error)}.`, { cause: error });
  }
}

/**
 * Returns the values of a caller's list, each read once; null if it is not an array or has more than `most` values.
 * what: name of the list in error messages.
 */
export function listOf(what: string, given: unknown, most: number): unknown[] | null {
  return reading(what, () => {
    if (!Array.isArray(given)) return null;
    const { length } = given;
    return length > most ? null : Array.from({ length }, (_, i) => given[i] as unknown);
  });
}
