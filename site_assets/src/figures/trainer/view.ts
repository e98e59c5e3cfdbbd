/** View of a training's run: curves, state, chip, and the values under a pointer. */
import { own } from "../../core/own";
import { optionalPart, part, setText } from "../../core/dom";
import { CurveChart } from "./chart";
import { checkAt, ownLoss, ownMetric, pythonLoss, pythonMetric, scaleOf } from "./curves";
import { showDifference } from "./proof";
import { makeChartReadable } from "./summary";
import type { TrainingRun } from "./run";
import {
  pythonSettings, recordingOf, totalSteps, type Recorded, type Recording, type Settings,
} from "./settings";
import { chipWords, stateWords, validationWords, type Difference } from "./words";

export class RunView {
  readonly #loss: CurveChart;
  readonly #metric: CurveChart | null;
  /** Text of the validation line before a run has measured the validation set. */
  readonly #initialValidation: string;
  #run: TrainingRun | null = null;
  #settings: Settings;
  #recording: Recording | null = null;
  #compared = 0;
  #largest = 0;
  #largestAt = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly recorded: Recorded,
    signal: AbortSignal,
  ) {
    this.#settings = pythonSettings(recorded);
    const { total, metric, metric_words } = recorded;
    const loss = pythonLoss(recorded, null, this.#settings);
    this.#loss = new CurveChart(root, "", scaleOf("loss"), loss, total, signal);
    makeChartReadable(this.#loss, "Loss by step", signal);
    this.#metric = metric === "" ? null : new CurveChart(root, "metric-", scaleOf(metric), pythonMetric(recorded, null), total, signal);
    if (this.#metric) makeChartReadable(this.#metric, `${metric_words.replace(/^./, (first) => first.toUpperCase())} by step`, signal);
    this.#initialValidation = optionalPart(root, "validated")?.textContent ?? "";
  }

  /** Shows another run, from its start. */
  begin(run: TrainingRun, settings: Settings): void {
    this.#run = run;
    this.#settings = settings;
    this.#recording = recordingOf(this.recorded, settings);
    [this.#compared, this.#largest, this.#largestAt] = [0, 0, 0];
    setText(part(this.root, "loss-name"), own(this.recorded.losses, settings.loss) ?? settings.loss);
    this.draw();
  }

  /** Draws the run's present state. */
  draw(): void {
    const run = this.#run;
    if (!run) return;
    if (run.step < this.#compared) [this.#compared, this.#largest, this.#largestAt] = [0, 0, 0];
    this.#compare(run);
    const { recorded } = this;
    this.#loss.show(pythonLoss(recorded, this.#recording, this.#settings), ownLoss(run), this.#total);
    this.#metric?.show(pythonMetric(recorded, this.#recording), ownMetric(run, recorded.metric), this.#total);
    this.#validated(run);
    setText(part(this.root, "state"), this.stateWords());
    const { tone, words, sentence } = chipWords(run.step, this.#difference);
    part(this.root, "chip").dataset["tone"] = tone;
    setText(part(this.root, "chip-text"), words);
    setText(part(this.root, "refusal"), sentence);
    this.#row();
  }

  stateWords(): string {
    const { losses, step, metrics } = this.#run!;
    const python = pythonLoss(this.recorded, this.#recording, this.#settings);
    const loss = losses.at(-1) ?? python.batches[0] ?? NaN;
    const { epochs } = this.recorded;
    const epoch = Math.ceil((step * epochs) / this.#total); // the present epoch
    const partial = this.#settings.batch < this.recorded.rows;
    return stateWords({ step, epoch, loss, metrics, partial }, this.#total, epochs);
  }

  get #total(): number {
    return totalSteps(this.recorded, this.#settings);
  }

  get #difference(): Difference {
    const tolerance = this.recorded.tolerance[this.#run?.trainer?.backend ?? "cpu"] ?? 1e-4;
    return { recording: this.#recording, largest: this.#largest, at: this.#largestAt, tolerance };
  }

  #compare({ losses }: TrainingRun): void {
    const python = this.#recording?.losses ?? [];
    const until = Math.min(losses.length, python.length);
    for (; this.#compared < until; this.#compared += 1) {
      const difference = Math.abs(losses[this.#compared]! - python[this.#compared]!);
      // NaN counts as an infinite difference.
      if (difference <= this.#largest) continue;
      this.#largest = Number.isNaN(difference) ? Infinity : difference;
      this.#largestAt = this.#compared + 1;
    }
  }

  /** Shows the largest difference so far in the optimizer's row of the chip's table. */
  #row(): void {
    if (!this.#recording || this.#compared === 0) return;
    showDifference(this.root, this.#recording.optimizer, this.#largest, this.#compared);
  }

  /** Shows the latest measurement of the validation set, and Python's at the same step. */
  #validated({ validation }: TrainingRun): void {
    const line = optionalPart(this.root, "validated");
    if (!line) return;
    const own = validation.at(-1);
    const { recorded } = this;
    const at = (checks: ReturnType<typeof pythonMetric>["checks"]): number | null => {
      const found = own && checkAt(checks, own.step);
      return this.#recording && found?.step === own?.step ? (found?.value ?? null) : null;
    };
    const loss = at(pythonLoss(recorded, this.#recording, this.#settings).checks);
    const metric = at(pythonMetric(recorded, this.#recording).checks);
    setText(line, own ? validationWords(own, recorded, loss, metric) : this.#initialValidation);
  }
}
