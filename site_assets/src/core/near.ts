/** What is far from the screen waits for what is on it. */
import { idle, loaded } from "./rest";

/** An element is near where it is at most this part of the screen's size away. */
const NEAR = "50%";

/** Resolves when an element comes near the screen, or the page has loaded and is idle; also when `signal` is aborted. */
export function nearOrLater(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watch = new IntersectionObserver((entries) => { if (entries.some(({ isIntersecting }) => isIntersecting)) end(); }, { rootMargin: NEAR });
    const end = (): void => {
      watch.disconnect();
      resolve();
    };
    watch.observe(element);
    signal.addEventListener("abort", end, { once: true });
    void loaded().then(idle).then(end);
  });
}
