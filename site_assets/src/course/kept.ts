/** Which lessons the reader has begun and read: kept on this device, under the address of the site, and nowhere else. */
import { own } from "../core/own";

export type State = "begun" | "read";
export type Kept = Record<string, State>;

/** Says nothing is kept where the browser lets pages keep nothing (private windows, some settings). */
export class Reading {
  readonly #key: string;

  /** root: URL of the site's root. */
  constructor(root: URL) {
    this.#key = `modelpress.course:${root.pathname}`;
  }

  all(): Kept {
    try {
      return checked(JSON.parse(localStorage.getItem(this.#key) ?? "{}"));
    } catch {
      return {}; // no storage, or something else's text under our name: as if nothing had been read
    }
  }

  /** A lesson that was read stays so when it is begun again. */
  note(lesson: string, state: State): void {
    const kept = this.all();
    const before = own(kept, lesson);
    if (before === "read" || before === state) return;
    this.#keep({ ...kept, [lesson]: state });
  }

  forget(): void {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      return; // where nothing can be kept, nothing has to be forgotten
    }
  }

  #keep(kept: Kept): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      return; // full, or forbidden: the map then shows less, and the lesson is none the worse
    }
  }
}

function checked(found: unknown): Kept {
  if (typeof found !== "object" || found === null) return {};
  const states = Object.entries(found).filter(([, state]) => state === "begun" || state === "read");
  return Object.fromEntries<State>(states);
}
