/** A training's place in the page's address. */
import { copyText, leaveLink, readLink, writeLink } from "../../core/link";
import { readRun, runText, type Linked } from "./link";
import type { Recorded, Settings } from "./settings";

export class Address {
  /** The address said something about this run. */
  #linked = false;

  /** `key`: the run's own name there. */
  constructor(private readonly key: string, private readonly recorded: Recorded) {}

  /** The run that the address asks for; null where it has nothing to say. */
  read(): Linked | null {
    const states = readLink();
    const text = states.get(this.key);
    const heading = states.size === 0 && location.hash !== ""; // of a heading, which says nothing of runs
    if (text === undefined && (heading || !this.#linked)) return null;
    this.#linked = text !== undefined;
    return readRun(this.recorded, text ?? "");
  }

  /** Writes the run, and takes it away again: the browser's Back button then brings it back. */
  leave(settings: Settings, step: number): void {
    writeLink(this.key, runText(this.recorded, settings, step));
    leaveLink(this.key);
    this.#linked = true;
  }

  /** Writes the run and copies its link; gives the sentence that says so. */
  async copy(settings: Settings, step: number): Promise<string> {
    const link = writeLink(this.key, runText(this.recorded, settings, step));
    this.#linked = true;
    return (await copyText(link)) ? "Link to this run copied." : "The link to this run is in the address bar.";
  }
}
