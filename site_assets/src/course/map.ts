/** The map of the course: state of each lesson, the next lesson, and the button that deletes the progress. */
import { own } from "../core/own";
import { part, setText } from "../core/dom";
import type { LessonStates, ReadingProgress } from "./kept";

const WORDS = { read: "Read", begun: "Begun" };

export function showMap(map: HTMLElement, reading: ReadingProgress): void {
  const forget = part<HTMLButtonElement>(map, "forget");
  forget.addEventListener("click", () => {
    reading.forget();
    show(map, {});
    setText(part(map, "said"), "Forgotten. Your reading progress is no longer on this device.");
    map.querySelector("a")?.focus(); // the focused button is hidden now
  });
  show(map, reading.all());
  // Progress in another tab.
  window.addEventListener("storage", () => { show(map, reading.all()); });
}

function show(map: HTMLElement, kept: LessonStates): void {
  const items = [...map.querySelectorAll<HTMLElement>("[data-lesson]")];
  const stateOf = (item: HTMLElement) => own(kept, item.dataset["lesson"]!);
  const started = items.filter(stateOf);
  const next = started.length ? items.find((item) => stateOf(item) !== "read") : undefined;
  for (const item of items) {
    const state = stateOf(item);
    item.dataset["state"] = state ?? "new";
    item.toggleAttribute("data-next", item === next);
    const words = [state ? WORDS[state] : "", item === next ? "continue here" : ""].filter(Boolean).join("; ");
    setText(part(item, "state"), words.charAt(0).toUpperCase() + words.slice(1));
  }
  const read = items.filter((item) => stateOf(item) === "read").length;
  setText(part(map, "said"), started.length ? `You have read ${read} of ${items.length} lessons. This is kept on your device only.` : "");
  part(map, "forget").hidden = started.length === 0;
}
