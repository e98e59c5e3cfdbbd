/** A published site as a page elsewhere meets it: which models it has, their figures, styles and scripts. */
import { sha256 } from "../core/sha256";
import type { EmbeddedModel, EmbedListing, FileEntry } from "../core/schema";
import { nearest } from "./nearest";
import { registry } from "./registry";
import { EmbedError, troubleWith } from "./trouble";

/** What the entry exports, as far as it is used here. */
interface Entry {
  defineFigure(tag: string): void;
}

const LISTING = "models/embed.json";
const FORMAT = 1;

export class Site {
  private readonly kept = new Map<string, Promise<unknown>>();

  /** root: address of the site, with a slash at its end. tag: of figures that this site's scripts bring to life. */
  constructor(
    readonly root: string,
    readonly tag: string,
  ) {}

  /** The model called `slug`. Rejects with an EmbedError that names the nearest ones. */
  async model(slug: string | null): Promise<EmbeddedModel> {
    const { models } = await this.listing();
    if (slug !== null && Object.hasOwn(models, slug)) return models[slug]!;
    const names = Object.keys(models).sort();
    const near = nearest(slug ?? "", names);
    const known = near.length > 0 ? `Perhaps ${near.map(quoted).join(" or ")} is meant` : `It has ${names.map(quoted).join(", ")}`;
    throw new EmbedError(
      slug === null
        ? `This element names no model of ${this.root}, as in model="${names[0] ?? "slug"}".`
        : `There is no model ${quoted(slug.slice(0, 60))} on ${this.root}. ${known}.`,
    );
  }

  /** A model's figure as the build drew it, with Python's answer. */
  async figure(model: EmbeddedModel): Promise<string> {
    return (JSON.parse(await this.verified(model)) as { html: string }).html;
  }

  async styles(): Promise<CSSStyleSheet> {
    const { styles } = await this.listing();
    return this.once("sheet", async () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(await this.verified(styles));
      return sheet;
    });
  }

  /** Brings this site's figures to life, those that are there and those that come. */
  async start(): Promise<void> {
    const { entry } = await this.listing();
    const url = this.address(entry);
    registry().scripts.add(url);
    const scripts = await this.once(url, async () => {
      try {
        return (await import(url)) as Entry;
      } catch (error) {
        throw await troubleWith(url, error);
      }
    });
    scripts.defineFigure(this.tag);
  }

  /** The absolute address of something on the site. */
  address(url: string): string {
    return new URL(url, this.root).href;
  }

  private listing(): Promise<EmbedListing> {
    return this.once(LISTING, async () => {
      const listing = parsed(await this.text(LISTING), this.address(LISTING));
      if (listing.format !== FORMAT) {
        throw new EmbedError(`${this.root} has been published anew since this script was loaded. Load the page again.`);
      }
      return listing;
    });
  }

  private verified(file: FileEntry): Promise<string> {
    return this.once(file.url, async () => {
      const text = await this.text(file.url);
      const bytes = new TextEncoder().encode(text);
      if (bytes.length === file.size_bytes && (await sha256(bytes)) === file.sha256) return text;
      throw new EmbedError(`${this.address(file.url)} is not the file that was built. Load the page again.`);
    });
  }

  private async text(url: string): Promise<string> {
    const address = this.address(url);
    let response: Response;
    try {
      // Asked for anew each time: with an older list the files it names may be gone.
      response = await fetch(address, { cache: url === LISTING ? "no-cache" : "default" });
    } catch (error) {
      throw await troubleWith(address, error);
    }
    if (!response.ok) throw new EmbedError(`${address} could not be fetched: the server answered ${response.status}.`);
    return response.text();
  }

  /** One download serves every element of the page; a failed one is forgotten. */
  private once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    this.kept.set(key, made);
    made.catch(() => this.kept.delete(key));
    return made;
  }
}

function parsed(text: string, address: string): EmbedListing {
  try {
    return JSON.parse(text) as EmbedListing;
  } catch (error) {
    throw new EmbedError(`${address} is not the list of models that a Modelpress site has there.`, { cause: error });
  }
}

function quoted(name: string): string {
  return `"${name}"`;
}
