/** The line in a chip's details with the time of the backend's latest check. */
import { setText } from "../../core/dom";
import type { BackendInfo } from "../../runtime/spec";
import { backendName } from "../../core/backends";

const EVERY_MS = 1000;

/** Updates the line once a second while `details` is open. */
export function follow(
  details: HTMLDetailsElement, line: HTMLElement, info: () => BackendInfo | null, signal: AbortSignal,
): void {
  let timer = 0;
  const write = (): void => {
    const now = info();
    setText(line, now ? words(now) : "");
  };
  const turn = (): void => {
    clearInterval(timer);
    if (signal.aborted) setText(line, "");
    if (signal.aborted || !details.open) return;
    write();
    timer = window.setInterval(write, EVERY_MS);
  };
  details.addEventListener("toggle", turn, { signal });
  signal.addEventListener("abort", turn);
  turn();
}

function words({ backend, checked: { at, since } }: BackendInfo): string {
  const seconds = Math.round((performance.now() - at) / 1000);
  const ago = seconds < 1 ? "just now" : seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
  const countWords = since === 0 ? "no prediction" : since === 1 ? "1 prediction" : `${since} predictions`;
  return `${backendName(backend)} last gave Python's values for a golden case ${ago}, ${countWords} since.`;
}
