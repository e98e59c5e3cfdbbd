/** What answers with the weights of a training while there is one: the model's figures, and the rows to look at. */
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

  /** The run has taken a step. */
  follow({ trainer, step }: TrainingRun): void {
    if (!trainer) return;
    this.#answers.follow(trainer, step);
    this.#probes?.follow(trainer, step);
  }

  /** The run is back at its start, or over. */
  end(): void {
    this.#answers.end();
    this.#probes?.end();
  }
}
