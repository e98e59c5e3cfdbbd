/** A published site as seen from another site's page: its models, figures, styles and scripts. */
import { sha256 } from "../core/sha256";
import type { EmbeddedModel, EmbedListing, FileEntry } from "../core/schema";
import { nearest } from "./nearest";
import { registry } from "./registry";
import { EmbedError, fetchError } from "./trouble";

/** The used exports of the entry script. */
interface Entry {
  defineFigure(tag: string): void;
}

const LISTING = "models/embed.json";
const FORMAT = 1;

export class Site {
  private readonly cache = new Map<string, Promise<unknown>>();

  /** root: URL of the site, with a trailing slash. tag: element name of this site's figures. */
  constructor(
    readonly root: string,
    readonly tag: string,
  ) {}

  /** The model with this slug. Rejects with an EmbedError that suggests similar names. */
  async model(slug: string | null): Promise<EmbeddedModel> {
    const { models } = await this.listing();
    if (slug !== null && Object.hasOwn(models, slug)) return models[slug]!;
    const names = Object.keys(models).sort();
    const near = nearest(slug ?? "", names);
    const known = near.length > 0 ? `Did you mean ${near.map(quoted).join(" or ")}?` : `It has ${names.map(quoted).join(", ")}.`;
    throw new EmbedError(
      slug === null
        ? `This element has no attribute model. Name a model of ${this.root}, as in model="${names[0] ?? "slug"}".`
        : `There is no model ${quoted(slug.slice(0, 60))} on ${this.root}. ${known}`,
    );
  }

  /** HTML of a model's figure, rendered by the build with Python's prediction. */
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

  /** Loads this site's scripts, which activate all its figures, present and future. */
  async start(): Promise<void> {
    const { entry } = await this.listing();
    const url = this.address(entry);
    registry().scripts.add(url);
    const scripts = await this.once(url, async () => {
      try {
        return (await import(url)) as Entry;
      } catch (error) {
        throw await fetchError(url, error);
      }
    });
    scripts.defineFigure(this.tag);
  }

  /** The absolute URL of a file of the site. */
  address(url: string): string {
    return new URL(url, this.root).href;
  }

  private listing(): Promise<EmbedListing> {
    return this.once(LISTING, async () => {
      const listing = parsed(await this.text(LISTING), this.address(LISTING));
      if (listing.format !== FORMAT) {
        throw new EmbedError(`${this.root} has been published again since this script was loaded. Load the page again.`);
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
      // The list is always revalidated, because the files that an older one names may be gone.
      response = await fetch(address, { cache: url === LISTING ? "no-cache" : "default" });
    } catch (error) {
      throw await fetchError(address, error);
    }
    if (!response.ok) throw new EmbedError(`${address} could not be fetched: the server answered ${response.status}.`);
    return response.text();
  }

  /** Runs `make` once for each key and shares the result between elements. Failures are not cached. */
  private once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const cached = this.cache.get(key) as Promise<T> | undefined;
    if (cached) return cached;
    const result = make();
    this.cache.set(key, result);
    result.catch(() => this.cache.delete(key));
    return result;
  }
}

function parsed(text: string, address: string): EmbedListing {
  try {
    return JSON.parse(text) as EmbedListing;
  } catch (error) {
    throw new EmbedError(`${address} is not the list of models of a Modelpress site.`, { cause: error });
  }
}

function quoted(name: string): string {
  return `"${name}"`;
}
