import type { BackendName } from "./backends";

/** What every promise of the runtime rejects with: the message is a sentence for a reader. */
export class ModelpressError extends Error {
  override name = "ModelpressError";
}

/** The browser or device does not have the backend. */
export class BackendUnavailable extends ModelpressError {
  override name = "BackendUnavailable";
  constructor(
    readonly backend: BackendName,
    readonly reason: string,
  ) {
    super(`The backend "${backend}" is not available here: ${reason}`);
  }
}

/** No worker could be started to run the backend in: the page itself may still have it. */
export class WorkerRefused extends BackendUnavailable {
  override name = "WorkerRefused";
}

/** The backend ran and did not answer what Python answers. */
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

/** The backend was there and is gone: context lost, worker died or did not answer. */
export class BackendLost extends ModelpressError {
  override name = "BackendLost";
  constructor(
    readonly backend: BackendName,
    readonly reason: string,
  ) {
    super(`The backend "${backend}" stopped: ${reason}`);
  }
}

/** The message of anything thrown. A RangeError is how a browser says that it has no memory for an array. */
export function messageOf(error: unknown): string {
  if (error instanceof RangeError) return `This device has no memory left for it (${error.message}).`;
  return error instanceof Error ? error.message : String(error);
}

/** The error that aborting `signal` means. */
export function abortError(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException("The load was aborted.", "AbortError");
}

const LONGEST = 80;
const MOST = 12;

/** How a message writes what a caller gave, whatever it is: short, and without running into its traps. */
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

/** Runs `read`, which may come to getters of the caller's that throw. what: is read, in words. */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelpressError) throw error;
    throw new ModelpressError(`Reading ${what} failed: ${messageOf(error)}.`, { cause: error });
  }
}

/** The values of a list that a caller gave, read once; null where it is no list, or has more than `most`. what: it is, in words. */
export function listOf(what: string, given: unknown, most: number): unknown[] | null {
  return reading(what, () => {
    if (!Array.isArray(given)) return null;
    const { length } = given;
    return length > most ? null : Array.from({ length }, (_, i) => given[i] as unknown);
  });
}
