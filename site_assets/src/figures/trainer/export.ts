/** Exports a training as a file: starts a download. */
import { optionalPart, part, setText } from "../../core/dom";
import type { Trainer } from "./run";

const FORMS = ["keras", "tfjs"] as const;

const WORDS = {
  keras: "In Python: keras.models.load_model reads it.",
  zip: "It holds the weights and rebuild.py, which makes a Keras file of them.",
  tfjs: "It holds model.json and weights.bin: tf.loadLayersModel reads them.",
} as const;

/** Attaches the export buttons. `opened`: returns the trainer, loading it if needed; null if the run has ended. */
export function attachExport(
  root: HTMLElement,
  opened: () => Promise<Trainer | null>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): void {
  for (const form of FORMS) {
    const button = optionalPart(root, `take-${form}`);
    button?.addEventListener("click", () => void exportAs(form, button), { signal });
  }

  async function exportAs(form: (typeof FORMS)[number], button: HTMLElement): Promise<void> {
    button.setAttribute("aria-busy", "true");
    try {
      const trainer = await opened();
      if (!trainer) return;
      const { name, bytes } = await trainer.take(form);
      save(name, bytes);
      const words = form === "keras" && name.endsWith(".zip") ? WORDS.zip : WORDS[form];
      setText(part(root, "notice"), `${name} is among your downloads. ${words}`);
    } catch (error) {
      failed(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}

function save(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  // The download reads the file later and reports no end.
  setTimeout(() => { URL.revokeObjectURL(link.href); }, REVOKE_AFTER_MS);
}

const REVOKE_AFTER_MS = 60_000;
