/** The screen's eyedropper, in browsers that support it. */

interface EyeDropper {
  open(options: { signal: AbortSignal }): Promise<{ sRGBHex: string }>;
}

interface Wiring {
  signal: AbortSignal;
  take: (hex: string) => void;
  fail: (sentence: string) => void;
}

export function attachEyedropper(button: HTMLButtonElement, { signal, take, fail }: Wiring): void {
  const { EyeDropper } = globalThis as { EyeDropper?: new () => EyeDropper };
  button.hidden = EyeDropper === undefined;
  if (EyeDropper === undefined) return;
  const pick = async (): Promise<void> => {
    try {
      take((await new EyeDropper().open({ signal })).sRGBHex);
    } catch (error) {
      // AbortError: the reader pressed Escape, which is no failure.
      if (error instanceof DOMException && error.name === "AbortError") return;
      fail("The browser could not pick a colour from the screen: use the sliders or type one.");
    }
  };
  button.addEventListener("click", () => void pick(), { signal });
}
