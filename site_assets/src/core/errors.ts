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

/** A file did not arrive, or arrived wrong: no backend can do without it, so none requests it again. */
export class FileUnavailable extends ModelpressError {}

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
