/** Returns the unit of a kind's spec as a suffix to a number; "" without a unit. */
import type { KindSpec } from "./contract";
import { THIN } from "../core/number-format";

export function unitText(spec: KindSpec): string {
  const unit = spec["unit"];
  return typeof unit === "string" && unit !== "" ? THIN + unit : "";
}
