/** The unit a kind's spec names, as it stands behind a number; nothing where it names none. */
import type { KindSpec } from "./kinds";
import { THIN } from "./numerals";

export function unitText(spec: KindSpec): string {
  const unit = spec["unit"];
  return typeof unit === "string" && unit !== "" ? THIN + unit : "";
}
