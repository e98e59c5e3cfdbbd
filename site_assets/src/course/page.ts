/** The script of course pages: terms, the map, reading progress, questions, and scrollable formulas. */
import { optionalPart, setText } from "../core/dom";
import { keepReachable } from "../core/observe-size";
import { wireGuesses } from "./guess";
import { ReadingProgress } from "./kept";
import { showMap } from "./map";
import { wireTerms } from "./terms";
import { wireWorksheets } from "./worksheet";

const ROOT = new URL("../../", import.meta.url); // the script lies in assets/modelpress/

/** Records that a lesson was begun, and that it was read when its end comes into view. */
function trackLesson(end: HTMLElement, reading: ReadingProgress): void {
  const lesson = end.dataset["lesson"]!;
  reading.record(lesson, "begun");
  const watch = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    watch.disconnect();
    reading.record(lesson, "read");
    const state = optionalPart(end, "state");
    if (state && reading.all()[lesson] === "read") setText(state, state.textContent.replace(/\.?$/, ", read."));
  });
  watch.observe(end);
}

const reading = new ReadingProgress(ROOT);
const wired = new WeakSet<HTMLElement>();

/** Returns the elements that no earlier call returned. */
function fresh(selector: string): HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => !wired.has(element));
  for (const element of found) wired.add(element);
  return found;
}

function wire(): void {
  keepReachable(fresh(".mp-formula"), { role: "group", "aria-label": "Formula" });
  for (const map of fresh(".mp-course")) showMap(map, reading);
  for (const end of fresh(".mp-lesson-end")) trackLesson(end, reading);
}

const PARTS = ".mp-formula, .mp-course, .mp-lesson-end";
wireTerms(document);
wireWorksheets(document);
wireGuesses(document);
wire();
// Instant navigation replaces the page's content, and runs a module only once.
new MutationObserver((records) => {
  const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
  if (added.some((element) => element.matches(PARTS) || element.querySelector(PARTS) !== null)) wire();
}).observe(document.documentElement, { childList: true, subtree: true });
