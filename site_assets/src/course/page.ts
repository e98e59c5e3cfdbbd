/** On pages of a course: terms, the map, what was read, and formulas wider than the screen. */
import { optionalPart, setText } from "../core/dom";
import { keepReachable } from "../core/observe-size";
import { Reading } from "./kept";
import { showMap } from "./map";
import { wireTerms } from "./terms";

const ROOT = new URL("../../", import.meta.url); // the script lies in assets/modelpress/

/** Notes that a lesson was begun, and read once its end has been on the screen. */
function watchLesson(end: HTMLElement, reading: Reading): void {
  const lesson = end.dataset["lesson"]!;
  reading.note(lesson, "begun");
  const watch = new IntersectionObserver(([seen]) => {
    if (!seen?.isIntersecting) return;
    watch.disconnect();
    reading.note(lesson, "read");
    const state = optionalPart(end, "state");
    if (state && reading.all()[lesson] === "read") setText(state, state.textContent.replace(/\.?$/, ", read."));
  });
  watch.observe(end);
}

const reading = new Reading(ROOT);
wireTerms(document);
keepReachable(document.querySelectorAll(".mp-formula"), { role: "group", "aria-label": "Formula" });
for (const map of document.querySelectorAll<HTMLElement>(".mp-course")) showMap(map, reading);
for (const end of document.querySelectorAll<HTMLElement>(".mp-lesson-end")) watchLesson(end, reading);
