/** Shared part of the picture inputs: a view of the picture, the network's input, zoom and examples. */
import { decodePicture } from "./decode";
import type { InputHandle, InputOptions, KindSpec } from "../../kinds/contract";
import { part } from "../../core/dom";
import { centreBox, fromText, networkView, textOf, type Box, type Seeing } from "./pixels";
import { imageOf, levelsOf, paintLevels } from "../../core/levels";
import { attachFilePicker } from "./file-picker";

/** Longer side of the view's canvas, in pixels: sharp on any screen, cheap to paint. */
const VIEW = 560;

export interface PictureSource {
  readonly handle: InputHandle;
  /** Shows a picture and the network's view of it. */
  setPicture(picture: ImageData): void;
}

const NO_ZOOM = 1;

/** Attaches the controls. `replaced`: called before a file, an example or a restored state replaces the picture. */
export function attachPictureSource(
  root: HTMLElement,
  spec: KindSpec,
  onInput: () => void,
  { notice }: InputOptions,
  signal: AbortSignal,
  replaced: () => void = () => undefined,
): PictureSource {
  const [height = 1, width = 1, channels = 1] = spec.shape;
  const seeing: Seeing = {
    height,
    width,
    contrast: spec["contrast"] === true,
    invert: spec["invert"] === true,
    channels,
  };
  const count = height * width * channels;
  const examples = (spec["examples"] ?? []) as readonly (readonly [string, string])[];
  const view = part<HTMLCanvasElement>(root, "shown");
  const canvas = part<HTMLCanvasElement>(root, "seen");
  const parse = (text: string): Uint8Array | null => fromText(text, count);
  const start = root.dataset["start"] ?? String(spec["default"]);
  const zoomed = { range: part<HTMLInputElement>(root, "zoom"), typed: part<HTMLInputElement>(root, "zoom-value") };
  let levels = parse(start) ?? new Uint8Array(count);
  let source: ImageData | Uint8Array = levels; // a picture, or levels from a link or an example
  let zoom = NO_ZOOM;

  const setZoom = (next: number, typing: boolean): void => {
    zoom = next;
    zoomed.range.value = String(next);
    if (!typing) zoomed.typed.value = String(next);
    part(root, "view").style.setProperty("--mp-zoom", String(next));
  };
  const boxIn = (picture: ImageData): Box => {
    const whole = centreBox(picture.width, picture.height, width, height);
    const [wide, tall] = [whole.width / zoom, whole.height / zoom];
    const [left, top] = [whole.left + (whole.width - wide) / 2, whole.top + (whole.height - tall) / 2];
    return { left, top, width: wide, height: tall };
  };
  /** Shows levels unchanged. */
  const showLevels = (): void => {
    [view.width, view.height] = [width, height];
    view.removeAttribute("data-sharp");
    paintLevels(view, levels);
    paintLevels(canvas, levels);
  };
  const show = (): void => {
    if (!(source instanceof Uint8Array)) {
      showPicture(source);
    } else if (zoom === NO_ZOOM) {
      levels = source;
      showLevels();
    } else {
      showPicture(imageOf(source, width, height));
    }
  };
  const begin = (next: ImageData | Uint8Array): void => {
    replaced();
    source = next;
    setZoom(NO_ZOOM, false);
    show();
  };
  const showPicture = (picture: ImageData): void => {
    const box = boxIn(picture);
    levels = networkView(picture, seeing, box);
    const scale = VIEW / Math.max(width, height);
    view.width = Math.round(width * scale);
    view.height = Math.round(height * scale);
    view.setAttribute("data-sharp", "");
    const whole = new OffscreenCanvas(picture.width, picture.height);
    whole.getContext("2d")?.putImageData(picture, 0, 0);
    const context = view.getContext("2d");
    if (context) context.imageSmoothingQuality = "high";
    context?.drawImage(
      whole, box.left, box.top, box.width, box.height, 0, 0, view.width, view.height,
    );
    paintLevels(canvas, levels);
  };
  const setPicture = (picture: ImageData): void => {
    source = picture;
    show();
    onInput();
  };

  for (const input of [zoomed.range, zoomed.typed]) {
    const typing = input === zoomed.typed;
    input.addEventListener(
      "input",
      () => {
        if (input.value === "" || !input.checkValidity()) return; // incomplete entry
        setZoom(input.valueAsNumber, typing);
        show();
        onInput();
      },
      { signal },
    );
    input.addEventListener("change", () => { setZoom(zoom, false); }, { signal });
  }
  attachFilePicker({
    root,
    zone: part(root, "view"),
    button: part(root, "choose"),
    signal,
    notice,
    load: async (file) => {
      const picture = await decodePicture(file);
      if (signal.aborted) return;
      notice("");
      begin(picture);
      onInput();
    },
  });
  root.querySelectorAll('[data-part="example"]').forEach((button, i) => {
    const found = parse(examples[i]?.[1] ?? "");
    if (!found) return;
    button.addEventListener(
      "click",
      () => {
        notice("");
        begin(found);
        onInput();
      },
      { signal },
    );
  });

  const handle: InputHandle = {
    expects: `a picture of ${width} × ${height} pixels`,
    read: () => Float32Array.from(levels),
    write: (values) => { begin(levelsOf(values)); },
    format: (values) => textOf(levelsOf(values)),
    parse: (text) => {
      const found = parse(text);
      return found && Float32Array.from(found);
    },
    describe: () => "The picture",
    dispose: () => undefined,
  };
  return { handle, setPicture };
}
