/** A model that stays answerable: proven backends, the best of them in use, the next when one is lost. */
import { BackendLost, BackendRefused, FileUnavailable, ModelpressError, messageOf } from "../core/errors";
import { Latency } from "./latency";
import { prove, proveOnce, type Proven } from "./proven";
import type { BackendName } from "../core/backends";
import type { BackendInfo, Entry, Format, Tried } from "./spec";
import { whenStopped, withdrawn, WITHDRAWN } from "./withdrawn";

export interface SessionOptions {
  format?: Format;
  /** Backends in the order they are tried until one is proven. */
  order: readonly BackendName[];
  /** Prove batches too, not only single inputs. */
  asBatch?: boolean;
  /** An answer is a whole batch, as for a curve: backends are compared by the time of one. */
  sweeps?: boolean;
  /** Use what another session of this page has proven. */
  shared?: boolean;
  /** Told whenever another backend has taken over. */
  onBackend?: ((info: BackendInfo) => void) | undefined;
  /** Told that the backend in use has stopped and what it predicted may be wrong. `next`: another has taken over. */
  onStopped?: ((next: Promise<void>) => void) | undefined;
}

/** A model can lose its backend while it answers; after so many in one prediction it gives up. */
const MAX_LOSSES = 3;

function isStopped(error: unknown): error is BackendLost | BackendRefused {
  return error instanceof BackendLost || error instanceof BackendRefused;
}

export class Session {
  readonly tried: Tried[] = [];
  private current: Proven | null = null;
  private readonly proven = new Map<BackendName, Promise<Proven>>();
  private readonly latency = new Latency();
  private disposed = false;
  private choice = 0;

  constructor(
    readonly entry: Entry,
    private readonly options: SessionOptions,
  ) {
    if (options.onStopped) whenStopped.add(this.leave);
  }

  get info(): BackendInfo {
    const { runnable, maxDiff, bitwise, ms } = this.held();
    return {
      backend: runnable.backend,
      maxDiff,
      bitwise,
      tolerance: this.entry.tolerance,
      cases: runnable.golden.cases,
      ms: this.latency.median ?? ms,
      renderer: runnable.engine.renderer,
      checked: runnable.checked,
    };
  }

  /** Proves backends in order until one answers rightly. Rejects with the reasons of all. */
  async start(order: readonly BackendName[] = this.options.order): Promise<void> {
    const reasons: unknown[] = [];
    for (const backend of order) {
      try {
        this.use(await this.attempt(backend, order.length === 1));
        return;
      } catch (error) {
        // Backends share the model's files: without them none can answer.
        if (this.disposed || error instanceof FileUnavailable) throw error;
        reasons.push(error);
      }
    }
    if (reasons.length === 1) throw reasons[0];
    throw new ModelpressError(
      `"${this.entry.title}" cannot run here: ${[...new Set(reasons.map(messageOf))].join(" ")}`,
      { cause: reasons },
    );
  }

  /** Proves `backend` and switches to it. A later choice wins over one still under way. */
  async choose(backend: BackendName, byReader = true): Promise<void> {
    const choice = ++this.choice;
    const proven = await this.attempt(backend, byReader);
    if (choice === this.choice && !this.disposed) this.use(proven);
  }

  /**
   * Measures the backend in use and, while a prediction takes longer than `enough` ms, the proven ones and `candidates`
   * in order. Uses the fastest. Resolves also where a later choice has won meanwhile.
   */
  async useFastest(candidates: readonly BackendName[], enough: number): Promise<void> {
    const choice = ++this.choice;
    const superseded = (): boolean => choice !== this.choice || this.disposed;
    let best = this.inUse();
    let least = await this.measure(best);
    for (const backend of new Set([...this.proven.keys(), ...candidates])) {
      if (superseded() || least <= enough) break;
      try {
        const other = await this.attempt(backend, false);
        const ms = other === best ? Infinity : await this.measure(other);
        if (ms < least) [best, least] = [other, ms];
      } catch {
        continue; // a refusal stands in `tried`
      }
    }
    if (!superseded() && best.runnable.engine.lost === null) this.use(best);
  }

  /** Milliseconds that readers wait for a figure's answer, from golden cases; notes those of a single prediction. */
  private async measure(proven: Proven): Promise<number> {
    const { backend } = proven.runnable;
    const { one, all } = await proven.runnable.time(this.options.sweeps === true);
    proven.ms = one;
    const tried = this.tried.find((each) => each.backend === backend);
    if (tried) this.note({ ...tried, ms: one });
    return all ?? one;
  }

  /** Answers for `batch` inputs laid flat; when the backend is lost on the way, the next one does. */
  async predict(
    values: Float32Array,
    batch: number,
  ): Promise<{ values: Float32Array; shape: number[] }> {
    for (let losses = 0; ; losses++) {
      const proven = this.inUse();
      const before = performance.now();
      try {
        const answer = await proven.runnable.answer(values, batch);
        this.inUse(); // disposed meanwhile: the answer is nobody's
        if (proven === this.current && batch === 1) this.latency.add(performance.now() - before);
        return answer;
      } catch (error) {
        if (!isStopped(error) || losses === MAX_LOSSES) throw error;
        await this.replace(proven, error);
      }
    }
  }

  /** Replays the golden cases now, on the backend in use. */
  async verify(): Promise<{ maxDiff: number; bitwise: boolean; backend: BackendName; cases: number }> {
    for (let losses = 0; ; losses++) {
      const proven = this.inUse();
      try {
        const { maxDiff, bitwise = false } = await proven.runnable.verify();
        return { maxDiff, bitwise, backend: proven.runnable.backend, cases: proven.runnable.golden.cases };
      } catch (error) {
        if (!(error instanceof BackendLost) || losses === MAX_LOSSES) throw error;
        await this.replace(proven, error);
      }
    }
  }

  /** Frees every backend's tensors. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    whenStopped.delete(this.leave);
    this.current = null;
    const proven = await Promise.allSettled(this.proven.values());
    const held = proven.filter((result) => result.status === "fulfilled");
    await Promise.all(held.map(({ value }) => value.release()));
  }

  private inUse(): Proven {
    const wrong = withdrawn.get("cpu");
    if (wrong) throw wrong;
    return this.held();
  }

  private held(): Proven {
    if (this.disposed) throw new ModelpressError(`"${this.entry.title}" has been disposed of.`);
    if (this.current === null) throw new ModelpressError(`"${this.entry.title}" is not loaded.`);
    return this.current;
  }

  private use(proven: Proven): void {
    if (proven === this.current) return;
    this.current = proven;
    this.latency.clear();
    this.options.onBackend?.(this.info);
  }

  /** The model proven on `backend`: the one at hand, or a new one. Failures are written down, not kept. */
  private async attempt(backend: BackendName, asked: boolean): Promise<Proven> {
    if (this.disposed) throw new ModelpressError(`"${this.entry.title}" has been disposed of.`);
    const known = this.proven.get(backend);
    if (known !== undefined) {
      const proven = await known;
      if (proven.runnable.engine.lost === null) return proven;
      this.proven.delete(backend);
    }
    const wrong = asked ? undefined : withdrawn.get(backend);
    if (wrong) {
      this.noteRefused(backend, wrong);
      throw wrong;
    }
    const { format = "graph", asBatch = false, shared = false } = this.options;
    const started = (shared ? proveOnce : prove)(this.entry, backend, format, asBatch);
    this.proven.set(backend, started);
    try {
      const proven = await started;
      if (this.disposed) {
        await proven.release();
        throw new ModelpressError(`"${this.entry.title}" has been disposed of.`);
      }
      this.note({ backend, maxDiff: proven.maxDiff, bitwise: proven.bitwise, ms: proven.ms });
      return proven;
    } catch (error) {
      this.proven.delete(backend);
      this.noteRefused(backend, error);
      throw error;
    }
  }

  /** Another engine of the page has stopped, and perhaps the one in use. */
  private readonly leave = (): void => {
    const { current } = this;
    if (current === null) return;
    const { backend, engine } = current.runnable;
    if (engine.lost === null && !withdrawn.has("cpu")) return;
    this.options.onStopped?.(this.replace(current, new BackendLost(backend, engine.lost ?? "")));
  };

  /**
   * Another backend for one that was lost or withdrawn: one that this model is proven on, those of the page's own
   * thread last, else in the order of trying. Where no other is allowed, a lost one is started again.
   */
  private async replace(left: Proven, error: Error): Promise<void> {
    if (this.current !== left) return; // somebody else's request has replaced it already
    const { backend, engine } = left.runnable;
    const wrong = withdrawn.get("cpu") ?? (engine.lost === WITHDRAWN ? withdrawn.get(backend) : undefined);
    this.noteRefused(backend, wrong ?? error);
    const others = this.options.order.filter((name) => name !== backend);
    if (withdrawn.has("cpu") || (wrong && others.length === 0)) throw wrong!;
    const proven = [...this.proven.keys()].filter((name) => ![backend, "exact", "cpu"].includes(name));
    await this.start(others.length > 0 ? [...new Set([...proven, ...others])] : [backend]);
  }

  private noteRefused(backend: BackendName, error: unknown): void {
    const far = error instanceof BackendRefused;
    this.note({
      backend,
      refused: messageOf(error),
      ...(far && { maxDiff: error.maxDiff, withdrawn: withdrawn.get(backend) === error }),
    });
  }

  private note(tried: Tried): void {
    const index = this.tried.findIndex(({ backend }) => backend === tried.backend);
    if (index < 0) this.tried.push(tried);
    else this.tried[index] = tried;
  }
}
