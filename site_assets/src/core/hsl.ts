/** Converts colours between RGB (channels 0 to 255) and hue (degrees), saturation and lightness (percent). */

export interface Hsl {
  h: number;
  s: number;
  l: number;
}

/** Converts RGB to HSL. A grey has no hue: it keeps the hue of `before`, so that a slider does not jump. */
export function toHsl(rgb: ArrayLike<number>, before?: Hsl): Hsl {
  const [r = 0, g = 0, b = 0] = Array.from(rgb, (value) => value / 255);
  const top = Math.max(r, g, b);
  const span = top - Math.min(r, g, b);
  const lightness = top - span / 2;
  if (span === 0) {
    const black = lightness === 0 || lightness === 1;
    return { h: before?.h ?? 0, s: black ? (before?.s ?? 0) : 0, l: lightness * 100 };
  }
  const sector =
    top === r ? ((g - b) / span + 6) % 6 : top === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return {
    h: sector * 60,
    s: (span / (1 - Math.abs(2 * lightness - 1))) * 100,
    l: lightness * 100,
  };
}

/** Returns black or white, whichever has more contrast with the colour (relative luminance of WCAG 2). */
export function inkOn(rgb: ArrayLike<number>): string {
  const [r = 0, g = 0, b = 0] = Array.from(rgb, (value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.1791 ? "#000" : "#fff";
}

export function fromHsl({ h, s, l }: Hsl): Float32Array {
  const lightness = l / 100;
  const reach = (s / 100) * Math.min(lightness, 1 - lightness);
  return Float32Array.from([0, 8, 4], (offset) => {
    const k = (offset + h / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
