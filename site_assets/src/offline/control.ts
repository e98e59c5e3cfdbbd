/** `<modelpress-offline>`: takes the whole site offline, its size told first, or removes it from the device. */
import { part, setText } from "../core/dom";
import { megabytes, type Kept, type Wish } from "./listing";

const NONE = "This browser lets the site keep nothing here: it has no service workers, or this is a private window. The site goes on online.";

export class OfflineControl extends HTMLElement {
  static ask: (wish: Wish) => Promise<boolean>;
  static listeners: Set<(kept: Kept) => void>;
  static root: URL;

  #life: AbortController | null = null;
  #asked = false;

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const hear = (kept: Kept): void => { this.#show(kept); };
    OfflineControl.listeners.add(hear);
    signal.addEventListener("abort", () => { OfflineControl.listeners.delete(hear); });
    part(this, "take").addEventListener("click", () => void this.#take(), { signal });
    part(this, "remove").addEventListener("click", () => void this.#remove(), { signal });
    void this.#first();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
    });
  }

  /** The size, before anything is fetched; then what the worker says. */
  async #first(): Promise<void> {
    try {
      const response = await fetch(new URL("offline.json", OfflineControl.root));
      const { bytes, files } = (await response.json()) as { bytes: number; files: number };
      setText(part(this, "take"), `Take the whole site offline (${megabytes(bytes)})`);
      setText(part(this, "status"), `The whole site is ${megabytes(bytes)} in ${files} files.`);
    } catch {
      setText(part(this, "status"), "There is no connection now; what is kept goes on working.");
    }
    if (!(await OfflineControl.ask({ type: "tell" }))) setText(part(this, "notice"), NONE);
  }

  async #take(): Promise<void> {
    this.#asked = true;
    part<HTMLButtonElement>(this, "take").disabled = true;
    const storage = navigator.storage as StorageManager | undefined;
    // Asked for now, since the reader wants it to stay. Firefox asks the reader in turn: what is taken does not wait for that.
    void storage?.persist?.().catch(() => false);
    if (!(await OfflineControl.ask({ type: "take" }))) setText(part(this, "notice"), NONE);
  }

  async #remove(): Promise<void> {
    this.#asked = true;
    await OfflineControl.ask({ type: "remove" });
  }

  #show({ files, bytes, allFiles, allBytes, whole, reason, busy }: Kept): void {
    const all = files === allFiles;
    const bar = part<HTMLProgressElement>(this, "progress");
    bar.hidden = !busy;
    bar.max = allFiles;
    bar.value = files;
    const take = part<HTMLButtonElement>(this, "take");
    take.disabled = busy || all;
    setText(take, all ? "The whole site is on this device" : `Take the whole site offline (${megabytes(allBytes - bytes)} more)`);
    part<HTMLButtonElement>(this, "remove").disabled = files === 0 || busy;
    const kept = files === 0 ? "Nothing is kept on this device." : `${files} of ${allFiles} files are kept: ${megabytes(bytes)} of ${megabytes(allBytes)}.`;
    setText(part(this, "status"), busy ? `${kept} Fetching …` : kept);
    this.setAttribute("state", busy ? "busy" : all && whole ? "whole" : files ? "part" : "none");
    if (this.#asked && !busy) setText(part(this, "notice"), reason);
  }
}
