/** Adds pictures to a figure: dropped, pasted, or chosen as a file. */
import { PictureError } from "./decode";

export interface FilePicker {
  /** The figure: the drop target. */
  root: HTMLElement;
  /** The picture's frame, highlighted during a drag. */
  zone: HTMLElement;
  button: HTMLElement;
  signal: AbortSignal;
  notice: (sentence: string) => void;
  /** Loads one file; throws a PictureError if it is rejected. */
  load: (file: Blob) => Promise<void>;
}

const ELSEWHERE =
  "That picture can't be read from here. Save it, then choose the file, or copy the picture itself and paste it.";

export function attachFilePicker({ root, zone, button, signal, notice, load }: FilePicker): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.hidden = true;
  input.tabIndex = -1;
  root.append(input); // Safari loses an input that is not in the document
  signal.addEventListener("abort", () => { input.remove(); });
  let newest = 0;

  const loadFirst = async (files: readonly Blob[]): Promise<void> => {
    const [file] = files;
    if (!file) return;
    const turn = ++newest;
    try {
      await load(file);
      if (files.length > 1 && turn === newest) notice("Only the first of these pictures is shown.");
    } catch (error) {
      if (signal.aborted || turn !== newest) return;
      if (!(error instanceof PictureError)) throw error;
      notice(error.message);
    }
  };
  const loadFrom = (data: DataTransfer | null): boolean => {
    const files = Array.from(data?.files ?? []);
    if (files.length > 0) {
      void loadFirst(files);
      return true;
    }
    const address = data?.getData("text/uri-list").split("\n")[0]?.trim();
    if (!address) return false;
    void fromAddress(address);
    return true;
  };
  /** Loads a picture dragged from a page; a page can read pictures of its own origin only. */
  const fromAddress = async (address: string): Promise<void> => {
    const picture = await fetch(address, { mode: "same-origin" }).then(
      (response) => (response.ok ? response.blob() : null),
      () => null,
    );
    if (signal.aborted) return;
    if (picture) await loadFirst([picture]);
    else notice(ELSEWHERE);
  };

  button.addEventListener("click", () => { input.click(); }, { signal });
  input.addEventListener(
    "change",
    () => {
      const files = Array.from(input.files ?? []);
      input.value = ""; // choosing the same file again then fires `change`
      void loadFirst(files);
    },
    { signal },
  );
  const over = (event: DragEvent): void => {
    const types = event.dataTransfer?.types ?? [];
    if (!types.includes("Files") && !types.includes("text/uri-list")) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    zone.setAttribute("data-dropping", "");
  };
  root.addEventListener("dragenter", over, { signal });
  root.addEventListener("dragover", over, { signal });
  root.addEventListener(
    "dragleave",
    (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) zone.removeAttribute("data-dropping");
    },
    { signal },
  );
  root.addEventListener(
    "drop",
    (event) => {
      zone.removeAttribute("data-dropping");
      if (loadFrom(event.dataTransfer)) event.preventDefault();
    },
    { signal },
  );
  // A paste goes to the focused figure, or else to the one under the mouse.
  document.addEventListener(
    "paste",
    (event) => {
      const target = event.target as Element;
      const inside = root.contains(target);
      const nowhere = target === document.body || target === document.documentElement;
      if (!inside && !(nowhere && root.matches(":hover"))) return;
      if (target.matches("input, textarea")) return; // text for the field
      if (loadFrom(event.clipboardData)) event.preventDefault();
      else notice("There is no picture on the clipboard: copy one, then paste it.");
    },
    { signal },
  );
}
