/** Error box of a training's figure: the reason, and a button that tries again. */

const TRAINING = ["The training cannot run here.", "What you see is Python's run."] as const;

/**
 * Shows `error` in `box`. `again`: called when the reader presses the button. `around`: the sentences before and
 * after the reason.
 */
export function showError(
  box: HTMLElement, error: unknown, again: () => void, around: readonly [string, string] = TRAINING,
): void {
  const sentence = error instanceof Error ? error.message : String(error);
  const words = document.createElement("p");
  words.textContent = `${around[0]} ${sentence} ${around[1]}`;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "mp-button";
  retry.textContent = "Try again";
  retry.addEventListener("click", again, { once: true });
  box.replaceChildren(words, retry);
}
