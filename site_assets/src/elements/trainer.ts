/**
 * `<modelpress-trainer model="SLUG">`: trains a model in the reader's browser, beside Python's recorded
 * run. What trains is fetched when the first step is wanted, by the reader or by the address.
 */
import { optionalPart, part, setText } from "../parts";
import type { RunOptions } from "../training/api";
import { copyText, leaveLink, readLink, writeLink } from "./link";
import { Answers } from "./trainer-answers";
import { showError } from "./trainer-error";
import { attachForm, type Form } from "./trainer-form";
import { readRun, runText } from "./trainer-link";
import { Look } from "./trainer-look";
import { showProof } from "./trainer-proof";
import { TrainingRun, type RunState, type Trainer } from "./trainer-run";
import { Voice } from "./trainer-say";
import {
  pythonSettings, sameSettings, stepsAnEpoch, trainerOptions,
  type Recorded, type Settings,
} from "./trainer-settings";
import { speedWords, spokenWords } from "./trainer-words";

type Open = (slug: string, options: RunOptions) => Promise<Trainer>;

let openTrainer: Open;

export class ModelpressTrainer extends HTMLElement {
  #life: AbortController | null = null;
  #recorded!: Recorded;
  #settings!: Settings;
  #run!: TrainingRun;
  #look!: Look;
  #form!: Form;
  #answers!: Answers;
  #voice!: Voice;
  /** The address said something about this run. */
  #linked = false;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#recorded = JSON.parse(part(this, "recorded").textContent) as Recorded;
    this.#settings = pythonSettings(this.#recorded);
    this.#look = new Look(this, this.#recorded);
    this.#answers = new Answers(this, this.#slug, signal);
    this.#voice = new Voice(part(this, "live"));
    this.#form = attachForm(this, this.#recorded, this.#settings, (next) => { this.#change(next); }, signal);
    this.#begin();
    this.#wire(signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
    this.#fromLink();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  get #slug(): string {
    return this.getAttribute("model") ?? "";
  }

  get #key(): string {
    return `${this.#slug}.train`;
  }

  #wire(signal: AbortSignal): void {
    const press = (name: string, act: () => void): void => {
      part(this, name).addEventListener("click", act, { signal });
    };
    press("play", () => { this.#play(); });
    press("step", () => void this.#run.press((step) => step + 1));
    press("epoch", () => {
      const epoch = stepsAnEpoch(this.#recorded, this.#settings);
      void this.#run.press((step) => step + epoch - (step % epoch), true);
    });
    press("reset", () => void this.#reset());
    press("copy", () => void this.#copy());
    press("back", () => { this.#python(); });
    press("prove", () => void this.#prove());
    const speed = part<HTMLInputElement>(this, "speed");
    speed.addEventListener("input", () => { this.#tellSpeed(speed); }, { signal });
    this.#tellSpeed(speed); // what a reader set before this script was there counts
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#run.pause();
    }, { signal });
    window.addEventListener("pagehide", ({ persisted }) => {
      if (persisted) this.#run.pause();
      else this.#end();
    }, { signal });
  }

  /** A new run with the present settings, not yet fetched. */
  #begin(): void {
    const settings = this.#settings;
    const run: TrainingRun = new TrainingRun({
      open: () => openTrainer(this.#slug, trainerOptions(this.#recorded, settings)),
      pace: () => this.#recorded.speeds[Number(part<HTMLInputElement>(this, "speed").value)] ?? 1,
      total: this.#total,
      changed: (state) => { this.#show(state, run); },
      sliced: () => { this.#sliced(run); },
      failed: (error) => { this.#fail(error); },
    });
    this.#run = run;
    this.#look.begin(run, settings);
    this.#show("idle", run);
  }

  get #total(): number {
    return this.#recorded.epochs * stepsAnEpoch(this.#recorded, this.#settings);
  }

  #play(): void {
    if (this.#run.state === "running") this.#run.pause();
    else void this.#run.toward((Math.floor(this.#run.step / this.#total) + 1) * this.#total);
  }

  /** The reader or the address asks for other settings: a run of its own, going on if one was. */
  #change(settings: Settings): void {
    if (sameSettings(settings, this.#settings)) return;
    const going = this.#run.state === "running";
    this.#settings = settings;
    this.#leave();
    this.#begin();
    setText(part(this, "notice"), "");
    if (going) this.#play();
  }

  async #reset(): Promise<void> {
    this.#answers.end();
    setText(part(this, "notice"), "");
    const run = this.#run;
    await run.reset();
    if (run === this.#run) this.#look.draw();
  }

  /** Python's own settings; the browser's Back brings the reader's again. */
  #python(): void {
    const own = pythonSettings(this.#recorded);
    if (sameSettings(own, this.#settings)) {
      setText(part(this, "notice"), "These are Python's settings.");
      return;
    }
    writeLink(this.#key, runText(this.#recorded, this.#settings, this.#run.step));
    leaveLink(this.#key);
    this.#linked = true;
    this.#form.write(own);
    this.#change(own);
    setText(part(this, "notice"), "Python's settings again. The browser's Back button brings yours back.");
  }

  #fromLink(): void {
    const states = readLink();
    const text = states.get(this.#key);
    const heading = states.size === 0 && location.hash !== ""; // of a heading, which says nothing of runs
    if (text === undefined && (heading || !this.#linked)) return;
    this.#linked = text !== undefined;
    const { settings, step, wrong } = readRun(this.#recorded, text ?? "");
    this.#form.write(settings);
    this.#change(settings);
    setText(part(this, "notice"), wrong);
    if (step > this.#run.step) void this.#run.toward(step, true);
  }

  async #copy(): Promise<void> {
    const link = writeLink(this.#key, runText(this.#recorded, this.#settings, this.#run.step));
    this.#linked = true;
    const copied = await copyText(link);
    setText(
      part(this, "notice"),
      copied ? "Link to this run copied." : "The link to this run is in the address bar.",
    );
  }

  async #prove(): Promise<void> {
    const run = this.#run;
    const button = part(this, "prove");
    button.setAttribute("aria-busy", "true");
    try {
      const trainer = await run.opened();
      if (trainer) showProof(this, await trainer.prove());
    } catch (error) {
      if (run === this.#run) this.#fail(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  #sliced(run: TrainingRun): void {
    if (run !== this.#run || !run.trainer) return;
    this.setAttribute("step", String(run.step));
    this.#look.draw();
    this.#answers.follow(run.trainer, run.step);
    if (run.stopped !== null) setText(part(this, "notice"), run.stopped);
    const detail = { step: run.step, epoch: run.epoch, loss: run.losses.at(-1) };
    this.dispatchEvent(new CustomEvent("modelpress-step", { detail, bubbles: true, composed: true }));
  }

  #show(state: RunState, run: TrainingRun): void {
    if (run !== this.#run) return;
    this.setAttribute("state", state);
    this.setAttribute("step", String(run.step));
    setText(part(this, "play"), state === "running" ? "Pause" : "Train");
    part(this, "controls").toggleAttribute("aria-busy", state === "loading");
    if (state !== "failed") optionalPart(this, "error")?.replaceChildren();
    if (state === "loading" || state === "ready") this.#look.draw();
    if (state !== "idle") this.#voice.say(spokenWords(state, this.#look.stateWords()));
  }

  #tellSpeed(speed: HTMLInputElement): void {
    const words = speedWords(this.#recorded.speeds[Number(speed.value)] ?? 1);
    setText(part(this, "speed-words"), words);
    speed.setAttribute("aria-valuetext", words);
  }

  /** A sentence with a way on; Python's curve stays, and the rest of the page goes on. */
  #fail(error: unknown): void {
    this.#leave();
    this.#begin();
    this.setAttribute("state", "failed");
    showError(part(this, "error"), error, () => {
      part(this, "play").focus();
      this.#play();
    });
  }

  /** The figures answer with the published model before what answered them is gone. */
  #leave(): void {
    this.#answers.end();
    this.#run.dispose();
  }

  #end(): void {
    if (!this.#life) return;
    this.#life.abort();
    this.#life = null;
    this.#voice.stop();
    this.#leave();
  }
}

/** Brings the page's trainings to life. `open`: makes a trainer of a model by its slug. */
export function start(open: Open): void {
  openTrainer = open;
  if (!customElements.get("modelpress-trainer")) {
    customElements.define("modelpress-trainer", ModelpressTrainer);
  }
}
