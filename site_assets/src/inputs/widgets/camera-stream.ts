/** The reader's camera: requested on a click only; delivers frames, and a sentence when it ends. */
import { own } from "../../core/own";

const CONSTRAINTS = { width: { ideal: 640 }, height: { ideal: 480 } };
/** Timeout for the first frame, in milliseconds: some cameras start but deliver none. */
const FIRST_FRAME_MS = 10_000;

const SENTENCES: Readonly<Record<string, string>> = {
  NotAllowedError:
    "The browser did not let this page use the camera. Allow it beside the page's address, or choose a picture instead.",
  NotFoundError: "No camera was found on this device. Choose a picture instead.",
  NotReadableError:
    "The camera is there but can't be read: another program may be using it. Close that, then start the camera again.",
  OverconstrainedError: "That camera is gone. Start the camera again.",
};
const INSECURE =
  "Browsers give a page the camera only over https or on this device itself. Choose a picture instead.";
const SILENT = "The camera was started but sends no picture. Start it again, or choose a picture.";
const GONE =
  "The camera is gone: it was unplugged, or switched off. Its last picture stays; start it again when it is back.";

export interface Frames {
  /** Called when the video has a new frame. */
  frame: () => void;
  /** Called when the camera ends without `stop`. */
  ended: (sentence: string) => void;
}

export class CameraError extends Error {}

/** A running camera; `stop` releases it. */
export interface Stream {
  readonly deviceId: string;
  /** Whether it faces the reader, so that its picture is mirrored. */
  readonly facesReader: boolean;
  stop(): void;
}

/** Starts a camera in `video`. Throws a CameraError if there is none. */
export async function startCamera(
  video: HTMLVideoElement,
  to: Frames,
  signal: AbortSignal,
  deviceId?: string,
): Promise<Stream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CameraError(INSECURE);
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
  const stream = await devices
    .getUserMedia({ audio: false, video: { ...CONSTRAINTS, ...which } })
    .catch((error: unknown) => {
      throw new CameraError(sentenceFor(error));
    });
  const [track] = stream.getVideoTracks();
  const stopTracks = (): void => { stream.getTracks().forEach((each) => { each.stop(); }); };
  if (!track || signal.aborted) {
    stopTracks();
    throw new CameraError(SILENT);
  }
  const life = new AbortController();
  const stop = (): void => {
    if (life.signal.aborted) return;
    life.abort();
    stopTracks();
    video.srcObject = null;
  };
  signal.addEventListener("abort", stop, { signal: life.signal });
  const end = (sentence: string): void => {
    stop();
    to.ended(sentence);
  };
  track.addEventListener("ended", () => { end(GONE); }, { signal: life.signal });
  const silent = window.setTimeout(() => { end(SILENT); }, FIRST_FRAME_MS);
  life.signal.addEventListener("abort", () => { clearTimeout(silent); });

  video.srcObject = stream;
  const next = (): void => {
    if (life.signal.aborted) return;
    if (video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      clearTimeout(silent);
      to.frame();
    }
    nextFrame();
  };
  const nextFrame = (): void => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  };
  await video.play().catch(() => undefined); // the first frame tells whether it plays
  nextFrame();
  const settings = track.getSettings();
  return {
    deviceId: settings.deviceId ?? "",
    facesReader: settings.facingMode !== "environment",
    stop,
  };
}

/** Returns the ids of the device's other cameras, following the running one; known only after permission. */
export async function camerasAfter(deviceId: string): Promise<string[]> {
  const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const ids = found.filter(({ kind }) => kind === "videoinput").map((device) => device.deviceId);
  const at = ids.indexOf(deviceId);
  return [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))].filter((id) => id !== "");
}

function sentenceFor(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  return own(SENTENCES, name) ?? `The camera did not start (${String(error)}). Choose a picture instead.`;
}
