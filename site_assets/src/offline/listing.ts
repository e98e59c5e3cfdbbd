/** `offline-<build>.json`, the list of a site's files, written by `pipeline/modelpress/site/publish/offline.py`. */
export interface Listing {
  /** Hash of all files, which identifies the build. */
  build: string;
  /** Files that every page needs: URLs relative to the site's root. */
  shell: string[];
  /** URL of a page → further files that it needs, the page itself first. */
  pages: Record<string, string[]>;
  /** URL of a file that equals another → the URL of that one, which alone is in the other lists. */
  same: Record<string, string>;
  /** URL → size in bytes and SHA-256. */
  files: Record<string, [number, string]>;
}

/** A page's request to the service worker. visit: cache that page; take: cache the site; remove: delete the caches; update: activate the waiting build; tell: send the status. */
export type WorkerRequest = { type: "visit"; page: string } | { type: "take" } | { type: "remove" } | { type: "update" } | { type: "tell" };

/** The service worker's message about its cache. */
export interface CacheStatus {
  type: "kept";
  build: string;
  files: number;
  bytes: number;
  /** Of the whole site. */
  allFiles: number;
  allBytes: number;
  /** The reader requested the whole site. */
  whole: boolean;
  /** The page of the request is cached. */
  page: boolean;
  /** Why files could not be cached; "" without an error. */
  reason: string;
  /** Downloads are in progress. */
  busy: boolean;
}

/**
 * Normalises a URL's path to the percent-encoding of the listing, because caches compare URLs as text: `ä` and `%C3%A4`
 * differ, and so do `+` and `%2B`. A port of `_address` in `pipeline/modelpress/site/publish/offline.py`.
 */
export function address(path: string): string {
  return path.split("/").map((part) => {
    try {
      return encodeURIComponent(decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, "%25")));
    } catch {
      return part; // invalid UTF-8, so no file of the site
    }
  }).join("/");
}

/** Formats a size in bytes: 640 kB, 12.3 MB. */
export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))}\u202fkB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)}\u202fMB`;
}
