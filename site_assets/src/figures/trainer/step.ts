/** The event `modelpress-step`: what a training tells the page once a frame. */
import type { Evaluation, TrainingRun } from "./run";

export interface StepDetail {
  readonly step: number;
  readonly epoch: number;
  /** Of the latest batch, before its update. */
  readonly loss: number | undefined;
  /** Settings other than the author's, in words. */
  readonly changed: readonly string[];
  /** Why the run can't go on, or null. */
  readonly stopped: string | null;
  /** Loss and metrics over all rows, and after how many steps; null where the run is over. */
  evaluate(): Promise<(Evaluation & { readonly step: number }) | null>;
}

export function tellStep(element: HTMLElement, run: TrainingRun, changed: readonly string[]): void {
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
      // Calls are answered in order, so no later step is in these figures.
      return run.trainer === trainer ? { ...found, step: trainer.steps } : null;
    },
  };
  element.dispatchEvent(new CustomEvent("modelpress-step", { detail, bubbles: true, composed: true }));
}
