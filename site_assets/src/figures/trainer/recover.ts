/** Recovers a run whose backend is unavailable or was lost. */
import { group } from "../../core/number-format";
import { own } from "../../core/own";
import { BACKENDS, type Settings } from "./settings";

export interface Recovery {
  readonly settings: Settings;
  /** Step to return to. */
  readonly step: number;
  readonly sentence: string;
}

/** Returns the same run on another backend, from its start; null for other errors, or if no other backend is left. */
export function recovery(error: unknown, settings: Settings, step: number): Recovery | null {
  if (!(error instanceof Error) || settings.backend === "auto") return null;
  const other = { ...settings, backend: "auto" };
  if (error.name === "BackendUnavailable") {
    return { settings: other, step, sentence: `${error.message} The training is computed by the CPU instead.` };
  }
  if (error.name !== "BackendLost") return null;
  const again = step > 0 ? ` The CPU has repeated its ${group(String(step))} step${step === 1 ? "" : "s"} and goes on from there.` : "";
  const words = `${own(BACKENDS, settings.backend) ?? settings.backend} was lost while it trained: ${reasonOf(error)}`;
  return { settings: other, step, sentence: `${words}${again}` };
}

/** Returns the reason of a backend's error. */
function reasonOf(error: Error): string {
  return "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
}
