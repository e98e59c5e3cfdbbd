/** Formats numbers for readers; port of `pipeline/modelpress/core/number_format.py`. */

export const MINUS = "\u2212";
/** Narrow no-break space: joins a number to its unit. */
export const THIN = "\u202f";

/** Formats with `digits` significant digits: 13.6, 0.00723; 3.84e-6 below a thousandth. */
export function significant(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (size === 0) return "0";
  const [mantissa = "", power = "0"] = size.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -3) return `${sign}${mantissa}e${String(exponent)}`;
  return sign + group(size.toFixed(Math.max(0, digits - 1 - exponent)));
}

/** As `significant`, but drops trailing zeros where the shorter text is exact: 0.2, 16. */
export function short(value: number, digits = 3): string {
  const text = significant(value, digits);
  const [mantissa = "", exponent] = text.split("e");
  if (!mantissa.includes(".")) return text;
  const tail = exponent === undefined ? "" : `e${exponent}`;
  const stripped = mantissa.replace(/\.?0+$/, "") + tail;
  const plain = Number(stripped.replace(MINUS, "-").replaceAll(",", ""));
  return plain === value ? stripped : text;
}

/** Groups the digits before the point in threes, from five digits on. */
export function group(text: string): string {
  const [whole = "", rest] = text.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** Formats a fraction (0 to 1) in whole percent; only exact values read 0 or 100. */
export function percent(fraction: number): string {
  if (fraction > 0 && fraction < 0.005) return "<1%";
  if (fraction >= 0.995 && fraction < 1) return ">99%";
  return `${String(Math.floor(fraction * 100 + 0.5))}%`;
}

/** Returns the shortest plain decimal that rounds to this float32. */
export function shortest(value: number): string {
  const single = Math.fround(value);
  const all = single.toExponential(60).replace(/[-.]|e.*/g, "");
  for (let digits = 1; digits < 9; digits += 1) {
    const [mantissa = "", power = ""] = single.toExponential(digits - 1).split("e");
    let whole = Number(mantissa.replace(".", ""));
    // In the middle of two decimals, Python takes the even one, and JavaScript the larger.
    if (/^50*$/.test(all.slice(digits)) && whole % 2 !== 0) whole -= Math.sign(single);
    // Above a power of two, numbers of float32 are further apart than below: the next decimal may be the same number.
    for (const each of [whole, whole + Math.sign(single)]) {
      const candidate = Number(`${String(each)}e${String(Number(power) - digits + 1)}`);
      if (Math.fround(candidate) === single) return plain(candidate);
    }
  }
  return plain(Number(single.toPrecision(9)));
}

/** Rounds up to one significant digit, so that "within" stays true: 5.96e-8 becomes 6e-8. */
export function withinText(difference: number): string {
  if (difference === 0) return "0";
  const [mantissa = "0", power = "0"] = difference.toExponential(12).split("e");
  return significant(Number(`${String(Math.ceil(Number(mantissa)))}e${power}`), 1);
}

/** Formats a file size in decimal units: 812 B, 12.6 kB, 2.68 MB. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)}${THIN}B`;
  return bytes < 1e6 ? `${significant(bytes / 1000)}${THIN}kB` : `${significant(bytes / 1e6)}${THIN}MB`;
}

/** Formats milliseconds: 0.9 ms, 12 ms. */
export function milliseconds(value: number): string {
  if (value < 0.05) return `<0.1${THIN}ms`;
  return `${value < 9.95 ? value.toFixed(1) : String(Math.round(value))}${THIN}ms`;
}

function plain(value: number): string {
  const text = String(value);
  const [mantissa = "", power] = text.split("e");
  if (power === undefined) return text;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", rest = ""] = mantissa.replace("-", "").split(".");
  const [digits, places] = [whole + rest, whole.length + Number(power)];
  if (places <= 0) return `${sign}0.${"0".repeat(-places)}${digits}`;
  return sign + digits.padEnd(places, "0");
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Parses a decimal with a point or a comma; NaN for any other text. Never returns −0. */
export function decimal(text: string): number {
  const plain = text.trim().replace(MINUS, "-").replace(",", ".");
  return DECIMAL.test(plain) ? Number(plain) + 0 : NaN;
}

/** Returns a count with its noun: 1 parameter, 217 parameters. */
export function counted(count: number, thing: string): string {
  return `${group(String(count))} ${thing}${count === 1 ? "" : "s"}`;
}
