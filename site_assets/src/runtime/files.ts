/** Reads what the manifest names, from the page or the site, and uses nothing whose SHA-256 is not the manifest's. */
import { own } from "../core/own";
import { FileUnavailable, ModelpressError, messageOf } from "../core/errors";
import { script } from "../core/scripts";
import { sha256 } from "../core/sha256";
import { bytesInPage } from "./page-files";
import type { Entry, FileEntry, Format, Golden, TrainedEntry } from "./spec";

/** The bundle lies in assets/modelpress/ of the site, every chunk of it in that one folder. */
export const SITE_ROOT = new URL("../../", import.meta.url);

/** A model as it was on the server: the parsed model.json and the bytes of its weights. */
export interface ModelBytes {
  format: Format;
  json: unknown;
  weights: ArrayBuffer;
}

/** The bytes at an address of this site. Rejects with FileUnavailable. */
export async function fetchBytes(url: string, sizeBytes?: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; resumed: boolean }> {
  const { download } = await script(import("./download"));
  try {
    return await download(new URL(url, SITE_ROOT), { ...(sizeBytes !== undefined && { sizeBytes }) });
  } catch (error) {
    if (error instanceof RangeError) throw error; // no room for it: nothing is wrong with the connection
    throw new FileUnavailable(
      `${url} could not be fetched: ${messageOf(error)}. Check the connection and load the page again.`,
      { cause: error },
    );
  }
}

/** The bytes of a file, after its size and SHA-256 were found to be the manifest's. */
async function fetchVerified(file: FileEntry): Promise<Uint8Array<ArrayBuffer>> {
  const inPage = bytesInPage(file);
  if (inPage && (await sha256(inPage)) === file.sha256) return inPage;
  const { bytes, resumed } = await fetchBytes(file.url, file.size_bytes);
  const found = await sha256(bytes);
  if (bytes.length === file.size_bytes && found === file.sha256) return bytes;
  if (resumed) return fetchVerified(file); // two answers that don't belong together: the whole once more
  throw new FileUnavailable(
    `${file.url} is not the file that was built (integrity check failed): found ` +
      `${bytes.length > file.size_bytes ? `more than ${file.size_bytes} bytes` : `${bytes.length} bytes, sha256 ${found}`}; ` +
      `expected ${file.size_bytes} bytes, sha256 ${file.sha256}. ` +
      `Load the page again; if it stays, the site was copied incompletely.`,
  );
}

/** Any entry. */
type Listed = Pick<TrainedEntry, "title" | "files">;

function fileOf(entry: Listed, name: string): FileEntry {
  const file = own(entry.files, name);
  if (file === undefined) throw new ModelpressError(`${entry.title}: the manifest has no "${name}".`);
  return file;
}

export function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** One download serves every figure and backend of the page; a failed one is forgotten. */
const downloads = new Map<string, Promise<unknown>>();

export function once<T>(key: string, download: () => Promise<T>): Promise<T> {
  const known = downloads.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const started = download();
  downloads.set(key, started);
  started.catch(() => downloads.delete(key));
  return started;
}

/** Model and weights of one format, both checked. */
export function fetchModel(entry: Entry, format: Format): Promise<ModelBytes> {
  const { formats } = entry as Partial<Entry>; // a failure's training has none
  const names = formats?.[format];
  if (!names) throw new ModelpressError(`"${entry.title}" has no format "${format}"; its card says why.`);
  const model = fileOf(entry, names.model);
  const weights = fileOf(entry, names.weights);
  return once(`${model.url} ${model.sha256} ${weights.sha256}`, async () => {
    const [json, bytes] = await Promise.all([fetchVerified(model), fetchVerified(weights)]);
    return { format, json: parse(json), weights: bytes.buffer };
  });
}

/** The golden cases, checked. */
export function fetchGolden(entry: Entry): Promise<Golden> {
  const file = fileOf(entry, entry.golden);
  return once(`${file.url} ${file.sha256}`, async () => parse(await fetchVerified(file)) as Golden);
}

/** The live run of a model that has one, checked: live.json parsed, and the bytes of live.bin. */
export function fetchLive(entry: TrainedEntry): Promise<{ json: unknown; bin: ArrayBuffer }> {
  if (entry.live === undefined) {
    throw new ModelpressError(`"${entry.title}" cannot be trained here: its author has given it no live run.`);
  }
  const description = fileOf(entry, entry.live.url);
  const rows = fileOf(entry, entry.live.bin);
  return once(`${description.url} ${description.sha256} ${rows.sha256}`, async () => {
    const [json, bytes] = await Promise.all([fetchVerified(description), fetchVerified(rows)]);
    return { json: parse(json), bin: bytes.buffer };
  });
}

/** Another of an entry's files by its name, checked. */
export function fetchFile(entry: Listed, name: string): Promise<ArrayBuffer> {
  const file = fileOf(entry, name);
  return once(`${file.url} ${file.sha256}`, async () => (await fetchVerified(file)).buffer);
}
