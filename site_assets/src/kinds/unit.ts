/** The unit a kind's spec names, as it stands behind a number; nothing where it names none. */
import type { KindSpec } from "./contract";
import { THIN } from "../core/number-format";

export function unitText(spec: KindSpec): string {
  const unit = spec["unit"];
  return typeof unit === "string" && unit !== "" ? THIN + unit : "";
}
