/** Looks up names that come from outside: a link, a key press, a file. */

/** The object's own value of that name; undefined for a name that every object inherits, such as `constructor`. */
export function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
