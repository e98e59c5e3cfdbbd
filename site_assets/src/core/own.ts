/** Looks up names from untrusted sources: links, keys, files. */

/** Returns the object's own property; undefined for inherited names such as `constructor`. */
export function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
