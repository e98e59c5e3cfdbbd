/** What the build says of a site that can be kept: `offline-<build>.json`, written by `pipeline/modelpress/site/publish/offline.py`. */
export interface Listing {
  /** Which build: the hash of all files. */
  build: string;
  /** What every page needs, by URL relative to the site's root. */
  shell: string[];
  /** URL of a page → what it needs besides, itself first. */
  pages: Record<string, string[]>;
  /** URL → size in bytes and SHA-256. */
  files: Record<string, [number, string]>;
}

/** What a page asks of the service worker. `visit` keeps that page, `take` all, `update` lets a waiting build in. */
export type Wish = { type: "visit"; page: string } | { type: "take" } | { type: "remove" } | { type: "update" } | { type: "tell" };

/** What the worker says of what it keeps. */
export interface Kept {
  type: "kept";
  build: string;
  files: number;
  bytes: number;
  /** Of the whole site. */
  allFiles: number;
  allBytes: number;
  /** The reader asked for all of it. */
  whole: boolean;
  /** The page that the answer is about is kept. */
  page: boolean;
  /** Why something is not kept; "" where nothing is amiss. */
  reason: string;
  /** More is being fetched. */
  busy: boolean;
}

/**
 * The one spelling of a URL's path that the listing has: browsers tell `ä` from `%C3%A4` by nothing but the letters, and
 * `+` from `%2B`. The twin of `_address` in `pipeline/modelpress/site/publish/offline.py`.
 */
export function address(path: string): string {
  return path.split("/").map((part) => {
    try {
      return encodeURIComponent(decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, "%25")));
    } catch {
      return part; // bytes that are no UTF-8: no file of the site
    }
  }).join("/");
}

/** Bytes as readers see them: 640 kB, 12.3 MB. */
export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))}\u202fkB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)}\u202fMB`;
}
