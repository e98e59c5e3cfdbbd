import type { BackendName } from "./spec";

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
