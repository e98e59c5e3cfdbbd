/**
 * `<modelpress-seeds model="SLUG">`: Python's trainings from many random seeds as a histogram, with the reader's
 * present run of a training on the same page.
 */
import { group } from "../../core/number-format";
import { dataOf, optionalPart, part, setText } from "../../core/dom";
import { makeReadable } from "../../core/readings";
import { across, LEFT } from "../charts/histogram";
import { comparedValue, yoursWords, type SeedsData } from "./words";
import type { StepDetail } from "../trainer/step";

/** Milliseconds between evaluations, which take time from the training. */
const EVERY_MS = 400;

export class ModelpressSeeds extends HTMLElement {
  #life: AbortController | null = null;
  #data!: SeedsData;
  #latest: StepDetail | null = null;
  #evaluating = false;
  #timer = 0;

  connectedCallback(): void {
    const data = optionalPart(this, "seeds");
    if (this.#life || !data) return; // moved within the page, or all seeds diverged
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#data = JSON.parse(dataOf(data)) as SeedsData;
    this.#readable(signal);
    const trainer = document.querySelector(`modelpress-trainer[model="${CSS.escape(this.#slug)}"]`);
    if (!trainer || this.#data.browser === null) return;
    setText(part(this, "yours"), "Your run is shown here once you train.");
    document.addEventListener("modelpress-step", (event) => { this.#onStep(event); }, { signal });
    // A reset run has nothing to compare.
    const watch = new MutationObserver(() => {
      if (document.querySelector(`modelpress-trainer[model="${CSS.escape(this.#slug)}"]:not([step="0"])`)) return;
      this.#clear();
    });
    for (const each of document.querySelectorAll(`modelpress-trainer[model="${CSS.escape(this.#slug)}"]`)) {
      watch.observe(each, { attributeFilter: ["step"] });
    }
    signal.addEventListener("abort", () => { watch.disconnect(); });
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
      clearTimeout(this.#timer);
    });
  }

  get #slug(): string {
    return this.getAttribute("model") ?? "";
  }

  #onStep(event: Event): void {
    if ((event.target as Element).getAttribute("model") !== this.#slug) return;
    this.#latest = (event as CustomEvent<StepDetail>).detail;
    if (!this.#evaluating && !this.#timer) void this.#evaluate();
  }

  /** Evaluates the run, and again later if it has continued. */
  async #evaluate(): Promise<void> {
    const detail = this.#latest;
    if (!detail) return;
    this.#latest = null;
    this.#evaluating = true;
    const began = performance.now();
    try {
      const found = await detail.evaluate();
      const value = found && comparedValue(this.#data, found);
      if (found && value !== null) this.#show(found.step, detail.stopped === null ? value : NaN, detail.changed);
    } catch {
      this.#clear(); // the training has ended and shows why itself
    } finally {
      this.#evaluating = false;
    }
    const wait = Math.max(EVERY_MS, 4 * (performance.now() - began));
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#evaluate();
    }, wait);
  }

  #show(step: number, value: number, changed: readonly string[]): void {
    const data = this.#data;
    // Another loss is not comparable.
    const other = data.browser?.endsWith("loss") === true && changed.includes("loss");
    const flag = part(this, "own-flag");
    flag.hidden = other || !Number.isFinite(value);
    if (!flag.hidden) {
      const at = across(data, value);
      flag.style.setProperty("--mp-at", at.toFixed(4));
      flag.dataset["side"] = at > LEFT ? "left" : "right";
      const outside = value < data.low ? "◂ yours" : value > data.high ? "yours ▸" : "yours";
      setText(flag.firstElementChild!, outside);
    }
    const words = other
      ? "You train by another loss than Python did, and the two can't be compared."
      : yoursWords(data, step, value, changed);
    setText(part(this, "yours"), words);
    this.setAttribute("step", String(step));
    if (step % data.steps === 0) setText(part(this, "live"), words);
  }

  #clear(): void {
    this.#latest = null;
    part(this, "own-flag").hidden = true;
    setText(part(this, "yours"), "Your run is shown here once you train.");
    setText(part(this, "live"), "");
    this.removeAttribute("step");
  }

  /** Makes the counts readable by pointer and arrow keys. */
  #readable(signal: AbortSignal): void {
    const { bins, name } = this.#data;
    const [area, reading] = [part(this, "area"), part(this, "reading")];
    makeReadable(area, {
      label: `Seeds by ${name}`,
      count: bins.length,
      row: 1,
      at: (x) => bins.findIndex((bin) => x <= bin.at),
      show: (index) => {
        const { words, count } = bins[index]!;
        const text = `${words}: ${group(String(count))} ${count === 1 ? "seed" : "seeds"}`;
        setText(reading, text);
        return text;
      },
      leave: () => { setText(reading, ""); },
      signal,
    });
  }
}

export const ELEMENT = "modelpress-seeds";

export function start(): void {
  if (!customElements.get("modelpress-seeds")) customElements.define("modelpress-seeds", ModelpressSeeds);
}
