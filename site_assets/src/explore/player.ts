/** Plays an explainer's steps: at a speed that the reader chooses, until nothing changes any more. */

const TICK_MS = 33; // shortest time between two frames
const STEP_MS = 160; // longest time for a step, at the normal speed
const WHOLE_MS = 9000; // longest time for all steps, at the normal speed
const PREVIEW_MS = 1400;

/** Factors of the normal speed, by name. */
export const SPEEDS: Readonly<Record<string, number>> = { slow: 0.25, normal: 1, fast: 4 };

export interface Played {
  most: number;
  playMs?: number;
}

/** Milliseconds between two frames, and steps from one frame to the next. */
export function pace({ most, playMs = STEP_MS }: Played, speed: number): { everyMs: number; by: number } {
  const stepMs = Math.min(playMs, WHOLE_MS / most) / speed;
  return stepMs >= TICK_MS ? { everyMs: stepMs, by: 1 } : { everyMs: TICK_MS, by: Math.round(TICK_MS / stepMs) };
}

/** Calls `frame` with the steps from `step` on, until it returns true or the last step is shown. */
export class Player {
  #timer = 0;

  get playing(): boolean {
    return this.#timer !== 0;
  }

  play(steps: Played, speed: number, step: number, frame: (step: number, last: boolean) => boolean): void {
    this.stop();
    const { everyMs, by } = pace(steps, speed);
    this.#timer = window.setInterval(() => {
      step = Math.min(step + by, steps.most);
      const last = step >= steps.most;
      if (last) this.stop();
      if (frame(step, last)) this.stop();
    }, everyMs);
  }

  /** Shows the first steps, then the start again. frame: gets null at the end. */
  preview(steps: Played, frame: (step: number | null) => void): void {
    const { everyMs } = pace(steps, 1);
    const end = performance.now() + PREVIEW_MS;
    this.play(steps, 1, 0, (step, last) => {
      const over = last || performance.now() > end + everyMs;
      frame(over ? null : step);
      return over;
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
  }
}
