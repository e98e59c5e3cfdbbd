/** Parts of the page that predict with a training's weights: the model's figures and the example predictions. */
import { entryOnPage } from "../../runtime/page-links";
import { Answers } from "./answers";
import { Probes } from "./probe";
import type { TrainingRun } from "./run";
import type { Recorded } from "./settings";

export class Followers {
  readonly #answers: Answers;
  readonly #probes: Probes | null;

  constructor(root: HTMLElement, slug: string, recorded: Recorded, signal: AbortSignal) {
    this.#answers = new Answers(root, slug, signal);
    this.#probes = Probes.of(root, recorded, () => entryOnPage(slug)!.output);
  }

  /** Updates them after a step. */
  follow({ trainer, step }: TrainingRun): void {
    if (!trainer) return;
    this.#answers.follow(trainer, step);
    this.#probes?.follow(trainer, step);
  }

  /** Returns them to the published model: the run was reset or ended. */
  end(): void {
    this.#answers.end();
    this.#probes?.end();
  }
}
