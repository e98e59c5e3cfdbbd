/** Cross-entropy and mean squared error between a one-hot target and nine probabilities that the reader drags. */
import { path, handle, place, plot, type Axes } from "../explore/draw/chart";
import { crossEntropy, meanSquaredError } from "../explore/lib/entropy";
import { explainer } from "../explore/explainer";
import { numbers, whole } from "../explore/draw/params";
import { short, significant } from "../core/number-format";

export { crossEntropy, meanSquaredError };

const CLASSES = 9;
const TOP = 5; // of the loss axis
const STOPS = [1e-7, 1e-5, 1e-3, 0.005, ...Array.from({ length: 100 }, (_, i) => (i + 1) / 100)];

/** Sets one probability and scales the others, so that their sum stays 1 and their proportions stay. */
export function withProbability(probabilities: readonly number[], index: number, value: number): number[] {
  const clamped = Math.max(0, Math.min(1, value));
  const rest = probabilities.reduce((sum, p, i) => sum + (i === index ? 0 : p), 0);
  return probabilities.map((p, i) => (i === index ? clamped : (1 - clamped) * (rest > 0 ? p / rest : 1 / (probabilities.length - 1))));
}

const rounded = (probabilities: readonly number[]): number[] => probabilities.map((p) => Math.round(p * 1e4) / 1e4);

export default explainer({
  title: "Cross-entropy and mean squared error of nine probabilities",
  params: {
    prediction: numbers("Prediction", { start: [0.05, 0.1, 0.35, 0.1, 0.05, 0.15, 0.1, 0.05, 0.05], min: 0, max: 1 }),
    target: whole("Right class", { min: 1, max: CLASSES, start: 3 }),
  },
  actions: {
    sure: { label: "Confident and right", act: ({ prediction, target }) => ({ prediction: rounded(withProbability(prediction, target - 1, 0.98)) }) },
    even: { label: "All equal", act: () => ({ prediction: Array<number>(CLASSES).fill(0.1111) }) },
    wrong: {
      label: "Confident and wrong",
      act: ({ target }) => ({ prediction: Array.from({ length: CLASSES }, (_, i) => (i === target % CLASSES ? 0.992 : 0.001)) }),
    },
  },
  drag: ({ prediction }, { index, y }) => ({ prediction: rounded(withProbability(prediction, index, Math.round(y * 100) / 100)) }),

  view({ prediction, target }) {
    const total = prediction.reduce((sum, p) => sum + p, 0);
    const probabilities = total > 0 ? prediction.map((p) => p / total) : prediction.map(() => 1 / CLASSES);
    const right = target - 1;
    const oneHot = probabilities.map((_, i) => Number(i === right));
    const [entropy, squared] = [crossEntropy(oneHot, probabilities), meanSquaredError(oneHot, probabilities)];
    const predicted = probabilities[right]!;
    const repaired = total <= 0 ? " All nine are 0, which are no probabilities; the figure uses 1/9 for each."
      : Math.abs(total - 1) > 0.005 ? ` Your numbers add up to ${short(total)}; each is divided by that, as Keras does.` : "";
    const end = entropy > 16 ? " Keras clips probabilities at 1e-7, so the loss cannot be larger." : "";
    return {
      picture: bars(probabilities, right) + losses(probabilities, right, entropy, squared),
      reading: `The right class, ${target}, gets ${short(predicted)}: cross-entropy −log ${short(predicted)} = ${significant(entropy)}, mean squared error ${significant(squared)}.${end}${repaired}`,
      table: {
        head: ["Class", "Target p", "Prediction q", "−p·log q", "(q − p)²"],
        rows: [
          ...probabilities.map((q, i) => {
            const one = crossEntropy([oneHot[i]!, 0], [q, 1 - q]);
            return [String(i + 1), String(oneHot[i]), significant(q), significant(one), significant((q - oneHot[i]!) ** 2)];
          }),
          ["Sum, mean", "1", "1", significant(entropy), significant(squared)],
        ],
      },
    };
  },
});

function bars(probabilities: readonly number[], right: number): string {
  const axes: Axes = { x: [0.5, CLASSES + 0.5], y: [0, 1], xName: "class", yName: "probability of each class; drag the bars", xTicks: CLASSES };
  const across = (i: number): number => ((i + 0.5) / CLASSES) * 1000;
  const target = `<path class="mp-one-hot" d="M${(across(right) - 40).toFixed(1)} 1000V0H${(across(right) + 40).toFixed(1)}V1000"/>`;
  const drawn = probabilities.map((p, i) =>
    `<path class="mp-share-bar" d="M${across(i).toFixed(1)} 1000V${((1 - p) * 1000).toFixed(1)}"/>`);
  const handles = probabilities.map((p, i) => handle(axes, "share", [i + 1, Math.round(p * 1e4) / 1e4], `Probability of class ${i + 1}: ${short(p)}`, i));
  const name = `<span class="mp-plot-label ${right > 4 ? "mp-label-left" : ""}" style="${place(axes, [right + 1 + (right > 4 ? -0.5 : 0.5), 0.93])}" aria-hidden="true">target: 1</span>`;
  return plot(axes, target + drawn.join(""), name + handles.join(""), "mp-bar-plot");
}

/** Both losses over the probability of the right class, while the others keep their proportions. */
function losses(probabilities: readonly number[], right: number, entropy: number, squared: number): string {
  const axes: Axes = { x: [0, 1], y: [0, TOP], xName: "probability of the right class", yName: "loss", xTicks: 3 };
  const oneHot = probabilities.map((_, i) => Number(i === right));
  const moved = STOPS.map((stop) => [stop, withProbability(probabilities, right, stop)] as const);
  const entropies = moved.map(([stop, q]) => [stop, crossEntropy(oneHot, q)] as const);
  const squares = moved.map(([stop, q]) => [stop, meanSquaredError(oneHot, q)] as const);
  const predicted = probabilities[right]!;
  const dots = `<span class="mp-here" style="${place(axes, [predicted, Math.min(TOP, entropy)])}"></span><span class="mp-here mp-here-second" style="${place(axes, [predicted, squared])}"></span>`;
  const names =
    `<span class="mp-plot-label mp-label-left mp-label-first" style="${place(axes, [1, 0.92 * TOP])}" aria-hidden="true">cross-entropy ${short(entropy)}</span>` +
    `<span class="mp-plot-label mp-label-left mp-label-second" style="${place(axes, [1, 0.8 * TOP])}" aria-hidden="true">squared error ${short(squared)}</span>`;
  return plot(axes, `<path class="mp-curve" d="${path(axes, entropies)}"/><path class="mp-truth mp-second" d="${path(axes, squares)}"/>`, names + dots, "mp-entropy-plot");
}
