/** On pages of a course: terms, the map, what was read, and formulas wider than the screen. */
import { optionalPart, setText } from "../parts";
import { Reading } from "./kept";
import { showMap } from "./map";
import { wireTerms } from "./terms";

const ROOT = new URL("../../", import.meta.url); // the script lies in assets/modelpress/

/** A formula that has to be scrolled can be reached by keyboard. */
function watchFormulas(): void {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      if (wide) for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Formula"]] as const) target.setAttribute(name, value);
      else for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
    }
  });
  for (const formula of document.querySelectorAll(".mp-formula")) watch.observe(formula);
}

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
watchFormulas();
for (const map of document.querySelectorAll<HTMLElement>(".mp-course")) showMap(map, reading);
for (const end of document.querySelectorAll<HTMLElement>(".mp-lesson-end")) watchLesson(end, reading);
