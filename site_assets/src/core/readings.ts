/** Reads values off a picture by pointer and arrow keys; shared by charts and cells. */
import { own } from "./own";

export interface Readable {
  /** Accessible name of the slider. */
  readonly label: string;
  readonly count: number;
  /** Step of ↑ and ↓; ← and → move by one. */
  readonly row: number;
  /** Returns the index of the value at a point (0 to 1 from left and top), or -1. */
  at(x: number, y: number): number;
  /** Shows the value and returns its description. */
  show(index: number): string;
  /** Called when the pointer or the focus leaves. */
  leave(): void;
  /** Initial index, 0 by default. */
  readonly start?: number;
  /** Removes the listeners when aborted, for elements that may be connected again. */
  readonly signal?: AbortSignal;
}

/**
 * Makes `element` a slider over its values: Tab focuses it, arrow keys, Home and End move it, and it follows a
 * pointer or a finger without blocking the page's scrolling.
 */
export function makeReadable(element: HTMLElement, readable: Readable): void {
  let index = readable.start ?? 0;
  const options = readable.signal ? { signal: readable.signal } : {};
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-label", readable.label);
  element.setAttribute("aria-valuemin", "1");
  element.setAttribute("aria-valuemax", String(readable.count));
  const move = (to: number): void => {
    index = Math.max(0, Math.min(readable.count - 1, to));
    element.setAttribute("aria-valuenow", String(index + 1));
    element.setAttribute("aria-valuetext", readable.show(index));
  };
  element.setAttribute("aria-valuenow", String(index + 1));
  element.addEventListener("focus", () => {
    if (element.matches(":focus-visible")) move(index);
  }, options);
  element.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -readable.row, ArrowDown: readable.row,
      PageUp: -10 * readable.row, PageDown: 10 * readable.row,
      Home: -readable.count, End: readable.count,
    };
    const step = own(steps, event.key);
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(index + step);
  }, options);
  const point = (event: PointerEvent): void => {
    const box = element.getBoundingClientRect();
    const found = readable.at(
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    );
    if (found >= 0) move(found);
  };
  element.addEventListener("pointermove", point, options);
  element.addEventListener("pointerdown", point, options);
  element.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && document.activeElement !== element) readable.leave();
  }, options);
  element.addEventListener("blur", () => { readable.leave(); }, options);
}
