/** Questions ask for a prediction: pressing one shows a field first, and the answer after it. Nothing is stored or sent. */
const QUESTIONS = "details.question";

export function wireGuesses(page: Document): void {
  page.addEventListener("click", ({ target }) => {
    const summary = target instanceof Element ? target.closest("summary") : null;
    const question = summary?.parentElement;
    if (!(question instanceof HTMLDetailsElement) || !question.matches(QUESTIONS)) return;
    if (question.open || question.querySelector(".mp-guess") || page.documentElement.dataset["worksheet"]) return;
    summary!.after(form(page, question));
    question.dataset["asks"] = ""; // the styles hide the answer
  });
}

function form(page: Document, question: HTMLDetailsElement): HTMLFormElement {
  const asked = page.createElement("form");
  asked.className = "mp-guess";
  const label = page.createElement("label");
  label.textContent = "What do you expect, and why? ";
  const text = page.createElement("textarea");
  text.rows = 2;
  label.append(text);
  const button = page.createElement("button");
  button.className = "mp-button";
  button.textContent = "Show the answer";
  asked.append(label, button);
  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    delete question.dataset["asks"];
    const said = page.createElement("p");
    said.className = "mp-guess";
    said.tabIndex = -1;
    said.textContent = text.value.trim() ? `You expected: ${text.value.trim()}` : "The answer:";
    asked.replaceWith(said);
    said.focus();
  });
  return asked;
}
