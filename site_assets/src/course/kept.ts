/** Reading progress: which lessons are begun or read, stored only on this device, under the site's path. */
import { own } from "../core/own";

export type State = "begun" | "read";
export type LessonStates = Record<string, State>;

/** Progress in localStorage. Without storage, as in private windows, it is empty and writes have no effect. */
export class ReadingProgress {
  readonly #key: string;

  /** root: URL of the site's root. */
  constructor(root: URL) {
    this.#key = `modelpress.course:${root.pathname}`;
  }

  all(): LessonStates {
    try {
      return validStates(JSON.parse(localStorage.getItem(this.#key) ?? "{}"));
    } catch {
      return {}; // no storage, or another program's value under this key
    }
  }

  /** Sets a lesson's state. A lesson that was read stays read. */
  record(lesson: string, state: State): void {
    const kept = this.all();
    const before = own(kept, lesson);
    if (before === "read" || before === state) return;
    this.#write({ ...kept, [lesson]: state });
  }

  forget(): void {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      return; // no storage, so nothing to remove
    }
  }

  #write(kept: LessonStates): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      return; // full or forbidden: the map shows less, the lesson is unaffected
    }
  }
}

function validStates(found: unknown): LessonStates {
  if (typeof found !== "object" || found === null) return {};
  const states = Object.entries(found).filter(([, state]) => state === "begun" || state === "read");
  return Object.fromEntries<State>(states);
}
