/** Binary cross-entropy: its two terms over the predicted probability. For each target, one term is 0. */
import { path, handle, place, plot, type Axes } from "../explore/draw/chart";
import { EPSILON, halves } from "../explore/lib/entropy";
import { explainer } from "../explore/explainer";
import { choice, number } from "../explore/draw/params";
import { short, significant } from "../core/number-format";

export { halves };

const [USUAL, ALL] = [5, 17];
const STOPS = [0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.004, ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100), 0.996, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999, 1];

export default explainer({
  title: "Binary cross-entropy and its two terms",
  params: {
    truth: choice("The point is", { orange: "orange (1)", blue: "blue (0)" }, "orange"),
    p: number("Prediction p", { min: 0, max: 1, start: 0.7, step: 0.01 }),
  },
  actions: {
    right: { label: "Confident and right", act: ({ truth }) => ({ p: truth === "orange" ? 0.99 : 0.01 }) },
    wrong: { label: "Confident and wrong", act: ({ truth }) => ({ p: truth === "orange" ? 0.01 : 0.99 }) },
    clip: { label: "Wrong beyond doubt", act: ({ truth }) => ({ p: truth === "orange" ? 0 : 1 }) },
  },
  drag: (_, { x }) => ({ p: Math.round(x * 100) / 100 }),

  view({ truth, p }) {
    const { one, zero } = halves([p]);
    const y = truth === "orange" ? 1 : 0;
    const loss = y ? one[0]! : zero[0]!;
    const top = loss > USUAL ? ALL : USUAL;
    const curves = halves(STOPS);
    const axes: Axes = { x: [0, 1], y: [0, top], xName: "prediction p: probability of orange", yName: "loss" };
    const curve = (values: Float32Array, name: string): string => `<path class="${name}" d="${path(axes, STOPS.map((at, i) => [at, values[i]!] as const))}"/>`;
    const drawn = curve(curves.zero, `mp-half mp-negative${y ? " mp-half-off" : ""}`) + curve(curves.one, `mp-half mp-positive${y ? "" : " mp-half-off"}`);
    const cap = top === ALL ? `<path class="mp-truth" d="M0 ${(1000 * (1 - halves([0]).one[0]! / ALL)).toFixed(1)}H1000"/>` : "";
    const names =
      `<span class="mp-plot-label" style="${place(axes, [0.08, 0.86 * top])}" aria-hidden="true">−log p, if orange</span>` +
      `<span class="mp-plot-label mp-label-left" style="${place(axes, [0.92, 0.72 * top])}" aria-hidden="true">−log(1 − p), if blue</span>`;
    const label = `Prediction p = ${short(p)}, loss ${short(loss)}`;
    const verdict = p === 0.5 ? "undecided" : (p > 0.5) === (y === 1) ? (Math.abs(p - 0.5) > 0.4 ? "confident and right" : "on the right side") : Math.abs(p - 0.5) > 0.4 ? "confident and wrong" : "on the wrong side";
    const clipped = p < EPSILON || p > 1 - EPSILON;
    const end = !clipped ? "" : loss > 1 ? " −log 0 would be infinite; Keras keeps p 1e-7 away from 0 and 1, so this is the largest loss." : " Keras keeps p 1e-7 away from 0 and 1, so the loss is not exactly 0.";
    return {
      picture: plot(axes, cap + drawn, names + handle(axes, "p", [p, Math.min(loss, top)], label, 0, true), "mp-half-plot") + formula(y, one[0]!, zero[0]!, loss),
      reading: `The point is ${truth} and the prediction is ${short(p)}, ${verdict}: the loss is ${significant(loss)}.${end}`,
      table: {
        head: ["Term", "Applies", "Value", "Contribution"],
        rows: [
          ["if orange: −log p", String(y), significant(one[0]!), significant(y * one[0]!)],
          ["if blue: −log(1 − p)", String(1 - y), significant(zero[0]!), significant((1 - y) * zero[0]!)],
          ["Loss", "", "", significant(loss)],
        ],
      },
    };
  },
});

/** The formula with its numbers. The term that does not apply is struck out. */
function formula(y: number, one: number, zero: number, loss: number): string {
  const term = (name: string, applies: number, how: string, cost: number): string => {
    const numbers = `${applies} × ${significant(cost)}`;
    return (
      `<li><span>${name}</span><span>${how}</span>` +
      `<span>= ${applies ? numbers : `<s>${numbers}</s>`} = ${significant(applies * cost)}</span></li>`
    );
  };
  return (
    `<div class="mp-halves"><p class="mp-axis-name">y is 1 for orange, 0 for blue; here ${y}</p><ol>` +
    term("if orange", y, "y · −log p", one) + term("if blue", 1 - y, "(1 − y) · −log(1 − p)", zero) +
    `<li class="mp-ledger-sum"><span>loss = ${significant(loss)}</span></li></ol></div>`
  );
}
