/** The map of the course: what was begun and read, where to go on, and the button that forgets it. */
import { own } from "../core/own";
import { part, setText } from "../core/dom";
import type { Kept, Reading } from "./kept";

const WORDS = { read: "Read", begun: "Begun" };

export function showMap(map: HTMLElement, reading: Reading): void {
  const forget = part<HTMLButtonElement>(map, "forget");
  forget.addEventListener("click", () => {
    reading.forget();
    show(map, {});
    setText(part(map, "said"), "Forgotten. Nothing about your reading is kept on this device.");
    map.querySelector("a")?.focus(); // the button that had the focus is gone
  });
  show(map, reading.all());
  // Another tab has read on.
  window.addEventListener("storage", () => { show(map, reading.all()); });
}

function show(map: HTMLElement, kept: Kept): void {
  const items = [...map.querySelectorAll<HTMLElement>("[data-lesson]")];
  const stateOf = (item: HTMLElement) => own(kept, item.dataset["lesson"]!);
  const known = items.filter(stateOf);
  const next = known.length ? items.find((item) => stateOf(item) !== "read") : undefined;
  for (const item of items) {
    const state = stateOf(item);
    item.dataset["state"] = state ?? "new";
    item.toggleAttribute("data-next", item === next);
    const words = [state ? WORDS[state] : "", item === next ? "go on here" : ""].filter(Boolean).join("; ");
    setText(part(item, "state"), words.charAt(0).toUpperCase() + words.slice(1));
  }
  const read = items.filter((item) => stateOf(item) === "read").length;
  setText(part(map, "said"), known.length ? `You have read ${read} of ${items.length} lessons. This is kept on your device only.` : "");
  part(map, "forget").hidden = known.length === 0;
}
