/** Picture of the first layer's weights: shows one selected tile enlarged, chosen by pointer or keys. */
import { layoutOf, sizeOfCells, tileAt } from "../../core/tiles";
import { part, setText } from "../../core/dom";
import { weightWords } from "./words";

export function attachWeights(section: HTMLElement): void {
  const layout = layoutOf(section.dataset);
  const [columns, rows] = sizeOfCells(layout);
  const largest = JSON.parse(section.dataset["largest"] ?? "[]") as number[];
  const which = part<HTMLInputElement>(section, "which");
  const [large, sheet, reading] = ["large", "sheet", "weight"].map((name) => part(section, name));
  const ring = document.createElement("span");
  ring.className = "mp-value-ring";
  ring.style.inlineSize = `${String((layout.width / columns) * 100)}%`;
  ring.style.blockSize = `${String((layout.height / rows) * 100)}%`;
  sheet!.append(ring);

  const show = (tile: number): void => {
    const [x, y] = tileAt(layout, tile);
    large!.style.setProperty("--mp-x", String(x));
    large!.style.setProperty("--mp-y", String(y));
    ring.style.insetInlineStart = `${String((x / columns) * 100)}%`;
    ring.style.insetBlockStart = `${String((y / rows) * 100)}%`;
    const text = weightWords(tile + 1, largest[tile] ?? 0, section.dataset["kind"] ?? "");
    setText(reading!, text);
    which.setAttribute("aria-valuetext", text);
  };
  const point = (event: PointerEvent): void => {
    const box = sheet!.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * rows);
    for (let tile = 0; tile < layout.tiles; tile += 1) {
      const [left, top] = tileAt(layout, tile);
      if (x < left || x >= left + layout.width || y < top || y >= top + layout.height) continue;
      which.value = String(tile + 1);
      show(tile);
    }
  };
  sheet!.addEventListener("pointermove", point);
  sheet!.addEventListener("pointerdown", point);
  which.addEventListener("input", () => { show(which.valueAsNumber - 1); });
  show(which.valueAsNumber - 1);
}
