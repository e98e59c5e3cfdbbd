/** Colour field: hue from left to right, lightness from top (white) to bottom (black). */
import type { Hsl } from "../../core/hsl";

/** The field is painted, and picks, with at least this saturation in percent: at 0 it would be a grey strip. */
const LEAST_SATURATION = 40;

/**
 * Attaches the field. Pressing or dragging sets the colour under the pointer. A hovering mouse previews it; leaving
 * restores the set colour, so that crossing the field changes nothing. A finger sets the colour when it moves sideways
 * or is lifted: one that moves up or down scrolls the page, and sets nothing.
 */
export function attachField(
  field: HTMLElement,
  current: () => Hsl,
  set: (next: Hsl) => void,
  signal: AbortSignal,
): void {
  let committed: Hsl | null = null; // colour to restore after a mouse's preview
  let finger: readonly [x: number, y: number] | null = null; // where a finger came down, until it moves sideways
  const at = (event: PointerEvent): Hsl => {
    const box = field.getBoundingClientRect();
    const x = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const y = Math.max(0, Math.min(1, (event.clientY - box.top) / box.height));
    return { h: x * 360, s: Math.max(LEAST_SATURATION, current().s), l: 100 - y * 100 };
  };
  field.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      finger = event.pointerType === "touch" ? [event.clientX, event.clientY] : null;
      if (finger) return;
      field.setPointerCapture(event.pointerId);
      const next = at(event);
      if (committed) committed = next;
      set(next);
    },
    { signal },
  );
  field.addEventListener(
    "pointermove",
    (event) => {
      const pressed = (event.buttons & 1) === 1;
      if (!pressed && event.pointerType !== "mouse") return;
      if (finger && Math.abs(event.clientX - finger[0]) <= Math.abs(event.clientY - finger[1])) return; // the page scrolls
      finger = null;
      const next = at(event);
      if (pressed) committed = event.pointerType === "mouse" ? next : null;
      else committed ??= current();
      set(next);
    },
    { signal },
  );
  field.addEventListener("pointerup", (event) => { if (event.pointerType === "touch") set(at(event)); }, { signal });
  field.addEventListener(
    "pointerleave",
    () => {
      if (!committed) return;
      set(committed);
      committed = null;
    },
    { signal },
  );
}
