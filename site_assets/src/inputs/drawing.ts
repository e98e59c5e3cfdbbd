/** Drawing input: strokes on a pad, or a picture of a drawing, centred and scaled like MNIST's digits. */
import { decodePicture } from "./widgets/decode";
import { extractDrawing } from "./widgets/handwriting";
import { History } from "../core/undo";
import { NO_DRAWING, showInk, type Drawing } from "./widgets/ink";
import type { InputHandle, InputOptions, KindSpec } from "../kinds/contract";
import { attachPad } from "./widgets/pad";
import { part } from "../core/dom";
import { fromText, textOf } from "./widgets/pixels";
import { levelsOf, paintLevels } from "../core/levels";
import { simplified } from "./widgets/simplify";
import { MOST_POINTS, SIDE, raster, strokesOf, strokesText, type Stroke } from "./widgets/strokes";
import { attachFilePicker } from "./widgets/file-picker";

const NO_INK =
  "No drawing was found in that picture: it needs dark lines on something light, or light ones on something dark.";
const FULL = "The drawing is full: undo a stroke, or clear it.";

export function attach(
  root: HTMLElement,
  spec: KindSpec,
  onInput: () => void,
  { notice }: InputOptions,
): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const pen = Number(spec["pen"]);
  const pad = part(root, "pad");
  const svg = part<SVGElement>(root, "ink");
  const canvas = part<HTMLCanvasElement>(root, "seen");
  const buttons = { undo: part(root, "undo"), redo: part(root, "redo"), clear: part(root, "clear") };
  const start = root.dataset["start"] ?? String(spec["default"]);
  let current: Stroke | null = null;
  let levels: Uint8Array = new Uint8Array(SIDE * SIDE);
  let showsExample = true; // whether the example is still shown; the first stroke replaces it

  const paint = (): void => {
    const now = base();
    const strokes = current ? [...now.strokes, current] : now.strokes;
    levels = now.pixels ?? raster(strokes, pen);
    showInk(svg, now, current);
    paintLevels(canvas, levels);
    buttons.undo.setAttribute("aria-disabled", String(!history.canUndo));
    buttons.redo.setAttribute("aria-disabled", String(!history.canRedo));
    buttons.clear.setAttribute("aria-disabled", String(isEmpty()));
  };
  const history = new History<Drawing>(parseDrawing(start) ?? NO_DRAWING, () => { paint(); });
  /** Returns the drawing that the current stroke extends; an example or a picture is replaced. */
  const base = (): Drawing => (current && (showsExample || history.now.pixels) ? NO_DRAWING : history.now);
  const isEmpty = (): boolean =>
    !current && history.now.strokes.length === 0 && history.now.pixels === null;
  const change = (drawing: Drawing): void => {
    current = null;
    showsExample = false;
    notice("");
    history.push(drawing);
    onInput();
  };
  const step = (changed: boolean): void => {
    if (!changed) return;
    showsExample = false;
    notice("");
    onInput();
  };
  const clear = (): void => {
    if (!isEmpty()) change(NO_DRAWING);
  };

  attachPad(pad, part(root, "pen"), part(root, "keys"), {
    signal,
    changed: (stroke) => {
      current = stroke.slice();
      paint();
      onInput();
    },
    finished: (stroke) => {
      current = stroke;
      const strokes = [...base().strokes, simplified(stroke)];
      if (strokes.flat().length <= MOST_POINTS) {
        change({ strokes, pixels: null });
        return;
      }
      current = null;
      paint();
      onInput();
      notice(FULL);
    },
    cancelled: () => {
      current = null;
      paint();
      onInput();
    },
    undo: () => { step(history.undo()); },
    redo: () => { step(history.redo()); },
    clear,
  });
  buttons.undo.addEventListener("click", () => { step(history.undo()); }, { signal });
  buttons.redo.addEventListener("click", () => { step(history.redo()); }, { signal });
  buttons.clear.addEventListener("click", clear, { signal });
  attachFilePicker({
    root,
    zone: pad,
    button: part(root, "choose"),
    signal,
    notice,
    load: async (file) => {
      const pixels = extractDrawing(await decodePicture(file));
      if (signal.aborted) return;
      if (pixels) change({ strokes: [], pixels });
      else notice(NO_INK);
    },
  });
  paint();

  return {
    expects: "a drawing",
    emptyWords: "Nothing is drawn yet: draw with a finger, a pen or a mouse, or with the arrow keys.",
    read: () => (isEmpty() ? null : Float32Array.from(levels)),
    write: (values) => {
      current = null;
      history.push({ strokes: [], pixels: levelsOf(values) });
    },
    format: (values) => textOf(levelsOf(values)),
    parse: (text) => {
      const found = parseDrawing(text);
      return found && Float32Array.from(found.pixels ?? raster(found.strokes, pen));
    },
    describe: () => "The drawing",
    state: () =>
      history.now.pixels ? textOf(history.now.pixels) : strokesText(history.now.strokes),
    restore: (text) => {
      const found = text === "" ? NO_DRAWING : parseDrawing(text);
      if (!found) return false;
      current = null;
      showsExample = text === start;
      history.push(found);
      return true;
    },
    dispose: () => { listeners.abort(); },
  };
}

/** Parses a drawing; null if invalid. Strokes contain points (.), which base64 does not. */
function parseDrawing(text: string): Drawing | null {
  const pixels = fromText(text, SIDE * SIDE);
  if (pixels) return { strokes: [], pixels };
  const strokes = strokesOf(text);
  return strokes && { strokes, pixels: null };
}
