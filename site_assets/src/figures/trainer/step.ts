/** The event `modelpress-step`, which a training fires once a frame. */
import type { Evaluation, TrainingRun } from "./run";

export interface StepDetail {
  readonly step: number;
  readonly epoch: number;
  /** Loss of the latest batch, before its update. */
  readonly loss: number | undefined;
  /** Names of settings that differ from the author's. */
  readonly changed: readonly string[];
  /** Why the run cannot continue, or null. */
  readonly stopped: string | null;
  /** Returns loss and metrics over all examples, and the step they belong to; null if the run has ended. */
  evaluate(): Promise<(Evaluation & { readonly step: number }) | null>;
}

export function fireStep(element: HTMLElement, run: TrainingRun, changed: readonly string[]): void {
  const { step, epoch, losses, stopped, trainer } = run;
  const detail: StepDetail = {
    step,
    epoch,
    loss: losses.at(-1),
    changed,
    stopped,
    async evaluate() {
      if (!trainer || run.trainer !== trainer) return null;
      const found = await trainer.evaluate();
      // Requests are served in order, so these results contain no later step.
      return run.trainer === trainer ? { ...found, step: trainer.steps } : null;
    },
  };
  element.dispatchEvent(new CustomEvent("modelpress-step", { detail, bubbles: true, composed: true }));
}
