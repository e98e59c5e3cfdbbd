/** Announces a training to screen readers: at most one sentence a second, always the newest. */
import { setText } from "./dom";

const BETWEEN_MS = 1000;

export class Voice {
  #at = -Infinity;
  #timer = 0;

  constructor(private readonly region: HTMLElement) {}

  say(sentence: string): void {
    clearTimeout(this.#timer);
    const wait = this.#at + BETWEEN_MS - performance.now();
    if (wait <= 0) {
      this.#speak(sentence);
      return;
    }
    this.#timer = window.setTimeout(() => { this.#speak(sentence); }, wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #speak(sentence: string): void {
    this.#at = performance.now();
    setText(this.region, sentence);
  }
}
