/** A second of sound: from the microphone, from a file, or a pure tone. */
import type { InputHandle, InputOptions, KindSpec } from "modelpress/kinds/contract";
import { part } from "modelpress/core/dom";
import { BANDS, CENTRES, logMel, RATE, SAMPLES, tone } from "./mel";

const FRAMES = 32;
const [LOWEST, HIGHEST] = [50, 3900];
const RECORDED_MS = 1400; // a little more than the 8,192 samples, since recorders begin late

export function attach(root: HTMLElement, spec: KindSpec, onInput: () => void, { notice }: InputOptions): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const [slider, hertz] = [part<HTMLInputElement>(root, "tone"), part<HTMLInputElement>(root, "hertz")];
  const [record, file] = [part<HTMLButtonElement>(root, "record"), part<HTMLInputElement>(root, "file")];
  const canvas = Object.assign(document.createElement("canvas"), { width: FRAMES, height: BANDS });
  let levels = parsed(String(spec["default"])) ?? new Float32Array(FRAMES * BANDS);

  const paint = (): void => {
    const context = canvas.getContext("2d");
    const image = context?.createImageData(FRAMES, BANDS);
    if (!context || !image) return;
    levels.forEach((level, i) => {
      const [frame, band] = [Math.floor(i / BANDS), i % BANDS];
      image.data.set([level, level, level, 255], 4 * ((BANDS - 1 - band) * FRAMES + frame));
    });
    context.putImageData(image, 0, 0);
  };
  const show = (values: ArrayLike<number>): void => {
    levels = Float32Array.from(values);
    if (!canvas.isConnected) part(root, "sound-picture").replaceChildren(canvas);
    paint();
  };
  const hear = (values: Float32Array): void => {
    notice("");
    show(values);
    onInput();
  };
  const setTone = (control: HTMLInputElement): void => {
    const frequency = Number(control.value);
    if (!(frequency >= LOWEST && frequency <= HIGHEST)) return;
    for (const each of [slider, hertz]) if (each !== control) each.value = String(frequency);
    hear(logMel(tone(frequency)));
  };
  const decode = async (bytes: ArrayBuffer): Promise<void> => {
    const decoded = await new OfflineAudioContext(1, SAMPLES, RATE).decodeAudioData(bytes);
    if (!signal.aborted) hear(logMel(decoded.getChannelData(0)));
  };
  for (const control of [slider, hertz]) control.addEventListener("input", () => { setTone(control); }, { signal });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    void chosen?.arrayBuffer().then(decode).catch(() => { notice(`${chosen.name} is no sound that this browser can read.`); });
  }, { signal });
  record.addEventListener("click", () => {
    record.disabled = true;
    void recorded().then(decode)
      .catch(() => { notice("No microphone is available here, or its use was refused."); })
      .finally(() => { record.disabled = false; });
  }, { signal });

  return {
    expects: "a tone such as 440 Hz",
    read: () => levels,
    write: show,
    format: text,
    parse: parsed,
    describe: words,
    dispose: () => { listeners.abort(); },
  };
}

/** Returns what the microphone hears for a second, as a file. */
async function recorded(): Promise<ArrayBuffer> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const ended = new Promise((resolve) => { recorder.addEventListener("stop", resolve); });
  recorder.start();
  setTimeout(() => { recorder.stop(); }, RECORDED_MS);
  await ended;
  for (const track of stream.getTracks()) track.stop();
  return new Blob(parts).arrayBuffer();
}

/** Returns the text of levels, as Python's `format`. */
function text(values: ArrayLike<number>): string {
  return btoa(String.fromCharCode(...Array.from(values))).replaceAll("+", "-").replaceAll("/", "_");
}

function parsed(given: string): Float32Array | null {
  const frequency = Number(/^(\d{2,4}) Hz$/.exec(given.trim())?.[1] ?? NaN);
  if (frequency >= LOWEST && frequency <= HIGHEST) return logMel(tone(frequency));
  try {
    const bytes = atob(given.replaceAll("-", "+").replaceAll("_", "/"));
    return bytes.length === FRAMES * BANDS ? Float32Array.from(bytes, (each) => each.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function words(values: ArrayLike<number>): string {
  const sums = new Array<number>(BANDS).fill(0);
  Array.from(values).forEach((level, i) => { sums[i % BANDS]! += level; });
  const most = Math.max(...sums);
  return most === 0 ? "silence" : `a sound around ${CENTRES[sums.indexOf(most)]!.toFixed(0)} Hz`;
}
