/** The manifest holds the short fields of an entry; the long ones lie in its detail files. */
import type { DetailName, FileEntry, ModelEntry } from "../core/schema";

/** An entry, whole or not. */
export interface Detailed {
  title: string;
  files: Record<string, FileEntry>;
  details?: Partial<Record<DetailName, string>>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `entry` with the fields of `more` in it; a field that both have as an object has the parts of both. */
function laidOver(entry: object, more: object): object {
  const fields = new Map(Object.entries(entry) as [string, unknown][]);
  for (const [name, value] of Object.entries(more) as [string, unknown][]) {
    const known = fields.get(name);
    fields.set(name, isObject(known) && isObject(value) ? Object.fromEntries([...Object.entries(known), ...Object.entries(value)]) : value);
  }
  return Object.fromEntries(fields); // defines fields, whatever they are called
}

/** `fetchFile` of files.ts, which is with the entry's script. */
export type FetchFile = (entry: Detailed, name: string) => Promise<ArrayBuffer>;

/**
 * An entry with what lies in some of its detail files; without `names`, in all of them. Rejects with FileUnavailable.
 */
export async function completed(
  entry: Detailed,
  fetchFile: FetchFile,
  names?: readonly DetailName[],
): Promise<ModelEntry> {
  const { details = {} } = entry;
  const wanted = (names ?? (Object.keys(details) as DetailName[])).flatMap((name) => details[name] ?? []);
  const files = await Promise.all(wanted.map((name) => fetchFile(entry, name)));
  const found = files.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as object);
  return found.reduce(laidOver, entry) as ModelEntry;
}
