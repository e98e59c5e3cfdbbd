/** A history of states with undo and redo. */
export class History<State> {
  #states: State[];
  #at = 0;

  constructor(
    first: State,
    private readonly changed: () => void,
  ) {
    this.#states = [first];
  }

  get now(): State {
    return this.#states[this.#at]!;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#states.length - 1;
  }

  /** Adds a state and discards the undone ones. */
  push(state: State): void {
    this.#states.splice(this.#at + 1, Infinity, state);
    this.#at += 1;
    this.changed();
  }

  undo(): boolean {
    return this.#move(this.canUndo ? -1 : 0);
  }

  redo(): boolean {
    return this.#move(this.canRedo ? 1 : 0);
  }

  #move(by: number): boolean {
    if (by === 0) return false;
    this.#at += by;
    this.changed();
    return true;
  }
}
