/** The log-mel spectrogram of a second of sound: port of mel.py. */

export const RATE = 8000;
export const SAMPLES = 8192;
export const BANDS = 16;
const WINDOW = 256;
const FRAMES = SAMPLES / WINDOW;
const BINS = WINDOW / 2 + 1;
const LOWEST_DB = -80;

/** The frequencies between which the bands lie, equally far apart in mel. */
const EDGES = Array.from({ length: BANDS + 2 }, (_, i) => {
  const top = 2595 * Math.log10(1 + RATE / 2 / 700);
  return 700 * (10 ** ((i * top) / (BANDS + 1) / 2595) - 1);
});

/** The frequencies in the middle of the bands, in hertz. */
export const CENTRES = EDGES.slice(1, -1);

const COSINES = Float64Array.from({ length: WINDOW }, (_, i) => Math.cos((2 * Math.PI * i) / WINDOW));
const SINES = Float64Array.from({ length: WINDOW }, (_, i) => Math.sin((2 * Math.PI * i) / WINDOW));

function filter(band: number, bin: number): number {
  const at = (bin * RATE) / WINDOW;
  const [low, middle, high] = EDGES.slice(band, band + 3) as [number, number, number];
  return Math.max(0, Math.min((at - low) / (middle - low), (high - at) / (high - middle)));
}

const FILTERS = Array.from({ length: BANDS }, (_, band) => Float64Array.from({ length: BINS }, (__, bin) => filter(band, bin)));

/** Returns the power at each frequency of one frame. */
function spectrum(frame: ArrayLike<number>): Float64Array {
  const weighed = Float64Array.from(frame, (sample, i) => sample * (0.5 - 0.5 * COSINES[i]!));
  return Float64Array.from({ length: BINS }, (_, bin) => {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < WINDOW; i++) {
      real += weighed[i]! * COSINES[(bin * i) % WINDOW]!;
      imaginary -= weighed[i]! * SINES[(bin * i) % WINDOW]!;
    }
    return (real ** 2 + imaginary ** 2) / (WINDOW / 4) ** 2;
  });
}

/** Returns the levels of 16 bands in 32 frames, whole numbers 0 to 255. samples: at 8,000 a second, from −1 to 1. */
export function logMel(samples: ArrayLike<number>): Float32Array {
  const sound = Float64Array.from({ length: SAMPLES }, (_, i) => samples[i] ?? 0);
  const levels = new Float32Array(FRAMES * BANDS);
  for (let frame = 0; frame < FRAMES; frame++) {
    const power = spectrum(sound.subarray(frame * WINDOW, (frame + 1) * WINDOW));
    for (let band = 0; band < BANDS; band++) {
      const sum = power.reduce((all, each, bin) => all + each * FILTERS[band]![bin]!, 0);
      const level = 10 * Math.log10(Math.max(sum, 1e-12));
      const scaled = Math.min(1, Math.max(0, (level - LOWEST_DB) / -LOWEST_DB)) * 255;
      levels[frame * BANDS + band] = Math.floor(scaled + 0.5);
    }
  }
  return levels;
}

/** Returns the samples of a pure tone. frequency: in hertz. */
export function tone(frequency: number): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * i) / RATE));
}
