/**
 * `<modelpress-trainer model="SLUG">`: trains a model in the reader's browser, beside Python's recorded run. Loads
 * the training's scripts when the reader or the address requests the first step.
 */
import { dataOf, part, setText } from "../../core/dom";
import type { PageTools } from "../tools";
import { Address } from "./address";
import { showError } from "../../core/alert";
import { Followers } from "./followers";
import { attachForm, type Form } from "./form";
import { RunView } from "./view";
import { proveOnDevice } from "./proof";
import { recovery } from "./recover";
import { TrainingRun, type RunState } from "./run";
import { Voice } from "../../core/announce";
import { attachExport } from "./export";
import { scheduleOf } from "./schedule";
import {
  changedSettings, pythonSettings, sameSettings, stepsPerEpoch, totalSteps, trainerOptions,
  type Recorded, type Settings,
} from "./settings";
import { attachSpeed, type Speed } from "./speed";
import { wire } from "./wires";
import { showState } from "./state";
import { fireStep } from "./step";
import { announcementWords } from "./words";

let openTrainer: PageTools["trainer"];

export class ModelpressTrainer extends HTMLElement {
  #life: AbortController | null = null;
  #recorded!: Recorded;
  #settings!: Settings;
  #run!: TrainingRun;
  #view!: RunView;
  #form!: Form;
  #followers!: Followers;
  #voice!: Voice;
  #address!: Address;
  #speed!: Speed;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#recorded = JSON.parse(dataOf(part(this, "recorded"))) as Recorded;
    this.#settings = pythonSettings(this.#recorded);
    this.#view = new RunView(this, this.#recorded, signal);
    this.#followers = new Followers(this, this.#slug, this.#recorded, signal);
    this.#voice = new Voice(part(this, "live"));
    this.#form = attachForm(this, this.#recorded, this.#settings, (next) => { this.#change(next); }, signal);
    this.#address = new Address(this.dataset["key"] ?? `${this.#slug}.train`, this.#recorded);
    this.#speed = attachSpeed(this, signal);
    this.#begin(this.#settings);
    this.#wire(signal);
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

  /** Prepares a run from a checkpoint, ready to start. */
  startFrom(epoch: number): void {
    const settings = { ...this.#settings, seed: null, epoch, hidden: this.#recorded.hidden };
    this.#form.write(settings);
    this.#change(settings);
    const play = part(this, "play");
    play.scrollIntoView({ block: "center" });
    play.focus({ preventScroll: true });
  }

  #wire(signal: AbortSignal): void {
    const press = {
      play: () => { this.#play(); },
      step: () => void this.#run.press((step) => step + 1),
      epoch: () => {
        const epoch = stepsPerEpoch(this.#recorded, this.#settings);
        void this.#run.press((step) => step + epoch - (step % epoch), true);
      },
      reset: () => void this.#reset(),
      copy: async () => { this.#notice(await this.#address.copy(this.#settings, this.#run.step)); },
      back: () => { this.#python(); },
      prove: () => void this.#prove(),
    };
    const events = {
      addressChanged: () => { this.#fromLink(); },
      hidden: () => { this.#run.pause(); },
      unloaded: () => { this.#end(); },
    };
    wire(this, press, events, signal);
    attachExport(this, () => this.#run.currentTrainer(), (error) => { this.#fail(error); }, signal);
  }

  #notice(words: string): void {
    setText(part(this, "notice"), words);
  }

  /** Replaces the run by a new one with these settings; loads nothing yet. */
  #begin(settings: Settings): void {
    this.#leave();
    this.#settings = settings;
    const run: TrainingRun = new TrainingRun({
      open: () => openTrainer(this.#slug, trainerOptions(this.#recorded, settings)),
      pace: () => this.#speed.steps(),
      total: totalSteps(this.#recorded, settings),
      metric: this.#recorded.metric,
      validateAt: scheduleOf(this.#recorded, settings),
      changed: (state) => { this.#show(state, run); },
      advanced: () => { this.#advanced(run); },
      failed: (error) => { this.#fail(error); },
      recover: (error) => run === this.#run && this.#recover(error),
    });
    this.#run = run;
    this.#view.begin(run, settings);
    this.#show("idle", run);
  }

  #play(): void {
    const total = totalSteps(this.#recorded, this.#settings);
    if (this.#run.state === "running") this.#run.pause();
    else void this.#run.trainTo((Math.floor(this.#run.step / total) + 1) * total);
  }

  /** Applies other settings: starts a new run, which continues if the old one was running. */
  #change(settings: Settings): void {
    if (sameSettings(settings, this.#settings)) return;
    const going = this.#run.state === "running";
    this.#begin(settings);
    this.#notice("");
    if (going) this.#play();
  }

  async #reset(): Promise<void> {
    this.#followers.end();
    this.#notice("");
    const run = this.#run;
    await run.reset();
    if (run === this.#run) this.#view.draw();
  }

  /** Restores Python's settings; the browser's Back button restores the reader's. */
  #python(): void {
    const own = pythonSettings(this.#recorded);
    if (sameSettings(own, this.#settings)) {
      this.#notice("These are Python's settings.");
      return;
    }
    this.#address.leave(this.#settings, this.#run.step);
    this.#form.write(own);
    this.#change(own);
    this.#notice("Python's settings again. The browser's Back button brings yours back.");
  }

  #fromLink(): void {
    const linked = this.#address.read();
    if (!linked) return;
    this.#form.write(linked.settings);
    this.#change(linked.settings);
    this.#notice(linked.wrong);
    if (linked.step > this.#run.step) void this.#run.trainTo(linked.step, true);
  }

  async #prove(): Promise<void> {
    const run = this.#run;
    const error = await proveOnDevice(this, run);
    if (error !== null && run === this.#run && !this.#recover(error)) this.#fail(error);
  }

  #advanced(run: TrainingRun): void {
    if (run !== this.#run || !run.trainer) return;
    this.setAttribute("step", String(run.step));
    this.#view.draw();
    this.#followers.follow(run);
    if (run.stopped !== null) this.#notice(run.stopped);
    fireStep(this, run, changedSettings(this.#recorded, this.#settings));
  }

  #show(state: RunState, run: TrainingRun): void {
    if (run !== this.#run) return;
    showState(this, state, run.step);
    if (state === "loading" || state === "ready") this.#view.draw();
    if (state !== "idle") this.#voice.say(announcementWords(state, this.#view.stateWords()));
  }

  /** Continues the run on another backend if its backend is unavailable or lost; returns whether it does. */
  #recover(error: unknown): boolean {
    const { step, goal } = this.#run;
    const found = recovery(error, this.#settings, step);
    if (!found) return false;
    this.#form.write(found.settings);
    this.#begin(found.settings);
    this.#notice(found.sentence);
    const run = this.#run;
    void run.trainTo(found.step, true).then(() => (goal > found.step && run === this.#run ? run.trainTo(goal) : undefined));
    return true;
  }

  /** Shows an error with a retry button; Python's curve stays, and the page stays usable. */
  #fail(error: unknown): void {
    this.#begin(this.#settings);
    this.setAttribute("state", "failed");
    showError(part(this, "error"), error, () => {
      part(this, "play").focus();
      this.#play();
    });
  }

  /** Returns the figures to the published model before the run is disposed of. */
  #leave(): void {
    this.#followers.end();
    (this.#run as TrainingRun | undefined)?.dispose(); // no run yet when the element is connected
  }

  #end(): void {
    if (!this.#life) return;
    this.#life.abort();
    this.#life = null;
    this.#voice.stop();
    this.#leave();
  }
}

export const ELEMENT = "modelpress-trainer";

/** Defines the page's trainings. */
export function start({ trainer }: PageTools): void {
  openTrainer = trainer;
  if (!customElements.get("modelpress-trainer")) {
    customElements.define("modelpress-trainer", ModelpressTrainer);
  }
}
