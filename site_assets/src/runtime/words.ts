/** What callers give and get, in words: every refusal of the public interface is a sentence of ours. */
import { messageOf, ModelpressError } from "../core/errors";
import { reading, shown } from "../core/shown";

/**
 * The options called `names` of what a caller gave: read once, so that they stay what was checked. caller: the function,
 * as messages name it.
 */
export function optionsOf<T extends object>(caller: string, given: unknown, names: readonly (keyof T & string)[]): Partial<T> {
  const found = Object.create(null) as Partial<T>; // what another script has given to every object is no option
  if (given === undefined) return found;
  if (given === null || typeof given !== "object" || isList(given)) {
    throw new ModelpressError(`${caller}() was given the options ${shown(given)}; expected an object with ${names.join(", ")}.`);
  }
  return reading(`the options of ${caller}()`, () => {
    for (const name of names) {
      if (Object.hasOwn(Object.prototype, name) && !Object.hasOwn(given, name)) continue;
      const value = (given as T)[name] as T[typeof name] | undefined;
      if (value !== undefined) found[name] = value;
    }
    return found;
  });
}

function isList(given: object): boolean {
  return reading("the options", () => Array.isArray(given));
}

/** The error as a sentence of ours. doing: what was asked for. */
function asSentence(doing: string, error: unknown): ModelpressError {
  if (error instanceof ModelpressError) return error;
  return new ModelpressError(`${doing} failed in the browser: ${messageOf(error)}`, { cause: error });
}

/** What `work` resolves to. Rejects with sentences of ours alone. doing: what was asked for. */
export async function inWords<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asSentence(doing, error);
  }
}

/** The same object with methods that fail with sentences of ours alone. name: of the object, in messages. */
export function spoken<T extends object>(name: string, object: T): T {
  const described = Object.getOwnPropertyDescriptors(object) as Record<string, PropertyDescriptor>;
  for (const [key, descriptor] of Object.entries(described)) {
    const method: unknown = descriptor.value;
    if (typeof method !== "function") continue;
    const doing = `${name}.${key}()`;
    descriptor.value = (...given: unknown[]): unknown => {
      try {
        const result: unknown = method.apply(object, given);
        return result instanceof Promise
          ? result.catch((error: unknown) => { throw asSentence(doing, error); })
          : result;
      } catch (error) {
        throw asSentence(doing, error);
      }
    };
  }
  return Object.defineProperties({}, described) as T;
}
