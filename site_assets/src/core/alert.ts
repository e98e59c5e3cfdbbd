/** Why a training cannot run here, in its figure, with a way on. */

const TRAINING = ["The training cannot run here.", "What you see is Python's run."] as const;

/** `again`: the reader wants to try once more. `around`: what is said before and after the reason. */
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
