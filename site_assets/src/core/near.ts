/** What is far from the screen waits for what is on it. */
import { idle, loaded } from "./rest";

/** An element is near where it is at most this part of the screen's size away. */
const NEAR = "50%";

let turn: Promise<void> = Promise.resolve();

/**
 * Resolves when an element comes near the screen, or the page has loaded and is idle; also when `signal` is aborted.
 * Elements that are far take turns, each with an idle moment of its own, so that many of them never block the page.
 */
export function nearOrLater(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let ended = false;
    const stop = whileNear(element, signal, (near) => { if (near) end(); });
    const end = (): void => {
      ended = true;
      stop();
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    void loaded().then(() => {
      turn = turn.then(() => (ended ? undefined : idle().then(end)));
    });
  });
}

/** Calls `change` when an element comes near the screen and when it leaves, until the returned function is called or `signal` is aborted. */
export function whileNear(element: Element, signal: AbortSignal, change: (near: boolean) => void): () => void {
  const watch = new IntersectionObserver((entries) => { change(entries.at(-1)!.isIntersecting); }, { rootMargin: NEAR });
  watch.observe(element);
  const stop = (): void => { watch.disconnect(); };
  signal.addEventListener("abort", stop, { once: true });
  return stop;
}
