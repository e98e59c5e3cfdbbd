/** A model as an element lives with it: the first proven answer at once, then the fastest backend. */
import { abortError } from "../core/errors";
import { idle } from "../core/rest";
import { ACCELERATORS, ENOUGH_MS, firstAnswer } from "./automatic";
import { watchAll } from "./proven";
import { Session } from "./session";
import type { BackendName } from "../core/backends";
import { sizeOf, type BackendInfo, type Entry, type Tried } from "./spec";

/** What an element works with; see `open`. */
export interface LiveModel {
  readonly info: BackendInfo;
  readonly tried: readonly Tried[];
  /** Resolves when automatic mode has first looked for a faster backend. */
  readonly upgraded: Promise<void>;
  /** Answers to inputs laid flat one after another; the element drops those it no longer wants. */
  predict(values: Float32Array): Promise<Float32Array>;
  /** Switches backends; rejects with the sentence when refused or unavailable, and keeps the present one. */
  choose(backend: BackendName | "auto"): Promise<void>;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  onBackend?: (info: BackendInfo) => void;
  /** The backend in use has stopped: what it predicted may be wrong. Resolves when another has taken over. */
  onStopped?: (next: Promise<void>) => void;
  signal?: AbortSignal;
}

/**
 * Opens a model for an element. Resolves when the first proven backend can answer. Automatic mode then measures it and,
 * if a prediction takes longer than a millisecond, proves other backends and uses the fastest (`onBackend`). Aborting
 * `signal` frees everything.
 */
export async function open(entry: Entry, options: OpenOptions = {}): Promise<LiveModel> {
  const { signal } = options;
  if (signal?.aborted) throw abortError(signal);
  let automatic = true;
  const sweeps = "sweep" in entry.output; // a whole curve or map is asked for at once
  const session = new Session(entry, {
    order: firstAnswer(entry),
    shared: true,
    asBatch: sweeps,
    sweeps,
    onBackend: options.onBackend,
    onStopped: options.onStopped ?? ((next) => { next.catch(() => undefined); }),
  });
  signal?.addEventListener("abort", () => void session.dispose(), { once: true });
  try {
    await session.start();
  } catch (error) {
    throw signal?.aborted ? abortError(signal) : error;
  }
  const upgrade = async (): Promise<void> => {
    await idle();
    await watchAll().catch(() => undefined); // the predictions that cannot do without it say so
    if (automatic && !signal?.aborted) await session.useFastest(ACCELERATORS, ENOUGH_MS).catch(() => undefined);
  };
  return {
    upgraded: upgrade(),
    get info() {
      return session.info;
    },
    get tried() {
      return session.tried;
    },
    predict: async (values) =>
      (await session.predict(values, values.length / sizeOf(entry.input.shape))).values,
    choose: (backend) => {
      automatic = backend === "auto";
      return backend === "auto" ? upgrade() : session.choose(backend);
    },
    dispose: () => {
      automatic = false;
      return session.dispose();
    },
  };
}
