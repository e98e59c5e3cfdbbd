/** Prediction loop of one figure: reads the controls, shows predictions, for the newest input only. */
import { stateOf, type InputHandle, type OutputHandle } from "../../kinds/contract";
import { part, setText } from "../../core/dom";
import type { LiveModel } from "../../runtime/live";

const STALE_AFTER_MS = 150;
const ANNOUNCE_AFTER_MS = 700;
const NO_INPUT = "There is no input yet.";

export interface Prediction {
  input: number[];
  output: number[];
  /** Restores this input from a link. */
  text: string;
}

/**
 * Predicts the present input, at most once a frame, and shows the prediction only if the input has not changed in
 * the meantime. A pending prediction marks the old one as outdated. Without an input, there is no prediction.
 */
export class PredictionLoop {
  #wanted = 0;
  #finished = 0;
  #running = false;
  #announce = false;
  #frame = 0;
  #staleTimer = 0;
  #announceTimer = 0;
  #stopped = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly input: InputHandle,
    private readonly output: OutputHandle,
    private readonly live: () => Pick<LiveModel, "predict"> | null,
    /** Called after each prediction; with null if there is no input. */
    private readonly predicted: (prediction: Prediction | null) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Requests a prediction because the input changed (`byReader`) or the model did. */
  request(byReader: boolean): void {
    this.#wanted += 1;
    if (byReader) this.#announce = true;
    clearTimeout(this.#announceTimer);
    if (!this.live()) {
      if (byReader) {
        if (this.input.read()) this.#markStale();
        else this.#showNothing();
      }
      return;
    }
    if (!this.#staleTimer) this.#staleTimer = window.setTimeout(() => { this.#markStale(); }, STALE_AFTER_MS);
    if (!this.#running && !this.#frame) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        void this.#run();
      });
    }
  }

  /** Whether a prediction is pending. */
  get pending(): boolean {
    return this.#wanted !== this.#finished;
  }

  /** Marks the shown prediction as outdated until the next one. */
  markOutdated(): void {
    this.#wanted += 1;
    this.#markStale();
  }

  /** Removes the prediction and shows the reason. */
  showNoPrediction(words: string): void {
    this.#showNothing();
    setText(part(this.root, "reading"), words);
  }

  /** Predicts now, without waiting for a frame; resolves when the newest input's prediction is shown. */
  async predictNow(): Promise<void> {
    this.#wanted += 1;
    await this.#run();
  }

  /** Shows a prediction without the model: Python's own for the starting input. */
  show(values: ArrayLike<number>, prediction: ArrayLike<number>): void {
    this.output.show(prediction, values);
    setText(part(this.root, "reading"), this.#sentence(values, prediction));
    this.root.removeAttribute("data-empty");
    this.#clearStale();
  }

  stop(): void {
    this.#stopped = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#announceTimer);
    this.#clearStale();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#finished !== this.#wanted && !this.#stopped) {
        const model = this.live();
        if (!model) return;
        const turn = this.#wanted;
        const values = this.input.read();
        if (!values) {
          this.#finished = turn;
          this.#showNothing();
          this.predicted(null);
          this.#announceLater(this.#emptyWords());
          continue;
        }
        const prediction = await model.predict(values).catch((error: unknown) => {
          if (model === this.live()) throw error;
          return null; // the training has ended
        });
        // Discard predictions for an older input or of a model no longer in use.
        if (!prediction || turn !== this.#wanted || model !== this.live()) continue;
        this.#finished = turn;
        this.show(values, prediction);
        this.predicted({
          input: Array.from(values),
          output: Array.from(prediction),
          text: stateOf(this.input),
        });
        this.#announceLater(this.#sentence(values, prediction));
      }
    } catch (error) {
      if (!this.#stopped) this.failed(error);
    } finally {
      this.#running = false;
    }
  }

  #sentence(values: ArrayLike<number>, prediction: ArrayLike<number>): string {
    const { input, output } = this;
    return `${input.describe(values)} ${output.verb} ${output.describe(prediction)}.`;
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
    this.#clearStale();
  }

  #emptyWords(): string {
    return this.input.emptyWords ?? NO_INPUT;
  }

  #clearStale(): void {
    clearTimeout(this.#staleTimer);
    this.#staleTimer = 0;
    this.root.removeAttribute("data-stale");
  }

  /** Announces a prediction once the input has been stable for a while, not at every frame. */
  #announceLater(sentence: string): void {
    if (!this.#announce) return;
    clearTimeout(this.#announceTimer);
    this.#announceTimer = window.setTimeout(() => {
      this.#announce = false;
      setText(part(this.root, "live"), sentence);
    }, ANNOUNCE_AFTER_MS);
  }
}
