/** Scripts that are loaded when they are wanted. */
import { messageOf, ModelpressError } from "./errors";

/** A script did not come. Browsers keep a module that failed: only a new page asks for it again. */
export class ScriptMissing extends ModelpressError {}

/** What `import()` gives, or a sentence for the reader where it fails. */
export async function script<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (error) {
    throw new ScriptMissing(`One of the page's scripts could not be loaded: ${messageOf(error)}.`, { cause: error });
  }
}
