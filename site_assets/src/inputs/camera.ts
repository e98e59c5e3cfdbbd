/** Camera input: live frames once started, or a picture. */
import type { InputHandle, InputOptions, KindSpec } from "../kinds/contract";
import { attachPictureSource } from "./widgets/picture-source";
import { part, setText } from "../core/dom";
import { CameraError, camerasAfter, startCamera, type Stream } from "./widgets/camera-stream";

export function attach(
  root: HTMLElement,
  spec: KindSpec,
  onInput: () => void,
  options: InputOptions,
): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const { notice } = options;
  const view = part(root, "view");
  const video = part<HTMLVideoElement>(root, "video");
  const buttons = {
    camera: part(root, "camera"),
    freeze: part(root, "freeze"),
    mirror: part(root, "mirror"),
    turn: part(root, "turn"),
  };
  const work = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  let stream: Stream | null = null;
  let starting = false;
  let frozen = false;
  let mirrored = true;
  let mirrorChosen = false; // whether the reader set the mirror
  let others: string[] = [];
  let last: ImageData | null = null; // latest frame

  const source = attachPictureSource(root, spec, onInput, options, signal, () => { stop(); });

  /** Returns the video's current frame, mirrored as displayed. */
  const captureFrame = (): ImageData => {
    const { videoWidth: width, videoHeight: height } = video;
    const { canvas } = work;
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    work.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? width : 0, 0);
    work.drawImage(video, 0, 0);
    return work.getImageData(0, 0, width, height);
  };
  const paint = (): void => {
    const live = stream !== null;
    view.toggleAttribute("data-live", live && !frozen);
    video.hidden = !live || frozen;
    video.toggleAttribute("data-mirrored", mirrored);
    setText(buttons.camera, starting ? "Starting …" : live ? "Stop the camera" : "Start the camera");
    buttons.camera.setAttribute("aria-disabled", String(starting));
    setText(buttons.freeze, frozen ? "Go on" : "Freeze");
    buttons.freeze.setAttribute("aria-disabled", String(!live));
    buttons.freeze.setAttribute("aria-pressed", String(frozen));
    buttons.mirror.setAttribute("aria-pressed", String(mirrored));
    buttons.turn.hidden = !live || others.length === 0;
  };
  const stop = (): void => {
    stream?.stop();
    stream = null;
    frozen = false;
    paint();
  };
  const start = async (deviceId?: string): Promise<void> => {
    if (starting) return;
    stop();
    starting = true;
    notice("");
    paint();
    try {
      stream = await startCamera(
        video,
        {
          frame: () => {
            if (frozen || !stream) return;
            last = captureFrame();
            source.setPicture(last);
          },
          ended: (sentence) => {
            stop();
            notice(sentence);
          },
        },
        signal,
        deviceId,
      );
      if (!mirrorChosen) mirrored = stream.facesReader;
      others = await camerasAfter(stream.deviceId);
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (!signal.aborted) notice(error.message);
    } finally {
      starting = false;
      if (!signal.aborted) paint();
    }
  };
  const click = (button: HTMLElement, then: () => void): void => {
    button.addEventListener(
      "click",
      () => {
        if (button.getAttribute("aria-disabled") !== "true") then();
      },
      { signal },
    );
  };
  click(buttons.camera, () => {
    if (stream) stop();
    else void start();
  });
  click(buttons.freeze, () => {
    frozen = !frozen;
    if (frozen) video.pause();
    else void video.play().catch(() => undefined);
    paint();
  });
  click(buttons.mirror, () => {
    [mirrored, mirrorChosen] = [!mirrored, true];
    paint();
    if (!frozen || !last) return; // the next frame will be mirrored
    last = mirroredPicture(last);
    source.setPicture(last);
  });
  click(buttons.turn, () => void start(others[0]));
  // Privacy: the camera stops when the page is hidden or left.
  const leave = (): void => {
    if (!stream) return;
    stop();
    notice("The camera was stopped while you were away.");
  };
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "hidden") leave();
    },
    { signal },
  );
  window.addEventListener("pagehide", leave, { signal });

  return {
    ...source.handle,
    dispose: () => {
      stop();
      listeners.abort();
    },
  };
}

/** Returns the picture mirrored left to right. */
function mirroredPicture({ data, width, height }: ImageData): ImageData {
  const pixels = new Uint32Array(data.slice().buffer);
  for (let y = 0; y < height; y++) pixels.subarray(y * width, (y + 1) * width).reverse();
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
