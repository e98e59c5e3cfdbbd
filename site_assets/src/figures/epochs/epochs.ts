/**
 * `<modelpress-epochs model="SLUG">`: a slider over the checkpoints of Python's training; the model's figures
 * predict with the selected one. Fetches the weights when the reader or the address first moves it.
 */
import { withinText } from "../../core/number-format";
import { dataOf, optionalPart, part, setText } from "../../core/dom";
import { quoted } from "../../core/quoting";
import type { EpochModel, Epochs } from "../../runtime/epochs";
import { copyText, readLink, writeLink } from "../../core/link";
import type { ModelpressModel, Trained } from "../model/model";
import type { PageTools } from "../tools";
import type { ModelpressTrainer } from "../trainer/trainer";
import { showError } from "../../core/alert";
import { Voice } from "../../core/announce";
import type { EpochsData } from "./figure";

let openEpochs: PageTools["epochs"];

export class ModelpressEpochs extends HTMLElement {
  #life: AbortController | null = null;
  #data!: EpochsData;
  #voice!: Voice;
  #opened: Promise<Epochs> | null = null;
  /** Index of the selected epoch. */
  #place = 0;
  #running = false;
  #model: EpochModel | null = null;
  #trained: Trained | null = null;
  #linked = false;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#data = JSON.parse(dataOf(part(this, "kept"))) as EpochsData;
    this.#place = this.#last;
    this.#voice = new Voice(part(this, "live"));
    this.#wire(signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
    part(this, "go").hidden = !this.#data.trains || this.#trainer === null;
    this.#fromLink();
    const range = this.#range;
    if (Number(range.value) !== this.#place) this.#go(Number(range.value)); // moved before this script loaded
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected || !this.#life) return;
      this.#life.abort();
      this.#life = null;
      this.#voice.stop();
      this.#leave();
    });
  }

  get #slug(): string {
    return this.getAttribute("model") ?? "";
  }

  get #key(): string {
    return `${this.#slug}.epoch`;
  }

  get #last(): number {
    return this.#data.epochs.length - 1;
  }

  get #range(): HTMLInputElement {
    return part<HTMLInputElement>(this, "range");
  }

  get #figures(): ModelpressModel[] {
    return [...document.querySelectorAll<ModelpressModel>(`modelpress-model[model="${CSS.escape(this.#slug)}"]`)];
  }

  get #trainer(): ModelpressTrainer | null {
    return document.querySelector<ModelpressTrainer>(`modelpress-trainer[model="${CSS.escape(this.#slug)}"]`);
  }

  #wire(signal: AbortSignal): void {
    const press = (name: string, act: () => void): void => {
      part(this, name).addEventListener("click", act, { signal });
    };
    const range = this.#range;
    range.addEventListener("input", () => { this.#go(Number(range.value)); }, { signal });
    const number = part<HTMLInputElement>(this, "number");
    number.addEventListener("change", () => { this.#typed(number); }, { signal });
    press("reset", () => {
      setText(part(this, "notice"), "");
      this.#go(this.#last);
    });
    press("copy", () => void this.#copy());
    press("go", () => {
      const trainer = this.#trainer;
      trainer?.startFrom(this.#data.epochs[this.#place]!);
    });
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    document.addEventListener("modelpress:answering", (event) => { this.#onAnswering(event); }, { signal });
  }

  /** Shows the epoch at `place`; the figures predict with its checkpoint. */
  #go(place: number): void {
    this.#place = place;
    this.#show();
    void this.#work();
  }

  #typed(field: HTMLInputElement): void {
    const requested = field.value.trim() === "" ? NaN : Number(field.value);
    const { unit, epochs } = this.#data;
    const notice = part(this, "notice");
    if (!Number.isInteger(requested) || requested < 0 || requested > epochs[this.#last]!) {
      setText(notice, `${quoted(field.value)} is no ${unit} from 0 to ${String(epochs[this.#last])}. What was there stays.`);
      this.#show();
      return;
    }
    const place = this.#nearest(requested);
    const found = epochs[place]!;
    setText(notice, found === requested ? "" : `Python kept no weights of ${unit} ${String(requested)}: ${String(found)} is the nearest.`);
    this.#go(place);
  }

  #nearest(requested: number): number {
    const distances = this.#data.epochs.map((epoch) => Math.abs(epoch - requested));
    return distances.indexOf(Math.min(...distances));
  }

  #show(): void {
    const { epochs, names, words, places } = this.#data;
    const place = this.#place;
    const range = this.#range;
    range.value = String(place);
    range.setAttribute("aria-valuetext", names[place]!);
    part<HTMLInputElement>(this, "number").value = String(epochs[place]);
    setText(part(this, "reading"), words[place]!);
    this.setAttribute("epoch", String(epochs[place]));
    const tip = optionalPart(this, "tip");
    const at = places[place];
    if (!tip) return;
    tip.hidden = !at;
    tip.style.setProperty("--mp-x", String(at?.[0] ?? 0));
    tip.style.setProperty("--mp-y", String(at?.[1] ?? 0));
  }

  /** Fetches and verifies the newest selected epoch, one at a time. */
  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#life && this.#shownPlace !== this.#place) await this.#load(this.#place);
      if (this.#life) this.#state(this.#place === this.#last ? "idle" : "ready");
    } catch (error) {
      if (this.#life) this.#fail(error);
    } finally {
      this.#running = false;
    }
  }

  /** Index of the epoch that the figures predict with. */
  get #shownPlace(): number {
    return this.#model ? this.#data.epochs.indexOf(this.#model.epoch) : this.#last;
  }

  async #load(place: number): Promise<void> {
    optionalPart(this, "error")?.replaceChildren();
    if (place === this.#last) {
      this.#leave();
      return;
    }
    this.#state("loading");
    this.#opened ??= openEpochs(this.#slug);
    const model = await (await this.#opened).at(this.#data.epochs[place]!);
    if (!this.#life || place !== this.#place) {
      await model.dispose();
      return;
    }
    const before = this.#model;
    const { maxDiff } = model;
    const name = this.#data.names[place]!;
    const equal = maxDiff === 0 ? "exactly" : `within ${withinText(maxDiff)}`;
    this.#model = model;
    this.#trained = {
      step: 0,
      checkpoint: { epoch: model.epoch, name, words: `As it was ${name} · equals Python ${equal} on this device` },
      predict: async (values) => Float32Array.from((await model.predict(values)).values),
    };
    for (const figure of this.#figures) figure.predictWith(this.#trained);
    this.#showWeights();
    await before?.dispose(); // pending predictions were requested before
  }

  /** Returns the figures to the published model. */
  #leave(): void {
    const [model, trained] = [this.#model, this.#trained];
    this.#model = this.#trained = null;
    if (trained) for (const figure of this.#figures) if (figure.answering === trained) figure.predictWith(null);
    this.#showWeights();
    void model?.dispose();
  }

  #showWeights(): void {
    if (this.#figures.length === 0) return;
    const words = this.#model
      ? `The figure above answers as it did ${this.#data.names[this.#shownPlace]!}.`
      : "The figure above predicts with the published model.";
    setText(part(this, "answers"), words);
    if (this.#life) this.#voice.say(words);
  }

  /** Called when another part of the page gives the figures other weights: resets the slider. */
  #onAnswering({ target, detail }: Event & { detail?: { by: Trained | null } }): void {
    const by = detail?.by ?? null;
    if (!by || by === this.#trained || (target as Element).getAttribute("model") !== this.#slug) return;
    this.#place = this.#last;
    this.#leave();
    this.#show();
    this.#state("idle");
    setText(part(this, "answers"), by.checkpoint ? `The figure above answers as it did ${by.checkpoint.name}.` : "The figure above answers with your training.");
  }

  #fromLink(): void {
    const states = readLink();
    const text = states.get(this.#key);
    const heading = states.size === 0 && location.hash !== ""; // a heading's anchor, unrelated to epochs
    if (text === undefined && (heading || !this.#linked)) return;
    this.#linked = text !== undefined;
    const { epochs, unit } = this.#data;
    const requested = /^\d{1,9}$/.test(text ?? "") ? Number(text) : NaN;
    const fits = requested <= epochs[this.#last]!;
    const place = text === undefined || !fits ? this.#last : this.#nearest(requested);
    const found = `${unit} ${String(epochs[place])}`;
    setText(
      part(this, "notice"),
      text === undefined || epochs[place] === requested ? ""
        : fits ? `The link asks for ${unit} ${String(requested)}, whose weights Python did not keep: ${found} is the nearest.`
        : `The link says ${quoted(text)}, which is no ${unit} of this training: the figure starts after ${found} instead.`,
    );
    this.#go(place);
  }

  async #copy(): Promise<void> {
    const link = writeLink(this.#key, String(this.#data.epochs[this.#place]));
    this.#linked = true;
    const copied = await copyText(link);
    const what = `Link to this ${this.#data.unit}`;
    setText(part(this, "notice"), copied ? `${what} copied.` : "The link is in the address bar.");
  }

  /** Shows an error with a retry button; the figures return to the published model. */
  #fail(error: unknown): void {
    const wanted = this.#place;
    this.#opened = null;
    this.#place = this.#last;
    this.#leave();
    this.#show();
    this.#state("failed");
    showError(part(this, "error"), error, () => {
      this.#range.focus();
      this.#go(wanted);
    }, ["The model cannot answer as it did then.", "The published model answers."]);
  }

  #state(state: "idle" | "loading" | "ready" | "failed"): void {
    this.setAttribute("state", state);
  }
}

export const ELEMENT = "modelpress-epochs";

/** Defines the page's epoch sliders. */
export function start({ epochs }: PageTools): void {
  openEpochs = epochs;
  if (!customElements.get("modelpress-epochs")) {
    customElements.define("modelpress-epochs", ModelpressEpochs);
  }
}
