/**
 * `<modelpress-failure failure="SLUG">`: a training that fails, and a button that repairs it. Both run in the
 * reader's browser, over Python's recorded curves. Loads the training's scripts when the first step is requested.
 */
import { dataOf, part, setText } from "../../core/dom";
import { FailureChart } from "./chart";
import { Course, type CourseState } from "./runs";
import { linkText, readLinked } from "./link";
import { showDifference, showProof } from "./proof";
import { COURSES, type CourseName, type Recorded } from "./spec";
import { chipWords, courseWords, NAMES, predictionText, swatchOf } from "./words";
import { copyText, readLink, writeLink } from "../../core/link";
import type { PageTools } from "../tools";
import { showError } from "../../core/alert";
import { Voice } from "../../core/announce";

let openTrainer: PageTools["trainer"];

export class ModelpressFailure extends HTMLElement {
  #life: AbortController | null = null;
  #recorded!: Recorded;
  #courses!: Record<CourseName, Course>;
  #chart!: FailureChart;
  #voice!: Voice;
  #selected: CourseName = "wrong";
  #announced: CourseState = "idle";
  #linked = false;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#recorded = JSON.parse(dataOf(part(this, "recorded"))) as Recorded;
    this.#chart = new FailureChart(this, this.#recorded, signal);
    this.#voice = new Voice(part(this, "live"));
    this.#courses = { wrong: this.#course("wrong"), repaired: this.#course("repaired") };
    this.#wire(signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
    this.#fromLink();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  get #key(): string {
    return `${this.getAttribute("failure") ?? ""}.failure`;
  }

  get #courseList(): Course[] {
    return COURSES.map((name) => this.#courses[name]);
  }

  #course(name: CourseName): Course {
    const python = this.#recorded.courses[name];
    return new Course(this.#recorded, python, {
      open: () => openTrainer(python.entry),
      changed: () => { this.#show(); },
      failed: (error) => { this.#fail(error, name); },
    });
  }

  #wire(signal: AbortSignal): void {
    const press = (name: string, act: () => void): void => {
      part(this, name).addEventListener("click", act, { signal });
    };
    press("play", () => { this.#play(); });
    press("repair", () => { this.#toggleRepair(); });
    press("reset", () => void this.#reset());
    press("copy", () => void this.#copy());
    press("prove", () => void this.#prove());
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#pause();
    }, { signal });
    window.addEventListener("pagehide", ({ persisted }) => {
      if (persisted) this.#pause();
      else this.#end();
    }, { signal });
  }

  #pause(): void {
    for (const course of this.#courseList) course.pause();
  }

  /** Trains the selected course; restarts it if it has ended. */
  #play(): void {
    const course = this.#courses[this.#selected];
    if (course.state === "running") course.pause();
    else if (course.state === "finished" || course.state === "stopped") void this.#restart(course);
    else void course.trainTo(course.total);
  }

  async #restart(course: Course): Promise<void> {
    await course.reset();
    await course.trainTo(course.total);
  }

  /** Switches from wrong to repaired, which starts training, and back. */
  #toggleRepair(): void {
    this.#pause();
    this.#selected = this.#selected === "wrong" ? "repaired" : "wrong";
    setText(part(this, "notice"), "");
    this.#show();
    const course = this.#courses[this.#selected];
    if (course.step === 0) void course.trainTo(course.total);
  }

  async #reset(): Promise<void> {
    setText(part(this, "notice"), "");
    part(this, "error").replaceChildren();
    this.#selected = "wrong";
    await Promise.all(this.#courseList.map((course) => course.reset()));
    this.#show();
  }

  #fromLink(): void {
    const text = readLink().get(this.#key);
    if (text === undefined && !this.#linked) return;
    this.#linked = text !== undefined;
    const totals = { wrong: this.#courses.wrong.total, repaired: this.#courses.repaired.total };
    const { steps, now, wrong } = readLinked(text ?? "", totals);
    void this.#goTo(steps, now, wrong);
  }

  async #goTo(steps: Readonly<Record<CourseName, number>>, now: CourseName, wrong: string): Promise<void> {
    this.#selected = now;
    setText(part(this, "notice"), wrong);
    for (const name of COURSES) {
      const course = this.#courses[name];
      if (steps[name] < course.step) await course.reset();
      if (steps[name] > course.step) await course.trainTo(steps[name], true);
    }
    this.#show();
  }

  async #copy(): Promise<void> {
    const { wrong, repaired } = this.#courses;
    const link = writeLink(this.#key, linkText({ wrong: wrong.step, repaired: repaired.step }, this.#selected));
    this.#linked = true;
    const copied = await copyText(link);
    setText(
      part(this, "notice"),
      copied ? "Link to these trainings copied." : "The link to these trainings is in the address bar.",
    );
  }

  async #prove(): Promise<void> {
    const button = part(this, "prove");
    button.setAttribute("aria-busy", "true");
    try {
      for (const name of COURSES) {
        const trainer = await this.#courses[name].loadTrainer();
        showProof(this, name, await trainer.prove());
      }
    } catch (error) {
      this.#fail(error, this.#selected);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  #show(): void {
    if (!this.#life) return;
    const { wrong, repaired } = this.#courses;
    const course = this.#courses[this.#selected];
    this.setAttribute("state", course.state);
    this.setAttribute("course", this.#selected);
    this.setAttribute("step", String(course.step));
    setText(part(this, "play"), playWords(course.state));
    setText(part(this, "repair"), this.#selected === "wrong" ? this.#recorded.repair : "Undo the repair");
    part(this, "controls").toggleAttribute("aria-busy", course.state === "loading");
    this.#chart.show({ wrong: wrong.points, repaired: repaired.points });
    const words = COURSES.map((name) => courseWords(name, this.#courses[name], this.#recorded.curve));
    setText(part(this, "state"), words.join(" "));
    if (course.stopped) setText(part(this, "notice"), course.stopped);
    this.#showPredictions();
    const { tone, words: chip, sentence } = chipWords(this.#courseList, this.#recorded.tolerance);
    part(this, "chip").dataset["tone"] = tone;
    setText(part(this, "chip-text"), chip);
    setText(part(this, "refusal"), sentence);
    for (const name of COURSES) showDifference(this, name, this.#courses[name]);
    this.#announce(course.state, words[COURSES.indexOf(this.#selected)]!);
  }

  /** Shows each training's predictions: the reader's if it has started, otherwise Python's. */
  #showPredictions(): void {
    const started = COURSES.filter((name) => this.#courses[name].predictions !== null);
    const who = started.length === 2 ? "Your answers" : started.map((name) => `${NAMES[name]}: yours; the other: Python's`)[0];
    const box = this.querySelector('[data-part="who"]');
    if (!box) return; // no examples
    setText(box, who ?? "Python's predictions");
    for (const name of COURSES) {
      const predictions = this.#courses[name].predictions ?? this.#recorded.courses[name].answers;
      this.querySelectorAll<HTMLElement>(`[data-part="${name}-answer"]`).forEach((cell, i) => {
        if ("swatch" in cell.dataset) cell.style.setProperty("--mp-swatch", swatchOf(predictions[i] ?? []));
        setText(cell, predictionText(predictions[i] ?? [], this.#recorded.outputs));
        cell.toggleAttribute("data-own", this.#courses[name].predictions !== null);
      });
    }
  }

  #announce(state: CourseState, words: string): void {
    if (state === this.#announced) return;
    this.#announced = state;
    const verb = { idle: "", loading: "The training is loading.", running: "Training.", paused: "Paused.", finished: "Finished.", stopped: "Stopped." };
    if (verb[state]) this.#voice.say(state === "loading" ? verb[state] : `${verb[state]} ${words}`);
  }

  /** Shows an error with a retry button; Python's curves stay, and the page stays usable. */
  #fail(error: unknown, name: CourseName): void {
    this.#courses[name].dispose();
    this.#courses[name] = this.#course(name);
    this.#show();
    this.setAttribute("state", "failed");
    const box = part(this, "error");
    showError(box, error, () => {
      box.replaceChildren();
      part(this, "play").focus();
      this.#play();
    });
  }

  #end(): void {
    if (!this.#life) return;
    this.#life.abort();
    this.#life = null;
    this.#voice.stop();
    for (const course of this.#courseList) course.dispose();
  }
}

function playWords(state: CourseState): string {
  if (state === "running") return "Pause";
  return state === "finished" || state === "stopped" ? "Train again" : "Train";
}

export const ELEMENT = "modelpress-failure";

/** Defines the page's failure cases. */
export function start({ trainer }: PageTools): void {
  openTrainer = trainer;
  if (!customElements.get("modelpress-failure")) {
    customElements.define("modelpress-failure", ModelpressFailure);
  }
}
