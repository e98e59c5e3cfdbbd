/** Makes the model's figures on the page predict with a training's weights. */
import { optionalPart, setText } from "../../core/dom";
import type { ModelpressModel, Trained } from "../model/model";
import type { Trainer } from "./run";
import { weightsWords } from "./words";

export class FigurePredictions {
  #trained: (Trained & { step: number; readonly trainer: Trainer }) | null = null;
  /** Whether the reader wants the figures to follow. */
  #enabled = true;

  constructor(
    private readonly root: HTMLElement,
    private readonly slug: string,
    signal: AbortSignal,
  ) {
    const button = optionalPart(root, "publish");
    button?.setAttribute("aria-disabled", "true");
    button?.addEventListener("click", () => { this.#toggle(); }, { signal });
    document.addEventListener("modelpress:answering", (event) => { this.#onAnswering(event); }, { signal });
  }

  /** Updates the figures after a step. */
  follow(trainer: Trainer, step: number): void {
    if (this.#trained?.trainer !== trainer) {
      this.#trained = {
        trainer,
        step,
        predict: (values) => this.#predict(trainer, values),
      };
    }
    this.#trained.step = step;
    this.#update();
  }

  /** Returns the figures to the published model: the training was reset or ended. */
  end(): void {
    if (!this.#trained) return;
    this.#trained = null;
    this.#enabled = true;
    this.#update();
  }

  /** Called when another part of the page gives the figures other weights. */
  #onAnswering({ target, detail }: Event & { detail?: { by: Trained | null } }): void {
    const by = detail?.by ?? null;
    if (!by || by === this.#trained || (target as Element).getAttribute("model") !== this.slug) return;
    this.#trained = null;
    this.#enabled = true;
    const words = optionalPart(this.root, "answers");
    if (words) setText(words, by.checkpoint ? `The figure above answers as it did ${by.checkpoint.name}.` : "The figure above answers with another training.");
    optionalPart(this.root, "publish")?.setAttribute("aria-disabled", "true");
  }

  /**
   * Predicts with the training. If it fails, the figures return to the published model before they receive the
   * error.
   */
  async #predict(trainer: Trainer, values: Float32Array): Promise<Float32Array> {
    try {
      return Float32Array.from((await trainer.predict(values)).values);
    } catch (error) {
      if (this.#trained?.trainer === trainer) this.end();
      throw error;
    }
  }

  #toggle(): void {
    if (!this.#trained) return;
    this.#enabled = !this.#enabled;
    this.#update();
  }

  #update(): void {
    const answering = this.#enabled ? this.#trained : null;
    const figures = document.querySelectorAll<ModelpressModel>(
      `modelpress-model[model="${CSS.escape(this.slug)}"]`,
    );
    for (const figure of figures) figure.predictWith(answering);
    const [words, button] = [optionalPart(this.root, "answers"), optionalPart<HTMLButtonElement>(this.root, "publish")];
    if (!words || !button) return;
    setText(words, weightsWords(answering?.step ?? null));
    setText(button, this.#enabled ? "Use the published model" : "Use your training");
    // `disabled` would remove a focused button's focus, so it is only marked: pressing it does nothing.
    button.setAttribute("aria-disabled", String(this.#trained === null));
  }
}
