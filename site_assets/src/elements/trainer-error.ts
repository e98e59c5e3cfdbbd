/** Why a training cannot run here, in its figure, with a way on. */

/** `again`: the reader wants to try once more. */
export function showError(box: HTMLElement, error: unknown, again: () => void): void {
  const sentence = error instanceof Error ? error.message : String(error);
  const words = document.createElement("p");
  words.textContent = `The training cannot run here. ${sentence} What you see is Python's run.`;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "mp-button";
  retry.textContent = "Try again";
  retry.addEventListener("click", again, { once: true });
  box.replaceChildren(words, retry);
}
