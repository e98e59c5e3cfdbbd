/** Drives one of a failure case's two trainings in the page: a few steps each frame, up to its goal. */
import type { Trainer } from "../../training/session/api";
import type { Point, Recorded, RecordedCourse } from "./spec";

/** Frames of a whole training: about four seconds. */
const FRAMES = 240;

export interface CourseOptions {
  /** Loads the training's scripts and files; called before the first step. */
  open: () => Promise<Trainer>;
  /** Called when steps or state have changed. */
  changed: () => void;
  failed: (error: unknown) => void;
}

export type CourseState = "idle" | "loading" | "running" | "paused" | "finished" | "stopped";

export class Course {
  readonly total: number;
  /** Loss of each step's batch, before the step. */
  readonly losses: number[] = [];
  /** The curve so far. */
  readonly points: Point[] = [];
  /** Present predictions for the examples; null before the first. */
  predictions: number[][] | null = null;
  state: CourseState = "idle";
  /** The sentence that ended it, or "". */
  stopped = "";
  /** Largest difference of a loss from Python's, and its step. */
  difference = { largest: 0, at: 0 };
  #trainer: Promise<Trainer> | null = null;
  #goal = 0;
  #working: Promise<void> | null = null;
  #disposed = false;

  constructor(
    private readonly recorded: Recorded,
    private readonly python: RecordedCourse,
    private readonly options: CourseOptions,
  ) {
    this.total = python.losses.length;
  }

  get step(): number {
    return this.losses.length;
  }

  /** Trains until step `goal`. atOnce: without waiting for frames. Resolves when it rests. */
  trainTo(goal: number, immediate = false): Promise<void> {
    this.#goal = Math.min(goal, this.total);
    this.#working ??= this.#work(immediate).finally(() => { this.#working = null; });
    return this.#working;
  }

  pause(): void {
    this.#goal = this.step;
  }

  async reset(): Promise<void> {
    this.pause();
    await this.#working;
    if (this.#trainer) await (await this.#trainer).reset();
    if (this.#disposed) return;
    this.losses.length = 0;
    this.points.length = 0;
    [this.predictions, this.stopped, this.difference] = [null, "", { largest: 0, at: 0 }];
    this.#set("idle");
  }

  /** Returns the trainer, loading it if needed. */
  loadTrainer(): Promise<Trainer> {
    this.#trainer ??= this.#open();
    return this.#trainer;
  }

  dispose(): void {
    this.#disposed = true;
    this.#goal = 0;
    // It may have failed already; no one handles the error.
    void this.#trainer?.then((trainer) => trainer.dispose()).catch(() => undefined);
  }

  async #open(): Promise<Trainer> {
    try {
      return await this.options.open();
    } catch (error) {
      this.#trainer = null;
      throw error;
    }
  }

  async #work(immediate: boolean): Promise<void> {
    try {
      if (!this.#trainer) this.#set("loading");
      const trainer = await this.loadTrainer();
      if (this.#disposed) return;
      if (this.step < this.#goal) this.#set("running");
      if (this.step === 0 && !this.predictions) await this.#predict(trainer);
      while (this.step < this.#goal && this.stopped === "") {
        if (!immediate) await nextFrame();
        await this.#advance(trainer, immediate);
        if (this.#disposed) return;
      }
      this.#set(this.#restState());
    } catch (error) {
      if (this.#disposed) return;
      this.#set("paused");
      this.options.failed(error);
    }
  }

  async #advance(trainer: Trainer, immediate: boolean): Promise<void> {
    const { step, total } = this;
    const slice = immediate ? total : Math.ceil(total / FRAMES);
    const count = Math.min(slice, this.#goal - step, this.#nextMeasured() - step);
    if (count <= 0) return; // paused in the meantime
    const { losses, stopped } = await trainer.step(count);
    if (this.#disposed) return;
    for (const loss of losses) this.#record(loss);
    this.stopped = stopped ?? "";
    if (this.step === this.#nextMeasured(step)) await this.#measure(trainer);
    else if (this.recorded.curve === "loss") await this.#predict(trainer);
    if (!this.#disposed) this.options.changed();
  }

  #record(loss: number): void {
    this.losses.push(loss);
    const { step } = this;
    if (this.recorded.curve === "loss") this.points.push([step, loss]);
    const lossDifference = Math.abs(loss - this.python.losses[step - 1]!);
    // NaN counts as an infinite difference.
    if (!(lossDifference <= this.difference.largest)) this.difference = { largest: Number.isNaN(lossDifference) ? Infinity : lossDifference, at: step };
  }

  /** Returns the next step after `from` where Python's curve has a value, or the last step. */
  #nextMeasured(from = this.step): number {
    return this.python.points.find(([step]) => step > from)?.[0] ?? this.total;
  }

  /** Measures the curve's value with the current weights, unless it is a batch's loss. */
  async #measure(trainer: Trainer): Promise<void> {
    const { curve } = this.recorded;
    if (this.stopped === "" && this.python.points.some(([step]) => step === this.step)) {
      const { val_loss, val_metrics } = await trainer.evaluate();
      const value = curve === "val_loss" ? val_loss : val_metrics?.["accuracy"];
      if (value !== undefined) this.points.push([this.step, value]);
    }
    await this.#predict(trainer);
  }

  async #predict(trainer: Trainer): Promise<void> {
    const { examples, scale } = this.recorded;
    if (examples.length === 0) return;
    const answer = await trainer.predict(examples.map((example) => [...example])).catch((error: unknown) => {
      if (this.stopped === "") throw error;
      return null; // a diverged training predicts NaN
    });
    if (!answer) {
      this.predictions = examples.map(() => [NaN]);
      return;
    }
    const { values, shape } = answer;
    const width = shape.at(-1) ?? 1;
    this.predictions = examples.map((_, i) =>
      values.slice(i * width, (i + 1) * width).map((value) => value * scale),
    );
  }

  #restState(): CourseState {
    if (this.stopped !== "") return "stopped";
    if (this.step === 0) return "idle";
    return this.step === this.total ? "finished" : "paused";
  }

  #set(state: CourseState): void {
    if (this.#disposed) return;
    this.state = state;
    this.options.changed();
  }
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => { requestAnimationFrame(() => { resolve(); }); });
}
