/** Drawing pad: strokes by pen, finger, mouse or arrow keys. */
import { own } from "../../core/own";
import { NARROWEST, PAD, WIDEST, type Point } from "./strokes";
import { setText } from "../../core/dom";

const NEAREST = 4; // squared minimum distance between points, in pad units
const STEP = 10; // of an arrow key: one pixel of the network's input
const FINE_STEP = 2; // with Shift
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const UP = "Pen up: arrow keys move it, space puts it down.";
const DOWN = "Pen down: arrow keys draw, space lifts it.";

export interface PadWiring {
  signal: AbortSignal;
  /** Called with the current stroke, after each point. */
  changed: (stroke: Point[]) => void;
  /** Called with the finished stroke. */
  finished: (stroke: Point[]) => void;
  /** Called when the browser cancels the stroke, for example for a palm. */
  cancelled: () => void;
  undo: () => void;
  redo: () => void;
  clear: () => void;
}

export function attachPad(pad: HTMLElement, pen: HTMLElement, words: HTMLElement, to: PadWiring): void {
  const { signal } = to;
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  words.setAttribute("role", "status");
  let stroke: Point[] | null = null;
  let pointer: number | null = null; // pointer that draws the stroke; null for the keyboard
  let at: [number, number] = [PAD / 2, PAD / 2];

  const add = (x: number, y: number, width: number): void => {
    const last = stroke?.at(-1);
    const far = !last || (x - last[0]) ** 2 + (y - last[1]) ** 2 >= NEAREST;
    if (stroke && far) stroke.push([x, y, width]);
  };
  const addEvent = (event: PointerEvent): void => {
    const box = pad.getBoundingClientRect();
    const place = (from: number, start: number, size: number): number =>
      Math.max(0, Math.min(PAD, Math.round(((from - start) / size) * PAD)));
    at = [place(event.clientX, box.left, box.width), place(event.clientY, box.top, box.height)];
    add(...at, event.pointerType === "pen" ? widthOf(event.pressure) : 100);
  };
  const finish = (): void => {
    const done = stroke;
    [stroke, pointer] = [null, null];
    setText(words, UP);
    pad.removeAttribute("data-pen-down");
    if (done) to.finished(done);
  };
  const showPen = (): void => {
    pad.setAttribute("data-keys", "");
    pen.style.setProperty("--mp-x", `${(at[0] / PAD) * 100}%`);
    pen.style.setProperty("--mp-y", `${(at[1] / PAD) * 100}%`);
  };

  const start = (event: PointerEvent): void => {
    if (event.button !== 0 || pointer !== null) return; // ignore further fingers and the palm
    if (stroke) finish(); // started by keyboard
    event.preventDefault(); // prevents text selection
    pad.focus({ preventScroll: true });
    pad.removeAttribute("data-keys");
    pad.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    stroke = [];
    addEvent(event);
    to.changed(stroke);
  };
  const move = (event: PointerEvent): void => {
    if (event.pointerId !== pointer || !stroke) return;
    // Browsers coalesce the movements between two frames into one event.
    const gathered = (event.getCoalescedEvents as typeof event.getCoalescedEvents | undefined)?.call(event) ?? [];
    for (const each of gathered.length > 0 ? gathered : [event]) addEvent(each);
    to.changed(stroke);
  };
  const cancel = (event: PointerEvent): void => {
    if (event.pointerId !== pointer) return;
    [stroke, pointer] = [null, null];
    to.cancelled();
  };

  const pressedKeys = new Set<string>();
  const moveByKey = (event: KeyboardEvent): void => {
    pressedKeys.add(event.key);
    const step = event.shiftKey ? FINE_STEP : STEP;
    // Two arrow keys at once move diagonally.
    for (const key of pressedKeys) {
      const [dx, dy] = own(ARROWS, key)!;
      at = [clamped(at[0] + dx * step), clamped(at[1] + dy * step)];
    }
    showPen();
    if (!stroke) return;
    add(...at, 100);
    to.changed(stroke);
  };
  const press = (): void => {
    showPen();
    if (stroke) {
      finish();
      return;
    }
    stroke = [[...at, 100]];
    setText(words, DOWN);
    pad.setAttribute("data-pen-down", "");
    to.changed(stroke);
  };
  const key = (event: KeyboardEvent): void => {
    if (pointer !== null) return;
    const command = event.ctrlKey || event.metaKey;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (command && (name === "z" || name === "y")) {
      if (stroke) finish();
      if (name === "y" || event.shiftKey) to.redo();
      else to.undo();
    } else if (command || event.altKey) {
      return; // shortcuts of the browser
    } else if (Object.hasOwn(ARROWS, name)) {
      moveByKey(event);
    } else if (name === " " || name === "Enter") {
      if (!event.repeat) press();
    } else if (name === "Escape" && stroke) {
      finish();
    } else if (name === "Delete" || name === "Backspace") {
      if (stroke) finish();
      to.clear();
    } else {
      return;
    }
    event.preventDefault();
  };

  pad.addEventListener("pointerdown", start, { signal });
  pad.addEventListener("pointermove", move, { signal });
  pad.addEventListener("pointerup", (event) => { if (event.pointerId === pointer) finish(); }, { signal });
  pad.addEventListener("pointercancel", cancel, { signal });
  pad.addEventListener("keydown", key, { signal });
  pad.addEventListener("keyup", (event) => { pressedKeys.delete(event.key); }, { signal });
  pad.addEventListener(
    "blur",
    () => {
      pressedKeys.clear();
      pad.removeAttribute("data-keys");
      if (pointer === null && stroke) finish();
    },
    { signal },
  );
  // Safari scrolls on touches inside a scrollable part, whatever touch-action says.
  pad.addEventListener("touchstart", (event) => { event.preventDefault(); }, { signal, passive: false });
}

/** Returns percent of the pen's width for a pressure from 0 to 1; normal pressure (0.5) gives 100. */
function widthOf(pressure: number): number {
  const percent = Math.round((40 + 120 * pressure) / 5) * 5;
  return Math.max(NARROWEST, Math.min(WIDEST, percent));
}

function clamped(place: number): number {
  return Math.max(0, Math.min(PAD, place));
}
