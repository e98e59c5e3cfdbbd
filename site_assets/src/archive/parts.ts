/**
 * The site's scripts where a browser refuses modules: each file is a part, which says by name what it needs and is run
 * when it is first wanted. `build/archive.mjs` makes them of the very modules that the site itself has.
 */

export type Exports = Record<string, unknown>;

/** What a part's code finds in the place of the browser's own. */
export interface Surroundings {
  /** Stands for `import()`. */
  later: (name: string) => Promise<Exports>;
  /** Stands for `import.meta.url`. */
  urlOf: (name: string) => string;
  fetch: typeof globalThis.fetch;
  Worker: unknown;
}

export type Make = (
  module: { exports: Exports },
  require: (name: string) => Exports,
  later: Surroundings["later"],
  url: string,
  fetch: Surroundings["fetch"],
  Worker: unknown,
) => void;

export interface Part {
  /** All that it imports, directly or by others. */
  readonly needs: readonly string[];
  readonly make: Make;
}

export class Parts {
  readonly #defined = new Map<string, Part>();
  readonly #made = new Map<string, Exports>();

  constructor(private readonly surroundings: Surroundings) {}

  define(name: string, part: Part): void {
    this.#defined.set(name, part);
  }

  find(name: string): Part | undefined {
    return this.#defined.get(name);
  }

  /** What a part exports; runs it, and what it needs first, the first time. All of these have to be defined. */
  run(name: string): Exports {
    const known = this.#made.get(name);
    if (known) return known;
    const part = this.#defined.get(name);
    if (!part) throw new Error(`${name} is not loaded.`);
    const { later, urlOf, fetch, Worker } = this.surroundings;
    const module: { exports: Exports } = { exports: {} };
    part.make(module, (other) => this.run(other), later, urlOf(name), fetch, Worker);
    this.#made.set(name, module.exports);
    return module.exports;
  }
}
