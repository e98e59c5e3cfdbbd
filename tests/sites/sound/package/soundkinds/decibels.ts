/** Loudness in decibels. */
import { explainer } from "modelpress/explore/explainer";
import { number } from "modelpress/explore/draw/params";
import { significant } from "modelpress/core/number-format";

/** Returns the level of a ratio of amplitudes, in decibels. */
export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

export default explainer<{ ratio: ReturnType<typeof number> }, Record<string, number>>({
  title: "Loudness in decibels",
  params: { ratio: number("Amplitude", { min: 0.0001, max: 1, start: 0.5, log: true }) },
  view({ ratio }, _, sounds) {
    const level = decibels(ratio);
    const rows = Object.entries(sounds ?? {}).map(([name, each]) => [name, significant(decibels(each))]);
    return {
      picture: `<meter class="sound-level" min="-80" max="0" value="${level.toFixed(2)}"></meter>`,
      reading: `An amplitude of ${significant(ratio)} is ${significant(level)} dB.`,
      table: { head: ["Sound", "Level in dB"], rows: [["this one", significant(level)], ...rows] },
    };
  },
});
