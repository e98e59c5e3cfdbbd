/** Values as cells of a picture: orange for positive, blue for negative, stronger for larger. */
import { significant } from "../../core/number-format";
import { escape } from "../../core/html";

const SHADES = 12;

/** An SVG of values, row by row. most: the value at full strength. over: SVG on top, in cells. */
export function cells(values: readonly number[], columns: number, most: number, over = ""): string {
  const paths = new Map<number, string>();
  values.forEach((value, i) => {
    const shade = Math.round((Math.max(-most, Math.min(most, value)) / most) * SHADES);
    if (shade) paths.set(shade, `${paths.get(shade) ?? ""}M${i % columns} ${Math.floor(i / columns)}h1v1h-1z`);
  });
  const drawn = [...paths].map(([shade, d]) => `<path${shade < 0 ? ' class="mp-low"' : ""} fill-opacity="${(Math.abs(shade) / SHADES).toFixed(2)}" d="${d}"/>`);
  return `<svg class="mp-value-map" viewBox="0 0 ${columns} ${Math.ceil(values.length / columns)}" aria-hidden="true">${drawn.join("")}${over}</svg>`;
}

/** A few values with their numbers, row by row; null beyond an edge. */
export function grid(name: string, values: readonly (number | null)[], columns: number, most: number): string {
  const cell = (value: number | null): string => {
    const strength = value === null ? 0 : Math.round((Math.abs(value) / most) * 70);
    const kind = value === null ? ' class="mp-beyond"' : value < 0 ? ' class="mp-low"' : "";
    return `<i${kind} style="--mp-strength:${strength}%">${value === null ? "" : short2(value)}</i>`;
  };
  return `<div class="mp-value-grid"><p class="mp-axis-name">${escape(name)}</p><div style="--mp-columns:${columns}">${values.map(cell).join("")}</div></div>`;
}

/** At most two digits after the point: the cells are small. */
const short2 = (value: number): string => (Math.abs(value) >= 10 ? significant(value, 2) : value.toFixed(Math.abs(value) >= 1 ? 1 : 2).replace("-", "−").replace(/^(−?)0\./, "$1."));
