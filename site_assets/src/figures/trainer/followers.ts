/** Parts of the page that predict with a training's weights: the model's figures and the example predictions. */
import { entryOnPage } from "../../runtime/page-links";
import { FigurePredictions } from "./answers";
import { Probes } from "./probe";
import type { TrainingRun } from "./run";
import type { Recorded } from "./settings";

export class Followers {
  readonly #figures: FigurePredictions;
  readonly #probes: Probes | null;

  constructor(root: HTMLElement, slug: string, recorded: Recorded, signal: AbortSignal) {
    this.#figures = new FigurePredictions(root, slug, signal);
    this.#probes = Probes.of(root, recorded, () => entryOnPage(slug)!.output);
  }

  /** Updates them after a step. */
  follow({ trainer, step }: TrainingRun): void {
    if (!trainer) return;
    this.#figures.follow(trainer, step);
    this.#probes?.follow(trainer, step);
  }

  /** Returns them to the published model: the run was reset or ended. */
  end(): void {
    this.#figures.end();
    this.#probes?.end();
  }
}
