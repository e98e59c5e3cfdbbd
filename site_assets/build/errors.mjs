/** Something a model or a source has to change: told by its message alone, without a stack. */
export class BuildError extends Error {}
