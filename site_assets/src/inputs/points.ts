/** Point input: a point in the plane, set by pointer, arrow keys, sliders or text; pinned points stay beside it. */
import type { InputHandle, InputOptions, KindSpec } from "../kinds/contract";
import { shortest } from "../core/number-format";
import { own } from "../core/own";
import { part } from "../core/dom";
import { frameOf } from "../core/frame";
import { attachSliders, signed } from "./widgets/sliders";

const MAX_PINNED = 50;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

type Point = readonly [number, number];

export function attach(
  root: HTMLElement,
  spec: KindSpec,
  onInput: () => void,
  { notice }: InputOptions,
): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const names = spec["names"] as readonly string[];
  const bounds = [spec["x"], spec["y"]] as readonly Point[];
  const steps = spec["steps"] as readonly number[];
  const plane = part(root, "plane");
  const handle = part(root, "point");
  const pins = part(root, "pins");
  const buttons = {
    keep: part<HTMLButtonElement>(root, "keep"),
    undo: part<HTMLButtonElement>(root, "undo"),
    clear: part<HTMLButtonElement>(root, "clear"),
  };
  const frame = frameOf(plane);
  let pinned: readonly Point[] = [];
  let undoStack: (readonly Point[])[] = [];

  const fields = bounds.map(([min, max], i) => ({ name: names[i] ?? "", min, max }));
  let ready = false;
  const sliders = attachSliders(root, fields, part(root, "point-error"), () => {
    if (ready) paint();
    onInput();
  }, signal);
  const currentPoint = (): Point => {
    const [x = 0, y = 0] = sliders.read();
    return [x, y];
  };
  const paint = (): void => {
    const point = currentPoint();
    frame.place(handle, ...point);
    handle.setAttribute("aria-valuenow", shortest(point[0]));
    handle.setAttribute("aria-valuetext", words(point));
    pins.replaceChildren(
      ...pinned.map((pin, i) => {
        const mark = document.createElement("span");
        mark.className = "mp-kept";
        mark.textContent = String(i + 1);
        mark.title = words(pin);
        frame.place(mark, ...pin);
        return mark;
      }),
    );
    buttons.undo.disabled = undoStack.length === 0;
    buttons.clear.disabled = pinned.length === 0;
  };
  const setPoint = (point: Point): void => {
    sliders.write(point.map((value, i) => onStep(value, bounds[i] ?? [0, 1], steps[i] ?? 1)));
    paint();
    onInput();
  };
  const change = (next: readonly Point[]): void => {
    undoStack.push(pinned);
    pinned = next;
    notice("");
    paint();
  };

  plane.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      plane.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      setPoint(frame.under(event));
    },
    { signal },
  );
  plane.addEventListener(
    "pointermove",
    (event) => {
      if ((event.buttons & 1) === 1) setPoint(frame.under(event));
    },
    { signal },
  );
  handle.addEventListener(
    "keydown",
    (event) => {
      const arrow = own(ARROWS, event.key);
      if (!arrow || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const many = event.shiftKey ? 10 : 1;
      const [x, y] = currentPoint();
      setPoint([x + arrow[0] * (steps[0] ?? 0) * many, y + arrow[1] * (steps[1] ?? 0) * many]);
    },
    { signal },
  );
  buttons.keep.addEventListener(
    "click",
    () => {
      const point = currentPoint();
      if (pinned.some((pin) => pin[0] === point[0] && pin[1] === point[1])) {
        notice(`The point ${words(point)} is kept already.`);
      } else if (pinned.length === MAX_PINNED) {
        notice(`${String(MAX_PINNED)} points are kept, and no more can be: clear them first.`);
      } else change([...pinned, point]);
    },
    { signal },
  );
  buttons.undo.addEventListener(
    "click",
    () => {
      pinned = undoStack.pop() ?? pinned;
      paint();
    },
    { signal },
  );
  buttons.clear.addEventListener("click", () => { change([]); }, { signal });

  const pointOf = (text: string): Point | null => {
    const found = text.trim().replace(/^\(|\)$/g, "").trim().split(/[\s,]+/);
    const numbers = found.map((word, i) => sliders.parse(word, i));
    const [x, y] = numbers;
    return numbers.length === 2 && typeof x === "number" && typeof y === "number"
      ? [Math.fround(x), Math.fround(y)]
      : null;
  };
  const pointsOf = (text: string): Point[] | null => {
    const points = text.trim().replace(/;$/, "").split(";").map(pointOf);
    return points.length <= MAX_PINNED + 1 && points.every((point) => point !== null) ? points : null;
  };
  ready = true;
  pinned = pointsOf(root.dataset["start"] ?? "")?.slice(1) ?? [];
  paint();

  return {
    expects: `a point with ${fields.map(range).join(" and ")}`,
    read: () => sliders.read(),
    write: (values) => {
      sliders.write(values);
      paint();
    },
    format,
    parse: (text) => {
      const points = pointsOf(text);
      return points?.[0] ? Float32Array.from(points[0]) : null;
    },
    describe: words,
    state: () => [currentPoint(), ...pinned].map(format).join(";"),
    restore: (text) => {
      const points = pointsOf(text);
      if (!points?.[0]) return false;
      sliders.write(points[0]);
      pinned = points.slice(1);
      undoStack = [];
      paint();
      return true;
    },
    dispose: () => { listeners.abort(); },
  };
}

/** Returns the nearest slider value, clamped to the range. */
function onStep(value: number, [low, high]: Point, step: number): number {
  const stepped = low + Math.round((value - low) / step) * step;
  return Math.max(low, Math.min(high, Number(stepped.toPrecision(9))));
}

function format(values: ArrayLike<number>): string {
  return Array.from(values, shortest).join(",");
}

function words(values: ArrayLike<number>): string {
  return `(${Array.from(values, signed).join(", ")})`;
}

function range({ name, min, max }: { name: string; min: number; max: number }): string {
  return `${name} from ${signed(min)} to ${signed(max)}`;
}
