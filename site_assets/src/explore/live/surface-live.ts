/** Turns a surface by pointer, touch and arrow keys. Renders it with WebGL if available, else as SVG. */
import { whileNear } from "../../core/near";
import { own } from "../../core/own";
import type { Attached, Host } from "../explainer";
import { labelsHtml, surfaceSvg, type Scene } from "../draw/surface";
import type { Painter, ViewAngles } from "./surface-scene";

const DEGREES_A_PIXEL = 0.4;
const KEY_DEGREES = 5;
const SHIFT_FACTOR = 5; // with Shift
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Attaches to the surface of an explainer. sceneOf: the scene for its values. */
export async function surfaceLive<V extends ViewAngles>(host: Host, sceneOf: (values: V, step: number) => Scene): Promise<Attached<V>> {
  const place = host.element.querySelector<HTMLElement>('[data-part="surface"]')!;
  const life = new AbortController();
  const { signal } = life;
  let now: { scene: Scene; turn: number; tilt: number } | null = null;
  let painter: Painter | null = null;

  const turnBy = (right: number, up: number): void => {
    if (!now) return;
    const turn = ((((now.turn + right + 180) % 360) + 360) % 360) - 180;
    const angles = { turn: Math.round(turn * 10) / 10, tilt: Math.round(Math.max(10, Math.min(90, now.tilt + up)) * 10) / 10 };
    now = { ...now, ...angles }; // the next key press may come before the next frame
    host.change(angles);
  };
  place.addEventListener("keydown", (event) => {
    const way = own(ARROWS, event.key);
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const by = KEY_DEGREES * (event.shiftKey ? SHIFT_FACTOR : 1);
    turnBy(way[0] * by, way[1] * by);
  }, { signal });
  place.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    place.setPointerCapture(event.pointerId);
    let [x, y] = [event.clientX, event.clientY];
    const move = new AbortController();
    const both = { signal: AbortSignal.any([signal, move.signal]) };
    place.addEventListener("pointermove", (to) => {
      turnBy((to.clientX - x) * DEGREES_A_PIXEL, (to.clientY - y) * DEGREES_A_PIXEL);
      [x, y] = [to.clientX, to.clientY];
    }, both);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) place.addEventListener(end, () => { move.abort(); }, both);
  }, { signal });

  const draw = (): void => {
    if (!now) return;
    const { scene, turn, tilt } = now;
    place.querySelector(".mp-surface-names")!.innerHTML = labelsHtml(scene, turn, tilt);
    if (painter) painter.paint(scene, turn, tilt);
    else place.querySelector(".mp-surface-still")!.outerHTML = surfaceSvg(scene, turn, tilt);
  };
  const stop = (): void => {
    painter?.stop();
    painter = null;
  };
  // A browser gives a page few WebGL contexts: only surfaces near the screen hold one. Without WebGL, or if its script
  // cannot be loaded, the SVG stays.
  let near = false;
  const paint = async (): Promise<void> => {
    const { canvasPainter } = await import("./surface-gl");
    if (signal.aborted || !near || painter) return;
    painter = canvasPainter(place, () => {
      stop();
      draw();
    });
    draw();
  };
  whileNear(place, signal, (isNear) => {
    near = isNear;
    if (near) paint().catch(() => { place.setAttribute("data-drawn", "svg"); });
    else if (painter) {
      stop();
      draw();
    }
  });

  return Promise.resolve({
    update: (values, step) => {
      now = { scene: sceneOf(values, step), turn: values.turn, tilt: values.tilt };
      draw();
    },
    stop: () => {
      life.abort();
      stop();
    },
  });
}
