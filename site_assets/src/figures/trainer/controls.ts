/** The controls and settings of a training as HTML; `form.ts` and `wires.ts` bring them to life. */
import { attributes, button, escape, slot } from "../../core/html";
import { group, shortest } from "../../core/number-format";
import { capital } from "../../core/quoting";
import { BACKENDS, type Recorded } from "./settings";
import { firstSpeed, SPEEDS } from "./speed";
import { speedWords } from "./words";

/** Largest batch size offered besides the author's own. */
const MOST_BATCH = 1024;
/** Range of the learning rate's slider, log10. */
const RATES = [-5, 1] as const;

type Given = Record<string, string | number | boolean | null>;
const id = (name: string): string => `${slot("id")}-${name}`;

/** Returns the controls of the run. */
export function controlsHtml({ total }: Recorded): string {
  const speed = firstSpeed(total);
  const words = speedWords(SPEEDS[speed]!);
  const slider = input("speed", "range", { min: 0, max: SPEEDS.length - 1, step: 1, value: speed, "aria-valuetext": words });
  return (
    '<div class="mp-controls mp-train-controls" data-part="controls">' +
    `<div class="mp-entry">${button("play", "Train")}${button("step", "One step")}${button("epoch", "One epoch")}</div>` +
    `<span class="mp-actions">${button("reset", "Reset")}${button("copy", "Copy link")}</span>` +
    `<div class="mp-control mp-speed">${label("speed", "Speed")}${slider}` +
    `<output for="${id("speed")}" data-part="speed-words">${words}</output></div></div>`
  );
}

/** Returns the settings that readers may change. optimizers: labels by name. */
export function settingsHtml(recorded: Recorded, optimizers: Readonly<Record<string, string>>): string {
  const { batch, losses, hidden, recordings, author } = recorded;
  const rows = [
    rate(recordings[author]!.rate),
    setting(label("optimizer", "Optimizer") + select("optimizer", recordings.map(({ optimizer }) => [optimizer, optimizers[optimizer]!]))),
    setting(label("batch", "Batch size") + select("batch", batchSizes(recorded).map((size) => [String(size), group(String(size))]), String(batch))),
    Object.keys(losses).length > 1 ? setting(label("loss", "Loss") + select("loss", Object.entries(losses))) : "",
    start(recorded),
    setting(label("backend", "Computed by") + select("backend", Object.entries(BACKENDS), "auto")),
  ];
  if (hidden.length > 0) {
    const field = input("hidden", "text", { value: hidden.join(", "), inputmode: "text", "aria-describedby": id("hidden-note") });
    const note = `<span class="mp-setting-note" id="${id("hidden-note")}">a number for each layer, as in 16, 8</span>`;
    rows.push(setting(label("hidden", "Hidden neurons") + field + note));
  }
  return (
    '<details class="mp-settings" data-part="settings"><summary>Settings</summary>' +
    `<div class="mp-controls mp-settings-body">${rows.join("")}` +
    '<p class="mp-field-error" data-part="field-error" role="status"></p>' +
    '<div class="mp-setting-end"><p>A change starts the run again from its first step.</p>' +
    `${button("back", "Back to Python's settings")}</div></div></details>`
  );
}

/** Returns the batch sizes offered, ascending: powers of two, the author's own, and all examples if they are few. */
export function batchSizes({ rows, batch }: Pick<Recorded, "rows" | "batch">): number[] {
  const sizes = new Set([batch]);
  for (let size = 1; size <= Math.min(rows, MOST_BATCH); size *= 2) sizes.add(size);
  if (rows <= MOST_BATCH) sizes.add(rows);
  return [...sizes].sort((a, b) => a - b);
}

function rate(own: number): string {
  const log = Math.log10(own);
  const [low, high] = [Math.min(RATES[0], Math.floor(log)), Math.ceil(Math.max(RATES[1], log))];
  const slider = input("rate-range", "range", {
    min: low, max: high, step: 0.1, value: Number(log.toFixed(1)), "aria-valuetext": shortest(own), "aria-label": "Learning rate",
  });
  return setting(label("rate", "Learning rate") + slider + input("rate", "text", { value: shortest(own), inputmode: "decimal" }));
}

/** Returns the choice of initial weights: Python's, those of a checkpoint, or random ones. */
function start({ seed, kept, unit }: Recorded): string {
  const after: [string, string][] = kept.length > 0 ? [["epoch", `after ${unit} …`]] : [];
  const epochs = kept.map((epoch): [string, string] => [String(epoch), group(String(epoch))]);
  return setting(
    label("start", "First weights") +
    select("start", [["python", "Python's own"], ...after, ["random", "random"]], "python") +
    (kept.length > 0 ? label("from-epoch", capital(unit)) + select("from-epoch", epochs) : "") +
    label("seed", "Seed") + input("seed", "number", { min: 0, max: 2 ** 32 - 1, step: 1, value: seed }) +
    button("dice", "Another seed"),
  );
}

function setting(html: string): string {
  return `<div class="mp-setting">${html}</div>`;
}

function label(name: string, words: string): string {
  return `<label for="${id(name)}">${escape(words)}</label>`;
}

function input(name: string, type: string, given: Given): string {
  return `<input${attributes({ type, id: id(name), "data-part": name, autocomplete: "off", disabled: true, ...given })}>`;
}

function select(name: string, options: readonly (readonly [string, string])[], chosen = ""): string {
  const choices = options.map(([value, words]) => `<option${attributes({ value, selected: value === chosen })}>${escape(words)}</option>`);
  return `<select${attributes({ id: id(name), "data-part": name, disabled: true, autocomplete: "off" })}>${choices.join("")}</select>`;
}
