/**
 * The archive's files. No page opened from a folder may read one, but it may run scripts: so each file that is read
 * has a twin, `<file>.js`, which hands over its content as a text.
 */

/** The archive's root. This script lies in assets/modelpress/. */
export const ROOT = new URL("../../", currentUrl());

const running = new Map<string, Promise<void>>();
const arrived = new Map<string, () => Uint8Array<ArrayBuffer>>();

function currentUrl(): string {
  return (document.currentScript as HTMLScriptElement).src;
}

/** Runs a script once. Rejects where it can't be loaded; the next call tries again. */
export function runScript(url: string): Promise<void> {
  const known = running.get(url);
  if (known) return known;
  const element = document.createElement("script");
  element.src = url;
  const started = new Promise<void>((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => {
      running.delete(url);
      reject(new TypeError(`${nameOf(url)} is missing or damaged; unpack the archive again`));
    };
  }).finally(() => element.remove());
  running.set(url, started);
  document.head.append(element);
  return started;
}

/** What a twin calls: the content of the file whose twin runs now. */
export function take(read: () => Uint8Array<ArrayBuffer>): void {
  arrived.set(currentUrl().replace(/\.js$/, ""), read);
}

export function fromText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** The bytes of one of the archive's files. Rejects with TypeError, as `fetch` does. */
export async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  await runScript(`${url}.js`);
  const read = arrived.get(url);
  if (!read) throw new TypeError(`${nameOf(url)} is damaged; unpack the archive again`);
  return read();
}

function nameOf(url: string): string {
  return url.slice(ROOT.href.length);
}
