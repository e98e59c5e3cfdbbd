/**
 * `<modelpress-tape model="SLUG">`: gradient descent, one phase a press: forward, loss, gradient, update. Compares
 * the losses with Python's recorded ones.
 */
import { dataOf, part, setHtml, setText } from "../../core/dom";
import { quoted } from "../../core/quoting";
import { takeStep, type Examples, type TapeStep } from "../../training/session/tape";
import { copyText, leaveLink, readLink, writeLink } from "../../core/link";
import { showPlot } from "./plot";
import {
  comparable, MOST_STEPS, parseValue, PHASES, pythonSettings, readTape, tapeText,
  type Recorded, type Settings,
} from "./settings";
import { chipWords, number, outlook, standing, sums } from "./words";
import { parseRate } from "../trainer/link";
import { Voice } from "../../core/announce";
import { evenlySpaced } from "../charts/table";

const PLAY_MS = 220; // of a whole step: slow enough to read the loss
const LEAP = 100;

export class ModelpressTape extends HTMLElement {
  #life: AbortController | null = null;
  #recorded!: Recorded;
  #settings!: Settings;
  #steps: TapeStep[] = [];
  /** Phases so far, in all steps. */
  #presses = 0;
  #timer = 0;
  #linked = false;
  #voice!: Voice;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    this.#recorded = JSON.parse(dataOf(part(this, "recorded"))) as Recorded;
    this.#settings = pythonSettings(this.#recorded);
    this.#voice = new Voice(part(this, "live"));
    this.#wire(this.#life.signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
    this.#fromLink();
    this.#show();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#pause();
      this.#voice.stop();
      this.#life?.abort();
      this.#life = null;
    });
  }

  get #key(): string {
    return this.dataset["key"] ?? `${this.getAttribute("model") ?? ""}.tape`;
  }

  get #examples(): Examples {
    const { x, y } = this.#settings;
    const { x: rows, y: wanted } = this.#recorded;
    return { x: x === null ? rows : [x], y: y === null ? wanted : [y] };
  }

  #wire(signal: AbortSignal): void {
    const press = (name: string, act: () => void): void => {
      part(this, name).addEventListener("click", act, { signal });
    };
    press("phase", () => { this.#press(this.#presses + 1); });
    press("step", () => { this.#press(this.#after(1)); });
    press("leap", () => { this.#press(this.#after(LEAP)); });
    press("play", () => { this.#play(); });
    press("reset", () => { this.#press(0); });
    press("copy", () => void this.#copy());
    press("back", () => { this.#python(); });
    const single = part<HTMLInputElement>(this, "single");
    single.addEventListener("change", () => { this.#change({ single: single.checked }); }, { signal });
    for (const field of this.querySelectorAll<HTMLInputElement>("[data-setting]")) {
      field.addEventListener("change", () => { this.#typed(field); }, { signal });
    }
    part(this, "twin").addEventListener("toggle", () => { this.#table(); }, { signal });
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#pause();
    }, { signal });
  }

  /** Returns the presses after `count` more whole steps. */
  #after(count: number): number {
    return (Math.floor(this.#presses / PHASES.length) + count) * PHASES.length;
  }

  #press(presses: number): void {
    this.#pause();
    this.#go(presses);
    setText(part(this, "notice"), presses > MOST_STEPS * PHASES.length ? "That is as far as it goes." : "");
    const sentence = this.#presses === 0 ? "Back at the initial weights." : this.#phaseWords();
    this.#voice.say(sentence);
  }

  /** Returns the result of the latest phase. */
  #phaseWords(): string {
    const phase = (this.#presses - 1) % PHASES.length;
    const line = part(this, PHASES[phase]!);
    return `${line.textContent}. ${part(this, "state").textContent}`;
  }

  #go(presses: number): void {
    this.#presses = Math.min(presses, MOST_STEPS * PHASES.length);
    const wanted = Math.ceil(this.#presses / PHASES.length);
    const { rate, weights, single } = this.#settings;
    while (this.#steps.length < wanted) {
      const from = this.#steps.at(-1)?.next ?? weights;
      const made = takeStep(this.#examples, from, rate, single);
      if (!isFiniteStep(made)) {
        // Keep the last finite step: values beyond it overflow.
        this.#presses = this.#steps.length * PHASES.length;
        this.#pause();
        break;
      }
      this.#steps.push(made);
    }
    this.#show();
  }

  #play(): void {
    if (this.#timer) {
      this.#pause();
      return;
    }
    const { total } = this.#recorded;
    const step = Math.floor(this.#presses / PHASES.length);
    const goal = Math.min((Math.floor(step / total) + 1) * total, MOST_STEPS) * PHASES.length;
    setText(part(this, "play"), "Pause");
    this.#timer = window.setInterval(() => {
      const before = this.#presses;
      this.#go(Math.min(this.#after(1), goal));
      if (this.#presses < goal && this.#presses > before) return;
      this.#pause();
      this.#voice.say(part(this, "state").textContent);
    }, PLAY_MS);
  }

  #pause(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    setText(part(this, "play"), "Play");
  }

  #typed(field: HTMLInputElement): void {
    const name = field.dataset["setting"]!;
    const value = name === "rate" ? parseRate(field.value) : parseValue(field.value);
    field.toggleAttribute("aria-invalid", value === null);
    if (value === null) {
      field.setAttribute("aria-invalid", "true");
      const expected = name === "rate" ? "a number from 1e-7 to 1000" : "a number up to a million";
      const kept = this.#value(name);
      setText(part(this, "field-error"), `${quoted(field.value)} is not ${expected}; ${number(kept)} stays.`);
      return;
    }
    setText(part(this, "field-error"), "");
    const which = this.#recorded.names.indexOf(name);
    if (which < 0) this.#change({ [name]: value });
    else this.#change({ weights: this.#settings.weights.map((weight, i) => (i === which ? value : weight)) });
  }

  #value(name: string): number {
    const which = this.#recorded.names.indexOf(name);
    if (which >= 0) return this.#settings.weights[which]!;
    return this.#settings[name as "rate" | "x" | "y"] ?? NaN;
  }

  /** Applies other settings and restarts at the first step. */
  #change(change: Partial<Settings>): void {
    this.#pause();
    this.#settings = { ...this.#settings, ...change };
    [this.#steps, this.#presses] = [[], 0];
    setText(part(this, "notice"), "");
    this.#fields();
    this.#show();
  }

  /** Restores Python's settings; the browser's Back button restores the reader's. */
  #python(): void {
    writeLink(this.#key, tapeText(this.#recorded, this.#settings, this.#presses));
    leaveLink(this.#key);
    this.#linked = true;
    this.#change(pythonSettings(this.#recorded));
    setText(part(this, "notice"), "Python's settings again. The browser's Back button brings yours back.");
  }

  #fromLink(): void {
    const states = readLink();
    const text = states.get(this.#key);
    const heading = states.size === 0 && location.hash !== "";
    if (text === undefined && (heading || !this.#linked)) return;
    this.#linked = text !== undefined;
    const { settings, presses, wrong } = readTape(this.#recorded, text ?? "");
    this.#change(settings);
    this.#go(presses);
    setText(part(this, "notice"), wrong);
  }

  async #copy(): Promise<void> {
    const link = writeLink(this.#key, tapeText(this.#recorded, this.#settings, this.#presses));
    this.#linked = true;
    const copied = await copyText(link);
    setText(part(this, "notice"), copied ? "Link to this step copied." : "The link to this step is in the address bar.");
  }

  #fields(): void {
    for (const field of this.querySelectorAll<HTMLInputElement>("[data-setting]")) {
      field.value = String(this.#value(field.dataset["setting"]!));
      field.removeAttribute("aria-invalid");
    }
    part<HTMLInputElement>(this, "single").checked = this.#settings.single;
    setText(part(this, "field-error"), "");
  }

  #show(): void {
    const { single, rate } = this.#settings;
    const { total, names } = this.#recorded;
    const step = Math.ceil(this.#presses / PHASES.length);
    const phase = this.#presses === 0 ? 0 : ((this.#presses - 1) % PHASES.length) + 1;
    const last = this.#steps[step - 1];
    const texts = last ? sums(this.#examples, last, rate, names) : [];
    PHASES.forEach((name, i) => {
      const line = part(this, name);
      const row = line.closest("li")!;
      setText(line, i < phase ? texts[i]! : "");
      if (i === phase - 1) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    const coming = PHASES[phase % PHASES.length]!;
    setText(part(this, "phase"), coming[0]!.toUpperCase() + coming.slice(1));
    setText(part(this, "state"), standing(step, total, last, phase));
    const done = Math.floor(this.#presses / PHASES.length);
    const stalled = this.#stalled(done);
    const over = last !== undefined && !isFiniteStep(takeStep(this.#examples, last.next, rate, single));
    setText(
      part(this, "outlook"),
      outlook(this.#examples, this.#settings.weights, rate, { stalled, over, single }),
    );
    this.#chip(phase > 1 ? step : done);
    const first = this.#steps[0]?.weights ?? this.#settings.weights;
    showPlot(this, this.#examples, [first, ...this.#steps.slice(0, done).map(({ next }) => next)].map(([w = 0]) => w));
    this.#table();
    this.setAttribute("step", String(done));
    this.setAttribute("phase", String(this.#presses % PHASES.length));
  }

  /** Returns the step from which the weights no longer change, or 0. */
  #stalled(done: number): number {
    const still = ({ weights, next }: TapeStep): boolean => weights.every((weight, i) => weight === next[i]);
    if (done === 0 || !still(this.#steps[done - 1]!)) return 0;
    return this.#steps.findIndex(still) + 1;
  }

  #chip(step: number): void {
    const recorded = this.#recorded;
    const until = Math.min(step, recorded.losses.length);
    let most: number | null = null;
    if (comparable(recorded, this.#settings)) {
      most = 0;
      for (let i = 0; i < until; i += 1) {
        const difference = Math.abs(this.#steps[i]!.loss - recorded.losses[i]!);
        most = Math.max(most, Number.isNaN(difference) ? Infinity : difference);
      }
    }
    const { tone, words } = chipWords(recorded, step, most);
    part(this, "chip").dataset["tone"] = tone;
    setText(part(this, "chip-text"), words);
  }

  /** Updates the table if it is open: first and last step, and steps evenly spaced between them. */
  #table(): void {
    if (!part<HTMLDetailsElement>(this, "twin").open) return;
    const done = Math.floor(this.#presses / PHASES.length);
    const rows = evenlySpaced(done).map((step) => {
      const { loss, gradients, next } = this.#steps[step - 1]!;
      const cells = [[loss], gradients, next].map((values) => `<td>${values.map(number).join(", ")}</td>`);
      return `<tr><th scope="row">${String(step)}</th>${cells.join("")}</tr>`;
    });
    setHtml(part(this, "rows"), rows.join(""));
  }
}

/** Returns whether loss and weights are finite. */
function isFiniteStep({ loss, next }: TapeStep): boolean {
  return [loss, ...next].every(Number.isFinite);
}

export const ELEMENT = "modelpress-tape";

/** Defines the page's tapes. */
export function start(): void {
  if (!customElements.get("modelpress-tape")) customElements.define("modelpress-tape", ModelpressTape);
}
