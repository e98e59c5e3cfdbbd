/** `<modelpress-offline>`: shows the site's size, downloads the whole site for offline use, or removes it. */
import { part, setText } from "../core/dom";
import { megabytes, type CacheStatus, type WorkerRequest } from "./listing";

const NONE = "This browser does not let the site store files: it has no service workers, or this is a private window. The site still works online.";

export class OfflineControl extends HTMLElement {
  static send: (request: WorkerRequest) => Promise<boolean>;
  static listeners: Set<(status: CacheStatus) => void>;
  static root: URL;

  #lifetime: AbortController | null = null;
  #requested = false;

  connectedCallback(): void {
    if (this.#lifetime) return;
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    const listener = (status: CacheStatus): void => { this.#show(status); };
    OfflineControl.listeners.add(listener);
    signal.addEventListener("abort", () => { OfflineControl.listeners.delete(listener); });
    part(this, "take").addEventListener("click", () => void this.#download(), { signal });
    part(this, "remove").addEventListener("click", () => void this.#remove(), { signal });
    void this.#showSize();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#lifetime?.abort();
      this.#lifetime = null;
    });
  }

  /** Shows the site's size before any download, then requests the cache status. */
  async #showSize(): Promise<void> {
    try {
      const response = await fetch(new URL("offline.json", OfflineControl.root));
      const { bytes, files } = (await response.json()) as { bytes: number; files: number };
      setText(part(this, "take"), `Download the whole site (${megabytes(bytes)})`);
      setText(part(this, "status"), `The whole site is ${megabytes(bytes)} in ${files} files.`);
    } catch {
      setText(part(this, "status"), "There is no connection now. Pages that are kept still work.");
    }
    if (!(await OfflineControl.send({ type: "tell" }))) setText(part(this, "notice"), NONE);
  }

  async #download(): Promise<void> {
    this.#requested = true;
    part<HTMLButtonElement>(this, "take").disabled = true;
    const storage = navigator.storage as StorageManager | undefined;
    // The reader wants the files to stay. Firefox shows a prompt, so the download does not wait for the result.
    void storage?.persist?.().catch(() => false);
    if (!(await OfflineControl.send({ type: "take" }))) setText(part(this, "notice"), NONE);
  }

  async #remove(): Promise<void> {
    this.#requested = true;
    await OfflineControl.send({ type: "remove" });
  }

  #show({ files, bytes, allFiles, allBytes, whole, reason, busy }: CacheStatus): void {
    const known = allFiles > 0; // the list of files may be unreachable
    const all = known && files === allFiles;
    const bar = part<HTMLProgressElement>(this, "progress");
    bar.hidden = !busy;
    bar.max = allFiles;
    bar.value = files;
    const take = part<HTMLButtonElement>(this, "take");
    take.disabled = busy || all;
    const more = known ? ` (${megabytes(allBytes - bytes)} more)` : "";
    setText(take, all ? "The whole site is on this device" : `Download the whole site${more}`);
    part<HTMLButtonElement>(this, "remove").disabled = files === 0 || busy;
    const kept = files === 0 ? "Nothing is kept on this device." : `${files} of ${allFiles} files are kept: ${megabytes(bytes)} of ${megabytes(allBytes)}.`;
    setText(part(this, "status"), busy ? `${kept} Fetching …` : kept);
    this.setAttribute("state", busy ? "busy" : all && whole ? "whole" : files ? "part" : "none");
    if (this.#requested && !busy) setText(part(this, "notice"), reason);
  }
}
