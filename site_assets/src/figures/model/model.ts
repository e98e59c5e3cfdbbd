/** `<modelpress-model model="SLUG">`: connects a figure's controls with the runtime and the chip. */
import {
  loadInput, loadOutput, restore, stateOf, type InputHandle, type OutputHandle,
} from "../../kinds/contract";
import { dataOf, optionalPart, part, setText } from "../../core/dom";
import { quoted } from "../../core/quoting";
import { messageOf } from "../../core/errors";
import { open, type LiveModel } from "../../runtime/live";
import { ScriptMissing } from "../../core/scripts";
import type { BackendInfo, Entry } from "../../runtime/spec";
import { withdrawn } from "../../runtime/withdrawn";
import { backendName } from "../../core/backends";
import { attachChip, type Chip } from "./chip";
import { PredictionLoop } from "./loop";
import { copyText, linkTo, readLink, writeLink } from "../../core/link";
import { nearOrLater } from "../../core/near";

/**
 * Other weights of the model for a figure's predictions: a training's (one object for all its steps), or a
 * checkpoint.
 */
export interface Trained {
  /** Steps so far; 0 for a checkpoint. */
  readonly step: number;
  /** The checkpoint's epoch in Python's training; `name` as in "after epoch 7 of 50"; `words` for the chip. */
  readonly checkpoint?: { readonly epoch: number; readonly name: string; readonly words: string };
  predict(values: Float32Array): Promise<Float32Array>;
}

const CHIP_EVERY_MS = 500; // at every frame, the milliseconds would flicker

export class ModelpressModel extends HTMLElement {
  #life: AbortController | null = null;
  #input: InputHandle | null = null;
  #output: OutputHandle | null = null;
  #live: LiveModel | null = null;
  #loop: PredictionLoop | null = null;
  #trained: Trained | null = null;
  /** The training took steps during a prediction: another one must follow. */
  #predictAgain = false;
  /** The reader's choice of a backend. */
  #chosen = "auto";
  #sweeping = false;
  #sweepAgain = false;
  #chip: Chip | null = null;
  #chipShownAt = 0;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    // The script may run before the parser reaches the element's end. The end of the page would be too late: the
    // theme's scripts run before it.
    void whenParsed(this).then(() => {
      if (this.isConnected && !this.#life) void this.#start();
    });
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  /** Predicts with a training's or checkpoint's weights; null: with the published model. */
  predictWith(trained: Trained | null): void {
    if (trained === this.#trained && !trained) return;
    const other = trained !== this.#trained;
    this.#trained = trained;
    const { step, checkpoint } = trained ?? {};
    for (const [name, value] of [["training", checkpoint ? undefined : step], ["epoch", checkpoint?.epoch]] as const) {
      if (value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, String(value));
    }
    this.#showChip();
    if (other) this.#emit("answering", { by: trained });
    // A pending prediction may finish, or a fast training would never show one.
    if (this.#loop?.pending) this.#predictAgain = true;
    else this.#loop?.request(false);
    void this.#sweep();
  }

  /** Shows an input's state, as a link has it, and predicts; returns false if it is invalid. */
  set(text: string): boolean {
    if (!this.#input || !restore(this.#input, text)) return false;
    setText(part(this, "notice"), "");
    this.#loop?.request(true);
    return true;
  }

  /** The weights in use other than the published model's, or null. */
  get answering(): Trained | null {
    return this.#trained;
  }

  /** The model that predicts now. */
  get #model(): Pick<LiveModel, "predict"> | null {
    return this.#live && (this.#trained ?? this.#live);
  }

  async #start(): Promise<void> {
    const life = new AbortController();
    this.#life = life;
    const { signal } = life;
    if (!isFirst(this)) await nearOrLater(this, signal);
    if (signal.aborted) return;
    try {
      this.#state("loading");
      optionalPart(this, "error")?.replaceChildren();
      const entry = this.#entry();
      this.#chip = attachChip(
        this, (backend) => void this.#choose(backend, life), () => this.#live?.info ?? null, signal,
      );
      this.#chip.loading();
      this.#chip.showChoice(this.#preferredBackend(), false);
      const opening = open(entry, {
        onBackend: (info) => { this.#backend(info, life); },
        onStopped: (next) => { this.#stopped(next, life); },
        signal,
      });
      const kinds = Promise.all([loadInput(entry.input), loadOutput(entry.output)]);
      // Attach the controls before the model has loaded, so that early input is kept.
      const attached = kinds.then(([inputs, outputs]) => {
        if (!signal.aborted) this.#attach(entry, inputs, outputs, signal);
      });
      const [live] = await Promise.all([opening, attached]);
      if (signal.aborted) {
        void live.dispose();
        return;
      }
      this.#live = live;
      await this.#loop?.predictNow();
      void this.#sweep();
      this.#watchUpgrade(live, signal);
      if (this.#preferredBackend() !== "auto") await this.#choose(this.#preferredBackend(), life);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #attach(
    entry: Entry,
    inputs: Awaited<ReturnType<typeof loadInput>>,
    outputs: Awaited<ReturnType<typeof loadOutput>>,
    signal: AbortSignal,
  ): void {
    let attached = false;
    let early = false;
    const changed = (): void => {
      if (attached) this.#loop?.request(true);
      else early = true; // input from before any script loaded
    };
    const notice = (sentence: string): void => { setText(part(this, "notice"), sentence); };
    const input = inputs.attach(this, entry.input, changed, { notice });
    attached = true;
    const output = outputs.attach(this, entry.output, entry.input);
    const loop = new PredictionLoop(
      this,
      input,
      output,
      () => this.#model,
      (answer) => {
        this.#ready();
        const { step, checkpoint } = this.#trained ?? {};
        const by = checkpoint ? { epoch: checkpoint.epoch } : step === undefined ? { backend: this.#live?.info.backend } : { training: step };
        if (answer) this.#emit("result", { ...answer, ...by });
        else this.#emit("empty", {});
        if (!this.#predictAgain) return;
        this.#predictAgain = false;
        this.#loop?.request(false);
      },
      (error) => { this.#fail(error); },
    );
    [this.#input, this.#output, this.#loop] = [input, output, loop];
    if (early) loop.request(true);
    this.#fromLink();
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    part(this, "reset").addEventListener("click", () => { this.#reset(); }, { signal });
    part(this, "copy").addEventListener("click", () => void this.#copy(), { signal });
  }

  /** Called when a prediction is shown: the figure is live. */
  #ready(): void {
    const live = this.#live;
    if (!live) return;
    this.setAttribute("backend", live.info.backend);
    this.setAttribute("max-diff", String(live.info.maxDiff));
    if (performance.now() - this.#chipShownAt > CHIP_EVERY_MS) this.#showChip();
    if (this.getAttribute("state") === "ready") return;
    this.#showChip();
    this.#state("ready");
    this.#emit("ready", { ...live.info });
  }

  #showChip(): void {
    if (!this.#live) return;
    this.#chipShownAt = performance.now();
    if (this.#trained) {
      const { step, checkpoint } = this.#trained;
      if (checkpoint) this.#chip?.checkpoint(checkpoint.words);
      else this.#chip?.training(step);
      return;
    }
    this.#chip?.show({ info: this.#live.info, tried: this.#live.tried });
  }

  /** Called when another verified backend takes over or one is refused: predicts again with the present one. */
  #backend(info: BackendInfo, life: AbortController): void {
    if (life.signal.aborted || !this.#live) return;
    this.#showChip();
    if (![info.backend, "auto"].includes(this.#chosen)) this.#showChoice("auto"); // it has stopped, and can be chosen again
    this.#emit("backend", { ...info });
    this.#loop?.request(false);
    void this.#sweep();
  }

  /** Called when the backend stops: marks its prediction as outdated, whether or not another backend takes over. */
  #stopped(next: Promise<void>, { signal }: AbortController): void {
    if (!this.#trained) this.#loop?.markOutdated();
    next.catch((error: unknown) => {
      if (!signal.aborted) this.#fail(error);
    });
  }

  /** Predicts the output's additional inputs: a whole curve, a map. */
  async #sweep(): Promise<void> {
    const [live, output] = [this.#model, this.#output];
    if (!live || !output?.sweep) return;
    if (this.#sweeping) {
      this.#sweepAgain = true;
      return;
    }
    this.#sweeping = true;
    try {
      const answers = await live.predict(output.sweep.inputs());
      if (live === this.#model && output === this.#output) output.sweep.show(answers);
    } catch (error) {
      if (live === this.#model) this.#fail(error);
    } finally {
      this.#sweeping = false;
      const again = this.#sweepAgain;
      this.#sweepAgain = false;
      if (again) void this.#sweep();
    }
  }

  /** A refused upgrade changes no backend and so fires no event: updates the chip once the upgrade has settled. */
  #watchUpgrade(live: LiveModel, signal: AbortSignal): void {
    if (this.#preferredBackend() !== "auto") return;
    void live.upgraded.finally(() => {
      if (!signal.aborted) this.#showChip();
    });
  }

  /** Address of the model's own page, if the figure is embedded in another site. */
  get #home(): string | undefined {
    return this.dataset["home"];
  }

  #preferredBackend(): string {
    return this.dataset["backend"] ?? "auto";
  }

  async #choose(backend: string, life: AbortController): Promise<void> {
    const live = this.#live;
    if (!live) {
      this.dataset["backend"] = backend; // applied once the model has loaded
      return;
    }
    this.#showChoice(backend, true);
    try {
      await live.choose(backend as Parameters<LiveModel["choose"]>[0]);
      if (life.signal.aborted) return;
      this.#showChip();
      this.#showChoice(backend);
      this.#loop?.request(false);
    } catch (error) {
      if (life.signal.aborted) return;
      this.#showChip();
      this.#showChoice("auto");
      const now = backendName(live.info.backend);
      this.#chip?.showSentence(`${messageOf(error)} ${now} answers instead.`);
    }
  }

  #showChoice(backend: string, busy = false): void {
    this.#chosen = backend;
    this.#chip?.showChoice(backend, busy);
  }

  #reset(): void {
    this.set(this.dataset["start"] ?? "");
  }

  #fromLink(): void {
    if (this.#home) return; // the address belongs to the embedding page
    const text = readLink().get(this.dataset["key"] ?? "");
    const input = this.#input;
    if (text === undefined || !input) return;
    if (this.set(text)) return;
    this.#reset();
    const start = input.read();
    const words = start ? ` at ${input.describe(start)}` : "";
    setText(
      part(this, "notice"),
      `The link says ${quoted(text, 40)}, which is not ${input.expects}: this figure starts${words} instead.`,
    );
  }

  async #copy(): Promise<void> {
    if (!this.#input) return;
    const [key, state] = [this.dataset["key"] ?? "", stateOf(this.#input)];
    const link = this.#home ? linkTo(this.#home, key, state) : writeLink(key, state);
    const copied = await copyText(link);
    const where = this.#home ? `The link to this state: ${link}` : "The link to this state is in the address bar.";
    setText(part(this, "notice"), copied ? "Link to this state copied." : where);
  }

  /** Shows an error with a retry button; Python's prediction for the starting input stays or returns. */
  #fail(error: unknown): void {
    const sentence = messageOf(error);
    const none = withdrawn.has("cpu");
    this.toggleAttribute("data-withdrawn", none);
    if (none) this.#loop?.showNoPrediction("No prediction: this device does not compute as Python does any more.");
    const answer = none ? null : (JSON.parse(this.dataset["answer"] ?? "null") as number[] | null);
    if (answer && this.#input && restore(this.#input, this.dataset["start"] ?? "")) {
      const start = this.#input.read();
      if (start) this.#loop?.show(start, answer);
    }
    this.#close();
    this.#state("error");
    this.#chip?.failed(none);
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "mp-button";
    const missing = none || error instanceof ScriptMissing;
    retry.textContent = missing ? "Load the page again" : "Try again";
    retry.addEventListener("click", () => { if (missing) location.reload(); else void this.#start(); }, { once: true });
    const words = document.createElement("p");
    words.textContent = none
      ? sentence
      : `The live model could not start. ${sentence} What you see is Python's prediction for the starting input.`;
    const box = optionalPart(this, "error") ?? this.appendChild(document.createElement("div"));
    box.dataset["part"] = "error";
    box.replaceChildren(words, retry);
    this.#emit("error", { message: sentence });
  }

  #close(): void {
    this.#life?.abort();
    this.#loop?.stop();
    void this.#live?.dispose();
    this.#input?.dispose();
    this.#output?.dispose();
    this.#life = this.#live = this.#loop = this.#input = this.#output = null;
    this.removeAttribute("backend");
    this.removeAttribute("max-diff");
  }

  #entry(): Entry {
    const slug = this.getAttribute("model") ?? "";
    const root = this.getRootNode() as Document | ShadowRoot;
    const selector = `data.mp-spec[data-model="${CSS.escape(slug)}"]`;
    const described = this.querySelector(selector) ?? root.querySelector(selector);
    if (!described) {
      throw new Error(
        `This page has no description of a model "${slug}": write a \`\`\`model ${slug} fence, or call modelpress.load("${slug}").`,
      );
    }
    return JSON.parse(dataOf(described)) as Entry;
  }

  #state(state: "loading" | "ready" | "error"): void {
    this.setAttribute("state", state);
  }

  #emit(name: string, detail: Record<string, unknown>): void {
    this.dispatchEvent(
      new CustomEvent(`modelpress:${name}`, { detail, bubbles: true, composed: true }),
    );
  }
}

/** Resolves when the parser has passed the element's end. */
function whenParsed(element: Element): Promise<void> {
  return new Promise((resolve) => {
    if (isParsed(element)) {
      resolve();
      return;
    }
    const look = (): void => {
      if (!isParsed(element)) return;
      watch.disconnect();
      resolve();
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", look, { once: true });
  });
}

/** Returns whether the parser has passed the element's end, so that its content is complete. */
function isParsed(element: Element): boolean {
  if (document.readyState !== "loading") return true;
  for (let node: Node | null = element; node; node = node.parentNode) {
    if (node.nextSibling) return true;
  }
  return false;
}

/** Returns whether no other figure of the document or shadow root comes before this one. */
function isFirst(figure: Element): boolean {
  return (figure.getRootNode() as ParentNode).querySelector(figure.localName) === figure;
}

/** Defines `tag` as a figure, unless another bundle has defined it. */
export function defineFigure(tag: string): void {
  if (!customElements.get(tag)) customElements.define(tag, class extends ModelpressModel {});
}
