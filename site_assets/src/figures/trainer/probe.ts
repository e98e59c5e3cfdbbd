/** Example predictions during a training, as colours and in words. */
import { loadOutput, type KindSpec, type OutputModule } from "../../kinds/contract";
import { escape } from "../../core/html";
import { counted, group, short, significant } from "../../core/number-format";
import { optionalPart, part, setText } from "../../core/dom";
import type { Trainer } from "./run";
import type { Recorded } from "./settings";

/** Values as text, and as a CSS colour if their kind paints them. */
export interface Shown {
  readonly text: string;
  readonly color: string | null;
}

/** Returns the example predictions as tiles, if all have colours, and as a table; "" for none. */
export function probesHtml({ probe, recordings, author }: Recorded, shown: readonly (readonly Shown[])[]): string {
  if (shown.length === 0) return "";
  const painted = shown.flat().every(({ color }) => color !== null);
  const spans = (row: readonly Shown[]): string => row.map(({ color }) => `<span style="background:${color!}"></span>`).join("");
  const tiles = painted
    ? '<p class="mp-curve-key">Above: the input. Below: left the target, right the prediction so far.</p>' +
      `<div class="mp-tiles" aria-hidden="true">${shown.map((row) => `<span class="mp-tile">${spans(row)}</span>`).join("")}</div>`
    : "";
  const rows = shown.map((row) => `<tr>${row.map(({ text }) => `<td>${escape(text)}</td>`).join("")}</tr>`);
  const words = errorWords(probe.probe ?? [], probe.probe_y ?? []);
  const steps = recordings[author]!.losses.length;
  return (
    `<div class="mp-probes" data-part="probes">${tiles}<p class="mp-chart-reading" data-part="probe-words">` +
    `Python's predictions for these ${counted(shown.length, "input")} after step ${group(String(steps))}: ${words}</p>` +
    `<details class="mp-twin"${painted ? "" : " open"}><summary>As a table</summary>` +
    '<table class="mp-table" aria-label="Predictions while it trains"><thead><tr>' +
    '<th scope="col">Input</th><th scope="col">Right answer</th><th scope="col">Answer</th>' +
    `</tr></thead><tbody data-part="probe-rows">${rows.join("")}</tbody></table></details></div>`
  );
}

export class Probes {
  readonly #targets: readonly (readonly number[])[];
  readonly #inputs: Float32Array;
  readonly #initialWords: string;
  #kind: Promise<OutputModule> | null = null;
  /** The training to follow, and its step. */
  #wanted: { trainer: Trainer; step: number } | null = null;
  #predicting = false;

  /** Returns null for a model without such examples. `output`: spec of the model's output kind. */
  static of(root: HTMLElement, recorded: Recorded, output: () => KindSpec): Probes | null {
    return optionalPart(root, "probes") ? new Probes(root, recorded, output) : null;
  }

  private constructor(
    private readonly root: HTMLElement,
    private readonly recorded: Recorded,
    private readonly output: () => KindSpec,
  ) {
    this.#targets = recorded.probe.probe_y ?? [];
    this.#inputs = Float32Array.from((recorded.probe.probe_x ?? []).flat());
    this.#initialWords = part(root, "probe-words").textContent;
  }

  /** Updates after a step; shows the latest step's predictions when they arrive. */
  follow(trainer: Trainer, step: number): void {
    this.#wanted = { trainer, step };
    if (!this.#predicting) void this.#predict();
  }

  /** Shows Python's predictions again. */
  end(): void {
    if (!this.#wanted) return;
    this.#wanted = null;
    void this.#show(this.recorded.probe.probe ?? [], this.#initialWords);
  }

  async #predict(): Promise<void> {
    this.#predicting = true;
    try {
      for (let shown: unknown = null; this.#wanted && this.#wanted !== shown; ) {
        const wanted = this.#wanted;
        const { values } = await wanted.trainer.predict(this.#inputs);
        shown = wanted;
        if (this.#wanted?.trainer !== wanted.trainer) continue;
        const width = this.#targets[0]?.length ?? 1;
        const predictions = this.#targets.map((_, i) => Array.from(values).slice(i * width, (i + 1) * width));
        const words = `Your network's predictions for these ${counted(this.#targets.length, "input")} after step ${group(String(wanted.step))}: `;
        await this.#show(predictions, `${words}${errorWords(predictions, this.#targets)}`);
      }
    } catch {
      this.#wanted = null; // the training has ended; its own figure shows why
    } finally {
      this.#predicting = false;
    }
  }

  async #show(predictions: readonly (readonly number[])[], words: string): Promise<void> {
    const spec = this.output();
    this.#kind ??= loadOutput(spec);
    const kind = await this.#kind;
    const colors = predictions.map((values) => kind.paint?.(values, spec) ?? null);
    this.root.querySelectorAll<HTMLElement>(".mp-tile > :last-child").forEach((tile, i) => {
      tile.style.background = colors[i] ?? "none";
    });
    [...part(this.root, "probe-rows").children].forEach((row, i) => {
      const text = colors[i] ?? predictions[i]!.map((value) => short(value)).join(", ");
      if (row.lastElementChild) row.lastElementChild.textContent = text;
    });
    setText(part(this.root, "probe-words"), words);
  }
}

function errorWords(predictions: readonly (readonly number[])[], targets: readonly (readonly number[])[]): string {
  const each = predictions.flatMap((values, i) => values.map((value, j) => Math.abs(value - targets[i]![j]!)));
  return `each number is ${significant(each.reduce((sum, off) => sum + off, 0) / each.length)} off on average.`;
}
