/** When a page has nothing urgent to do. */

/** An idle moment comes after so long even on a page that is always busy. */
const IDLE_TIMEOUT_MS = 1000;

/** Resolves when the browser has done what the page has to do now. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => { resolve(); }, { timeout: IDLE_TIMEOUT_MS });
    } else {
      setTimeout(resolve, IDLE_TIMEOUT_MS / 4); // Safari has no requestIdleCallback
    }
  });
}

/** Resolves after the page's `load` event. */
export function loaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else window.addEventListener("load", () => { resolve(); }, { once: true });
  });
}

/** Resolves when the page has loaded nothing, and the reader has done nothing, for `quietMs`; or when the page is hidden. */
export function rested(quietMs: number): Promise<void> {
  return new Promise((resolve) => {
    const ended = new AbortController();
    let timer = 0;
    const end = (): void => {
      clearTimeout(timer);
      observer.disconnect();
      ended.abort();
      resolve();
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(end, quietMs);
    };
    const observer = new PerformanceObserver(wait);
    observer.observe({ type: "resource" });
    const listening = { signal: ended.signal, passive: true, capture: true };
    for (const event of ["pointerdown", "keydown", "scroll"]) window.addEventListener(event, wait, listening);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") end(); }, listening);
    wait();
  });
}
