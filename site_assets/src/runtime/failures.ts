/** The errors of a backend on their way from a worker to the page. */
import { BackendLost, BackendUnavailable, messageOf, ModelpressError } from "../core/errors";
import type { BackendName } from "../core/backends";

/** reason: of a backend that is missing or lost; else the whole sentence. */
export interface Failure {
  readonly why: "unavailable" | "lost" | "other";
  readonly reason: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof BackendUnavailable) return { why: "unavailable", reason: error.reason };
  if (error instanceof BackendLost) return { why: "lost", reason: error.reason };
  return { why: "other", reason: messageOf(error) };
}

export function errorOf(backend: BackendName, { why, reason }: Failure): ModelpressError {
  if (why === "unavailable") return new BackendUnavailable(backend, reason);
  return why === "lost" ? new BackendLost(backend, reason) : new ModelpressError(reason);
}
