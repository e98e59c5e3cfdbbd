/** Backends that stopped computing as Python does after they were proven, and news of backends that stop. */
import type { BackendRefused } from "../core/errors";
import type { BackendName } from "../core/backends";

/** Backend → what was found; canary.ts writes it. The CPU is the page's reference: with it, all are withdrawn. */
export const withdrawn = new Map<BackendName, BackendRefused>();

/** Called whenever a backend of this page was lost or withdrawn. */
export const whenStopped = new Set<() => void>();

/** Why the engine of a withdrawn backend no longer answers. */
export const WITHDRAWN = "it was withdrawn.";

export function tellStopped(): void {
  for (const told of [...whenStopped]) told();
}
