/** The script of course pages: terms, the map, reading progress, and scrollable formulas. */
import { optionalPart, setText } from "../core/dom";
import { keepReachable } from "../core/observe-size";
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
wireTerms(document);
wireWorksheets(document);
keepReachable(document.querySelectorAll(".mp-formula"), { role: "group", "aria-label": "Formula" });
for (const map of document.querySelectorAll<HTMLElement>(".mp-course")) showMap(map, reading);
for (const end of document.querySelectorAll<HTMLElement>(".mp-lesson-end")) trackLesson(end, reading);
