/** Drives one run of a training in the page: a slice of steps each frame, up to its goal. */

export interface StepResult {
  readonly step: number;
  readonly epoch: number;
  readonly losses: Iterable<number>;
  /** Metrics of each step's batch, by name. */
  readonly history: Readonly<Record<string, Iterable<number>>>;
  readonly validation: readonly Validated[];
  readonly metrics: Readonly<Record<string, number>>;
  /** Why the run stopped early, or null. */
  readonly stopped: string | null;
}

/** Loss and metrics of the validation set after a step. */
export interface Validated {
  readonly step: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Over all examples, and over the validation set if there is one. */
export interface Evaluation {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly val_loss?: number;
  readonly val_metrics?: Readonly<Record<string, number>>;
}

export interface Proof {
  readonly passed: boolean;
  readonly recordings: readonly {
    readonly optimizer: { readonly name: string };
    readonly steps: number;
    readonly maxLossDiff: number;
    readonly maxWeightDiff: number;
    readonly passed: boolean;
  }[];
}

/** The part of `modelpress.trainer(…)` that the page uses. */
export interface Trainer {
  readonly backend: string;
  readonly steps: number;
  step(count?: number, also?: { each?: boolean; validateAt?: readonly number[] }): Promise<StepResult>;
  predict(values: Float32Array): Promise<{ values: ArrayLike<number> }>;
  evaluate(): Promise<Evaluation>;
  prove(): Promise<Proof>;
  take(form: "keras" | "tfjs"): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }>;
  reset(): Promise<void>;
  dispose(): Promise<void>;
}

export type RunState =
  | "idle" | "loading" | "ready" | "running" | "paused" | "finished" | "stopped" | "failed";

/** Milliseconds for steps at full speed: most of a frame; on slow pages, as long as a frame takes. */
const [SLICE_MS, LONGEST_SLICE_MS] = [12, 250];
const GROWTH = 2;

export interface RunOptions {
  /** Loads the training's scripts and files; called before the first step. */
  open: () => Promise<Trainer>;
  /** Steps a frame; 0: as many as time permits. */
  pace: () => number;
  /** Steps after which the run is finished. */
  total: number;
  /** Metric to record at each step; "" for none. */
  metric: string;
  /** Returns the steps in (from, to] after which the validation set is measured. */
  validateAt: (from: number, to: number) => number[];
  changed: (state: RunState) => void;
  advanced: () => void;
  failed: (error: unknown) => void;
  /** Continues the run in another way; returns false if there is none. */
  recover: (error: unknown) => boolean;
}

export class TrainingRun {
  readonly losses: number[] = [];
  /** The metric of each step. */
  readonly metric: number[] = [];
  readonly validation: Validated[] = [];
  epoch = 0;
  metrics: Readonly<Record<string, number>> = {};
  /** The sentence that ended the run. */
  stopped: string | null = null;
  state: RunState = "idle";
  trainer: Trainer | null = null;
  #goal = 0;
  /** Whether a step button set the goal. */
  #pressed = false;
  #fullSpeed = false;
  #working: Promise<void> | null = null;
  #slice = 1;
  #disposed = false;

  constructor(private readonly options: RunOptions) {}

  get step(): number {
    return this.losses.length;
  }

  /** The step to train up to. */
  get goal(): number {
    return this.#goal;
  }

  /** Trains until step `goal`. hurry: at full speed. Resolves when the run rests. */
  trainTo(goal: number, fullSpeed = false): Promise<void> {
    if (this.stopped === null) this.#goal = goal;
    this.#pressed = false;
    this.#fullSpeed = fullSpeed;
    this.#working ??= this.#work().finally(() => { this.#working = null; });
    return this.#working;
  }

  /** Trains until `next(step)`. While earlier presses are pending, counts from their goal. */
  press(next: (from: number) => number, fullSpeed = false): Promise<void> {
    const working = this.trainTo(next(this.#pressed && this.#working ? this.#goal : this.step), fullSpeed);
    this.#pressed = true;
    return working;
  }

  /** Pauses after the present slice. */
  pause(): void {
    this.#goal = this.step;
    this.#pressed = false;
  }

  async reset(): Promise<void> {
    this.pause();
    await this.#working;
    try {
      await this.trainer?.reset();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#disposed) return;
    this.losses.length = 0;
    this.metric.length = 0;
    this.validation.length = 0;
    [this.epoch, this.metrics, this.stopped] = [0, {}, null];
    this.#set(this.trainer ? "ready" : "idle");
  }

  /** Returns the trainer, loading it if needed. */
  async loadTrainer(): Promise<Trainer | null> {
    await this.trainTo(this.#goal);
    return this.trainer;
  }

  /** Returns the trainer without pausing the run, loading it if needed. */
  async currentTrainer(): Promise<Trainer | null> {
    return this.trainer ?? this.loadTrainer();
  }

  dispose(): void {
    this.#disposed = true;
    this.#goal = 0;
    const { trainer } = this;
    this.trainer = null;
    // It may have failed already; no one handles the error.
    void trainer?.dispose().catch(() => undefined);
  }

  async #work(): Promise<void> {
    try {
      if (!this.trainer) await this.#open();
      if (this.step < this.#goal) this.#set("running");
      while (!this.#disposed && this.step < this.#goal && this.stopped === null) {
        const requestedAt = performance.now();
        await nextFrame();
        await this.#advance(performance.now() - requestedAt);
      }
      if (!this.#disposed) this.#set(this.#restState());
    } catch (error) {
      if (!this.#disposed) this.#fail(error);
    }
  }

  async #open(): Promise<void> {
    this.#set("loading");
    const trainer = await this.options.open();
    if (this.#disposed) await trainer.dispose();
    else this.trainer = trainer;
  }

  /** `frameMs`: duration of the page's latest frame. */
  async #advance(frameMs: number): Promise<void> {
    const pace = this.#fullSpeed ? 0 : this.options.pace();
    const count = Math.min(pace || this.#slice, this.#goal - this.step);
    if (this.#disposed || count <= 0 || !this.trainer) return; // paused in the meantime
    const began = performance.now();
    const { metric, validateAt } = this.options;
    const result = await this.trainer.step(count, {
      each: metric !== "",
      validateAt: validateAt(this.step, this.step + count),
    });
    if (this.#disposed) return;
    if (pace === 0) {
      const wanted = Math.min(Math.max(SLICE_MS, frameMs), LONGEST_SLICE_MS);
      this.#slice = stepsFitting(count, this.#slice, performance.now() - began, wanted);
    }
    for (const loss of result.losses) this.losses.push(loss);
    for (const value of result.history[metric] ?? []) this.metric.push(value);
    this.validation.push(...result.validation);
    this.epoch = result.epoch;
    this.metrics = result.metrics;
    this.stopped = result.stopped;
    this.options.advanced();
  }

  #restState(): RunState {
    if (this.stopped !== null) return "stopped";
    if (this.step === 0) return "ready";
    return this.step % this.options.total === 0 ? "finished" : "paused";
  }

  #fail(error: unknown): void {
    // Recover before disposing of the trainer: figures predict with it.
    if (!this.options.recover(error)) {
      this.#set("failed");
      this.options.failed(error);
    }
    this.dispose();
  }

  #set(state: RunState): void {
    if (this.#disposed) return;
    this.state = state;
    this.options.changed(state);
  }
}

/** Returns how many steps take about `wantedMs`, given that the last `count` took `ms`. */
function stepsFitting(count: number, slice: number, ms: number, wantedMs: number): number {
  if (count < slice) return slice; // a truncated slice before the goal is no measure
  const wanted = Math.round((count * wantedMs) / Math.max(ms, 0.1));
  return Math.max(1, Math.min(wanted, GROWTH * count));
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => { requestAnimationFrame(() => { resolve(); }); });
}
