import type { BackendName } from "./backends";

/** Base class of the runtime's rejections. Its message is a sentence for readers. */
export class ModelpressError extends Error {
  override name = "ModelpressError";
}

/** The browser or device does not support the backend. */
export class BackendUnavailable extends ModelpressError {
  override name = "BackendUnavailable";
  constructor(
    readonly backend: BackendName,
    readonly reason: string,
  ) {
    super(`The backend "${backend}" is not available here: ${reason}`);
  }
}

/** No worker could be started for the backend; the page's own thread may still support it. */
export class WorkerRefused extends BackendUnavailable {
  override name = "WorkerRefused";
}

/** The backend ran, but its predictions differ from Python's. */
export class BackendRefused extends ModelpressError {
  override name = "BackendRefused";
  constructor(
    readonly backend: BackendName,
    readonly maxDiff: number,
    readonly tolerance: number,
    message: string,
  ) {
    super(message);
  }
}

/** The backend was running and stopped: context lost, worker terminated or unresponsive. */
export class BackendLost extends ModelpressError {
  override name = "BackendLost";
  constructor(
    readonly backend: BackendName,
    readonly reason: string,
  ) {
    super(`The backend "${backend}" stopped: ${reason}`);
  }
}

/** Returns the message of any thrown value. Browsers throw a RangeError when an array cannot be allocated. */
export function messageOf(error: unknown): string {
  if (error instanceof RangeError) return `This device has no memory left for it (${error.message}).`;
  // TensorFlow.js also rejects with plain objects.
  const given = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return String(given);
}

/** Returns the error with which an aborted `signal` rejects. */
export function abortError(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException("The load was aborted.", "AbortError");
}

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
