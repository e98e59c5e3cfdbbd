/** One figure's running life: controls in, answers out, the newest input only. */
import { stateOf, type InputHandle, type OutputHandle } from "../../kinds/contract";
import { part, setText } from "../../core/dom";
import type { LiveModel } from "../../runtime/live";

const STALE_AFTER_MS = 150;
const ANNOUNCE_AFTER_MS = 700;
const NOTHING_THERE = "There is no input yet.";

export interface Answer {
  input: number[];
  output: number[];
  /** Brings this input back in a link. */
  text: string;
}

/**
 * Asks the model for the present input, at most once a frame, and shows an answer only if the input
 * has not changed meanwhile. While an answer is owed the old one is marked as such. Where there is no
 * input the model is not asked and no answer is shown.
 */
export class Loop {
  #wanted = 0;
  #answered = 0;
  #running = false;
  #announce = false;
  #frame = 0;
  #stale = 0;
  #quiet = 0;
  #stopped = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly input: InputHandle,
    private readonly output: OutputHandle,
    private readonly live: () => Pick<LiveModel, "predict"> | null,
    /** Called with null where there is no input. */
    private readonly answered: (answer: Answer | null) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** The input changed (`byReader`), or the one that answers did: an answer is owed. */
  ask(byReader: boolean): void {
    this.#wanted += 1;
    if (byReader) this.#announce = true;
    clearTimeout(this.#quiet);
    if (!this.live()) {
      if (byReader) {
        if (this.input.read()) this.#markStale();
        else this.#showNothing();
      }
      return;
    }
    if (!this.#stale) this.#stale = window.setTimeout(() => { this.#markStale(); }, STALE_AFTER_MS);
    if (!this.#running && !this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        void this.#run();
      });
    }
  }

  /** Whether an answer is owed. */
  get waiting(): boolean {
    return this.#wanted !== this.#answered;
  }

  /** What is shown may be wrong: it is marked as owed at once, until it is asked for again. */
  doubt(): void {
    this.#wanted += 1;
    this.#markStale();
  }

  /** No prediction, and why. */
  showNone(words: string): void {
    this.#showNothing();
    setText(part(this.root, "reading"), words);
  }

  /** Ask now, without waiting for a frame, and resolve when the newest input is answered. */
  async answerNow(): Promise<void> {
    this.#wanted += 1;
    await this.#run();
  }

  /** Show an answer that needs no model: Python's own for the start. */
  show(values: ArrayLike<number>, answer: ArrayLike<number>): void {
    this.output.show(answer, values);
    setText(part(this.root, "reading"), this.#sentence(values, answer));
    this.root.removeAttribute("data-empty");
    this.#fresh();
  }

  stop(): void {
    this.#stopped = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#quiet);
    this.#fresh();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#answered !== this.#wanted && !this.#stopped) {
        const model = this.live();
        if (!model) return;
        const turn = this.#wanted;
        const values = this.input.read();
        if (!values) {
          this.#answered = turn;
          this.#showNothing();
          this.answered(null);
          this.#announceLater(this.#emptyWords());
          continue;
        }
        const answer = await model.predict(values).catch((error: unknown) => {
          if (model === this.live()) throw error;
          return null; // a training that is over answers no more
        });
        // An answer to an older input, or of a model this figure has left, is nobody's answer.
        if (!answer || turn !== this.#wanted || model !== this.live()) continue;
        this.#answered = turn;
        this.show(values, answer);
        this.answered({
          input: Array.from(values),
          output: Array.from(answer),
          text: stateOf(this.input),
        });
        this.#announceLater(this.#sentence(values, answer));
      }
    } catch (error) {
      if (!this.#stopped) this.failed(error);
    } finally {
      this.#running = false;
    }
  }

  #sentence(values: ArrayLike<number>, answer: ArrayLike<number>): string {
    const { input, output } = this;
    return `${input.describe(values)} ${output.verb} ${output.describe(answer)}.`;
  }

  #markStale(): void {
    const values = this.input.read();
    if (!values) return; // shown at the next frame
    this.root.setAttribute("data-stale", "");
    const what = this.live() ? "computing" : "the answer comes when the model is loaded";
    setText(part(this.root, "reading"), `${this.input.describe(values)}: ${what} …`);
  }

  #showNothing(): void {
    this.root.setAttribute("data-empty", "");
    this.output.clear?.();
    setText(part(this.root, "reading"), this.#emptyWords());
    this.#fresh();
  }

  #emptyWords(): string {
    return this.input.emptyWords ?? NOTHING_THERE;
  }

  #fresh(): void {
    clearTimeout(this.#stale);
    this.#stale = 0;
    this.root.removeAttribute("data-stale");
  }

  /** Screen readers hear the answer once the input has come to rest, not at every frame. */
  #announceLater(sentence: string): void {
    if (!this.#announce) return;
    clearTimeout(this.#quiet);
    this.#quiet = window.setTimeout(() => {
      this.#announce = false;
      setText(part(this.root, "live"), sentence);
    }, ANNOUNCE_AFTER_MS);
  }
}
