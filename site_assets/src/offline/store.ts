/** The files of one build on this device: fetched whole, checked against the build's own hashes, or not kept. */
import { sha256 } from "../core/sha256";
import { own } from "../core/own";
import { address, type Listing } from "./listing";

const AT_ONCE = 4;
const STATE = "modelpress-offline-state";

/** What the reader has asked for, carried over from build to build. */
export interface State {
  visited: string[];
  whole: boolean;
  /** The reader has removed all and wants nothing kept until they ask. */
  off?: boolean;
}

/** A file is not what the build wrote: the server has another build by now, or a copy is damaged. */
export class AnotherBuild extends Error {}

export class Store {
  #listing: Listing | null = null;

  /** root: URL of the site's root. prefix: of the names of this site's caches. */
  constructor(private readonly root: URL, private readonly prefix: string, private readonly build: string) {}

  get name(): string {
    return this.prefix + this.build;
  }

  async listing(): Promise<Listing> {
    if (this.#listing) return this.#listing;
    const cache = await caches.open(this.name);
    const url = new URL(`offline-${this.build}.json`, this.root).href;
    const kept = await cache.match(url);
    const response = kept ?? (await fetch(url, { cache: "no-store" }));
    if (!response.ok) throw new AnotherBuild(`the server answered ${response.status}`);
    const copy = response.clone();
    const found = (await response.json().catch(() => null)) as Partial<Listing> | null;
    // Something else may answer in its place, such as a log-in page: that is not kept.
    if (found?.build !== this.build) throw new AnotherBuild(`${url} is not the list of this build`);
    if (!kept) await cache.put(url, copy);
    return (this.#listing = found as Listing);
  }

  /** The kept response to a URL of the site, with a slash added where a folder was meant. */
  async match(url: URL): Promise<Response | undefined> {
    return (await caches.open(this.name)).match(this.#key(url).replace(/\/index\.html$/, "/"));
  }

  /** What a URL of the site is kept under. */
  #key(url: URL): string {
    const { href } = this.root;
    const plain = url.origin + url.pathname;
    return plain.startsWith(href) ? href + address(plain.slice(href.length)) : plain;
  }

  /** The same from builds that tabs opened before the last update may still run. */
  async matchEarlier(url: URL): Promise<Response | undefined> {
    for (const name of await this.#others()) {
      const found = await (await caches.open(name)).match(this.#key(url));
      if (found) return found;
    }
    return undefined;
  }

  /** Keeps these files; what is there already is not fetched again. Rejects with the first error. */
  async keep(urls: Iterable<string>, progress: () => void = () => undefined): Promise<void> {
    const { files } = await this.listing();
    const cache = await caches.open(this.name);
    const had = new Set((await cache.keys()).map(({ url }) => url));
    const waiting = [...new Set(urls)].filter((url) => own(files, url) && !had.has(new URL(url, this.root).href));
    const fetchNext = async (): Promise<void> => {
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
        await this.#keepOne(cache, url, own(files, url)![1]);
        progress();
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
    } catch (error) {
      waiting.length = 0; // the others stop after the file they are at
      throw error;
    }
  }

  async #keepOne(cache: Cache, url: string, checksum: string): Promise<void> {
    const address = new URL(url, this.root);
    for (const find of [() => this.matchEarlier(address), () => fetch(address, { cache: "no-cache" })]) {
      const response = await find();
      if (!response?.ok) continue;
      const bytes = await response.arrayBuffer();
      if ((await sha256(new Uint8Array(bytes))) !== checksum) continue;
      const headers = new Headers({ "content-type": response.headers.get("content-type") ?? "application/octet-stream" });
      await cache.put(address.href, new Response(bytes, { headers })); // a redirected response could not answer a page
      return;
    }
    throw new AnotherBuild(`${url} is not the file of this build`);
  }

  /** Files and bytes that are kept, of those the build lists. */
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

  /** This build's state, or that of the build before it. */
  async state(): Promise<State> {
    for (const name of [this.name, ...(await this.#others())]) {
      const found = await (await caches.open(name)).match(new URL(STATE, this.root).href);
      const state = (await found?.json().catch(() => null)) as State | null | undefined;
      if (Array.isArray(state?.visited)) return state; // else a build wrote it that kept other things
    }
    return { visited: [], whole: false };
  }

  async write(state: State): Promise<void> {
    const body = new Response(JSON.stringify(state), { headers: { "content-type": "application/json" } });
    await (await caches.open(this.name)).put(new URL(STATE, this.root).href, body);
  }

  /** Removes what this build has, or what the other builds have. */
  async remove(which: "this" | "others"): Promise<void> {
    const names = which === "this" ? [this.name] : await this.#others();
    await Promise.all(names.map((name) => caches.delete(name)));
    if (which === "this") this.#listing = null;
  }

  async #others(): Promise<string[]> {
    return (await caches.keys()).filter((name) => name.startsWith(this.prefix) && name !== this.name);
  }
}
