/** What a training's figure shows of its run: curves, state, chip, and the values under a pointer. */
import { part, setText } from "../parts";
import { makeReadable } from "./reading";
import { LossChart } from "./trainer-chart";
import { showSoFar } from "./trainer-proof";
import type { TrainingRun } from "./trainer-run";
import {
  pythonSettings, recordingOf, stepsAnEpoch, type Recorded, type Recording, type Settings,
} from "./trainer-settings";
import { chipWords, stateWords, type Apart } from "./trainer-words";

export class Look {
  readonly #chart: LossChart;
  readonly #rest: string;
  #run: TrainingRun | null = null;
  #settings: Settings;
  #recording: Recording | null = null;
  #compared = 0;
  #most = 0;
  #at = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly recorded: Recorded,
  ) {
    this.#settings = pythonSettings(recorded);
    this.#chart = new LossChart(root, this.#python, recorded.total);
    this.#rest = part(root, "reading").textContent;
    this.#readable();
  }

  /** Shows another run, from its start. */
  begin(run: TrainingRun, settings: Settings): void {
    this.#run = run;
    this.#settings = settings;
    this.#recording = recordingOf(this.recorded, settings);
    [this.#compared, this.#most, this.#at] = [0, 0, 0];
    setText(part(this.root, "loss-name"), this.recorded.losses[settings.loss] ?? settings.loss);
    this.draw();
  }

  /** Draws the run as it is now. */
  draw(): void {
    const run = this.#run;
    if (!run) return;
    if (run.step < this.#compared) [this.#compared, this.#most, this.#at] = [0, 0, 0];
    this.#compare(run);
    this.#chart.show(this.#python, run.losses, this.#total);
    setText(part(this.root, "state"), this.stateWords());
    const { tone, words, sentence } = chipWords(run.step, this.#apart);
    part(this.root, "chip").dataset["tone"] = tone;
    setText(part(this.root, "chip-text"), words);
    setText(part(this.root, "refusal"), sentence);
    this.#row();
  }

  stateWords(): string {
    const { losses, step, metrics } = this.#run!;
    const loss = losses.at(-1) ?? this.#python[0] ?? NaN;
    const { epochs } = this.recorded;
    const epoch = Math.ceil((step * epochs) / this.#total); // the one that is under way
    const partial = this.#settings.batch < this.recorded.rows;
    return stateWords({ step, epoch, loss, metrics, partial }, this.#total, epochs);
  }

  get #total(): number {
    return this.recorded.epochs * stepsAnEpoch(this.recorded, this.#settings);
  }

  /** Python's curve: with these settings, or else its own, to look at beside. */
  get #python(): readonly number[] {
    if (this.#recording) return this.#recording.losses;
    const { author, loss, recordings } = this.recorded;
    // Another loss is another quantity: its curve says nothing beside.
    return this.#settings.loss === loss ? recordings[author]!.losses : [];
  }

  get #apart(): Apart {
    const tolerance = this.recorded.tolerance[this.#run?.trainer?.backend ?? "cpu"] ?? 1e-4;
    return { recording: this.#recording, most: this.#most, at: this.#at, tolerance };
  }

  #compare({ losses }: TrainingRun): void {
    const python = this.#recording?.losses ?? [];
    const until = Math.min(losses.length, python.length);
    for (; this.#compared < until; this.#compared += 1) {
      const apart = Math.abs(losses[this.#compared]! - python[this.#compared]!);
      // What is no number is as far apart as can be.
      if (apart <= this.#most) continue;
      this.#most = Number.isNaN(apart) ? Infinity : apart;
      this.#at = this.#compared + 1;
    }
  }

  /** The largest difference so far, in the row of the settings. */
  #row(): void {
    if (!this.#recording || this.#compared === 0) return;
    showSoFar(this.root, this.#recording.optimizer, this.#most, this.#compared);
  }

  #readable(): void {
    const [area, reading] = [part(this.root, "area"), part(this.root, "reading")];
    const rule = document.createElement("span");
    rule.className = "mp-rule";
    rule.hidden = true;
    area.append(rule);
    const chart = this.#chart;
    makeReadable(area, {
      label: "Loss by step",
      get count() {
        return chart.steps;
      },
      row: 10,
      at: (x) => Math.round(Math.max(0, Math.min(1, x)) * (chart.steps - 1)),
      show: (index) => {
        area.setAttribute("aria-valuemax", String(chart.steps));
        const { across, up } = chart.places(index + 1);
        rule.hidden = false;
        rule.style.setProperty("--mp-at", across.toFixed(4));
        rule.replaceChildren(...up.map(dot));
        const words = chart.words(index + 1);
        setText(reading, words);
        return words;
      },
      leave: () => {
        rule.hidden = true;
        setText(reading, this.#rest);
      },
    });
  }
}

function dot(up: number): HTMLElement {
  const mark = document.createElement("span");
  mark.style.setProperty("--mp-at", up.toFixed(4));
  return mark;
}
