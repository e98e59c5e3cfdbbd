/** Scripts that are loaded on demand. */
import { messageOf, ModelpressError } from "./errors";

/** A script failed to load. Browsers cache failed modules, so only a page reload retries it. */
export class ScriptMissing extends ModelpressError {}

/** Returns the module of an `import()`; rejects with a sentence for the reader. */
export async function script<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (error) {
    throw new ScriptMissing(`One of the page's scripts could not be loaded: ${messageOf(error)}.`, { cause: error });
  }
}
