/**
 * Worksheets: a lesson printed as its questions only, with room to write or with answers. The state is in the address:
 * `#worksheet`, `#worksheet=answers`.
 */
const QUESTIONS = "details.question";

type Kind = "blank" | "answers";

/** Follows the address, and prints when a link to a worksheet on this page is pressed. */
export function wireWorksheets(page: Document): void {
  const follow = (): void => { show(page, kindOf(location.hash)); };
  window.addEventListener("hashchange", follow);
  page.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-worksheet-link]") : null;
    if (!link) return;
    show(page, kindOf(link.hash));
    setTimeout(() => { window.print(); }); // after the address has changed
  });
  follow();
}

function kindOf(hash: string): Kind | null {
  const states = hash.slice(1).split("&"); // beside states of figures
  if (states.includes("worksheet")) return "blank";
  return states.includes("worksheet=answers") ? "answers" : null;
}

function show(page: Document, kind: Kind | null): void {
  if (kind === null) {
    delete page.documentElement.dataset["worksheet"];
    return;
  }
  page.documentElement.dataset["worksheet"] = kind;
  for (const question of page.querySelectorAll<HTMLDetailsElement>(QUESTIONS)) question.open = kind === "answers";
}
