/** The cached files of one build. Each file is checked against its SHA-256 before it is stored. */
import { sha256 } from "../core/sha256";
import { own } from "../core/own";
import { address, type Listing } from "./listing";

const AT_ONCE = 4;
const STATE = "modelpress-offline-state";

/** The reader's choices, copied from build to build. */
export interface State {
  visited: string[];
  whole: boolean;
  /** The reader has removed all files: nothing is cached until they request a download. */
  off?: boolean;
}

type Source = (address: URL) => Promise<Response | undefined>;

/** A file does not match the build: the server has another build, or the file is damaged. */
export class BuildMismatchError extends Error {}

export class Store {
  #listing: Listing | null = null;

  /** root: URL of the site's root. prefix: common prefix of the names of this site's caches. */
  constructor(private readonly root: URL, private readonly prefix: string, private readonly build: string) {}

  get name(): string {
    return this.prefix + this.build;
  }

  async listing(): Promise<Listing> {
    if (this.#listing) return this.#listing;
    const cache = await caches.open(this.name);
    const url = this.#listingUrl;
    const kept = await cache.match(url);
    const response = kept ?? (await fetch(url, { cache: "no-store" }));
    if (!response.ok) throw new BuildMismatchError(`the server answered ${response.status}`);
    const copy = response.clone();
    const found = (await response.json().catch(() => null)) as Partial<Listing> | null;
    // The response may be another document, such as a log-in page, which must not be cached.
    if (found?.build !== this.build) throw new BuildMismatchError(`${url} is not the list of this build`);
    if (!kept) await cache.put(url, copy);
    return (this.#listing = found as Listing);
  }

  /** The cached response to a URL of the site. */
  async match(url: URL): Promise<Response | undefined> {
    const cache = await caches.open(this.name);
    const key = this.#key(url).replace(/\/index\.html$/, "/");
    const found = await cache.match(key);
    const listed = found ? null : await this.#kept(cache);
    const same = listed && own(listed.same, key.slice(this.root.href.length));
    return same === undefined || same === null ? found : cache.match(new URL(same, this.root).href);
  }

  /** The listing if it is cached, without a request. */
  async #kept(cache: Cache): Promise<Listing | null> {
    const response = this.#listing ? undefined : await cache.match(this.#listingUrl);
    return (this.#listing ??= ((await response?.json()) as Listing | undefined) ?? null);
  }

  get #listingUrl(): string {
    return new URL(`offline-${this.build}.json`, this.root).href;
  }

  /** The cache key of a URL of the site. */
  #key(url: URL): string {
    const { href } = this.root;
    const plain = url.origin + url.pathname;
    return plain.startsWith(href) ? href + address(plain.slice(href.length)) : plain;
  }

  /** The cached response of an earlier build, which tabs opened before the update may still use. */
  async matchEarlier(url: URL): Promise<Response | undefined> {
    for (const name of await this.#others()) {
      const found = await (await caches.open(name)).match(this.#key(url));
      if (found) return found;
    }
    return undefined;
  }

  /** Caches files that are not cached yet. Rejects with the first error. */
  async keep(urls: Iterable<string>, progress: () => void = () => undefined): Promise<void> {
    const { files } = await this.listing();
    const cache = await caches.open(this.name);
    const cached = new Set((await cache.keys()).map(({ url }) => url));
    const waiting = [...new Set(urls)].filter((url) => own(files, url) && !cached.has(new URL(url, this.root).href));
    const fetchNext = async (): Promise<void> => {
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
        await this.#keepOne(cache, url, own(files, url)![1]);
        progress();
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
    } catch (error) {
      waiting.length = 0; // the other downloads stop after their current file
      throw error;
    }
  }

  /** Caches those of the files that an earlier build holds, without requests. */
  async keepUnchanged(urls: Iterable<string>): Promise<void> {
    const { files } = await this.listing();
    const cache = await caches.open(this.name);
    for (const url of new Set(urls)) {
      const file = own(files, url);
      if (file) await this.#put(cache, url, file[1], (address) => this.matchEarlier(address));
    }
  }

  async #keepOne(cache: Cache, url: string, checksum: string): Promise<void> {
    const sources: Source[] = [
      (address) => this.matchEarlier(address),
      (address) => fetch(address, { cache: "force-cache" }), // what the page has loaded costs no request
      (address) => fetch(address, { cache: "no-cache" }),
    ];
    for (const source of sources) if (await this.#put(cache, url, checksum, source)) return;
    throw new BuildMismatchError(`${url} is not the file of this build`);
  }

  /** Caches a source's response; returns false if it is not the file of this build. */
  async #put(cache: Cache, url: string, checksum: string, source: Source): Promise<boolean> {
    const address = new URL(url, this.root);
    const response = await source(address);
    if (!response?.ok) return false;
    const bytes = await response.arrayBuffer();
    if ((await sha256(new Uint8Array(bytes))) !== checksum) return false;
    const headers = new Headers({ "content-type": response.headers.get("content-type") ?? "application/octet-stream" });
    await cache.put(address.href, new Response(bytes, { headers })); // a copy, because a redirected response cannot answer a navigation
    return true;
  }

  /** Number and size in bytes of the build's cached files. */
  async count(): Promise<{ files: number; bytes: number }> {
    const { files } = await this.listing();
    const kept = new Set((await (await caches.open(this.name)).keys()).map(({ url }) => url));
    let [count, bytes] = [0, 0];
    for (const [url, [size]] of Object.entries(files)) {
      if (!kept.has(new URL(url, this.root).href)) continue;
      count += 1;
      bytes += size;
    }
    return { files: count, bytes };
  }

  async has(urls: Iterable<string>): Promise<boolean> {
    const cache = await caches.open(this.name);
    for (const url of urls) if (!(await cache.match(new URL(url, this.root).href))) return false;
    return true;
  }

  /** The state of this build, else that of an earlier one. */
  async state(): Promise<State> {
    for (const name of [this.name, ...(await this.#others())]) {
      const found = await (await caches.open(name)).match(new URL(STATE, this.root).href);
      const state = (await found?.json().catch(() => null)) as State | null | undefined;
      if (Array.isArray(state?.visited)) return state; // otherwise it is of a build with another format
    }
    return { visited: [], whole: false };
  }

  async write(state: State): Promise<void> {
    const body = new Response(JSON.stringify(state), { headers: { "content-type": "application/json" } });
    await (await caches.open(this.name)).put(new URL(STATE, this.root).href, body);
  }

  /** Deletes this build's cache, or the caches of all other builds. */
  async remove(which: "this" | "others"): Promise<void> {
    const names = which === "this" ? [this.name] : await this.#others();
    await Promise.all(names.map((name) => caches.delete(name)));
    if (which === "this") this.#listing = null;
  }

  async #others(): Promise<string[]> {
    return (await caches.keys()).filter((name) => name.startsWith(this.prefix) && name !== this.name);
  }
}
