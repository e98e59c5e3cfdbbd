/** A training's state in the page's address. */
import { copyText, leaveLink, readLink, writeLink } from "../../core/link";
import { readRun, runText, type Linked } from "./link";
import type { Recorded, Settings } from "./settings";

export class Address {
  /** Whether the address contained this run. */
  #linked = false;

  /** `key`: the run's name in the address. */
  constructor(private readonly key: string, private readonly recorded: Recorded) {}

  /** Returns the run in the address; null if it contains none. */
  read(): Linked | null {
    const states = readLink();
    const text = states.get(this.key);
    const heading = states.size === 0 && location.hash !== ""; // a heading's anchor, unrelated to runs
    if (text === undefined && (heading || !this.#linked)) return null;
    this.#linked = text !== undefined;
    return readRun(this.recorded, text ?? "");
  }

  /** Writes the run and removes it again, so that the browser's Back button restores it. */
  leave(settings: Settings, step: number): void {
    writeLink(this.key, runText(this.recorded, settings, step));
    leaveLink(this.key);
    this.#linked = true;
  }

  /** Writes the run and copies its link; returns the sentence for the reader. */
  async copy(settings: Settings, step: number): Promise<string> {
    const link = writeLink(this.key, runText(this.recorded, settings, step));
    this.#linked = true;
    return (await copyText(link)) ? "Link to this run copied." : "The link to this run is in the address bar.";
  }
}
