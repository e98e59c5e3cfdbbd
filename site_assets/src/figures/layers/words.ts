/** Texts of a network's layers. */
import { group, short, shortest } from "../../core/number-format";

/** Range of a layer's values. above: number of values above zero. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly above: number;
  readonly count: number;
}

/** `0 to 3.21; 231 of 512 above zero`. */
export function rangeWords({ low, high, above, count }: Range): string {
  const [first, last] = [exact(low), exact(high)];
  if (count === 1 || first === last) return first;
  const over = above < count ? `; ${group(String(above))} of ${group(String(count))} above zero` : "";
  return `${first} to ${last}${over}`;
}

export function weightWords(number: number, largest: number, kind: string): string {
  return `${kind} ${group(String(number))}: the largest weight is ${short(largest)}`;
}

/** Formats a float32 from its shortest decimal, as Python does. */
export const exact = (value: number): string => short(Number(shortest(value)));
