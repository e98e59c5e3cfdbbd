/** Cross-entropy and mean squared error between a one-hot target and nine shares that the reader drags. */
import { path, handle, place, plot, type Axes } from "../explore/draw/chart";
import { crossEntropy, meanSquaredError } from "../explore/lib/entropy";
import { explainer } from "../explore/explainer";
import { numbers, whole } from "../explore/draw/params";
import { short, significant } from "../core/number-format";

export { crossEntropy, meanSquaredError };

const CLASSES = 9;
const TOP = 5; // of the axis of losses
const STOPS = [1e-7, 1e-5, 1e-3, 0.005, ...Array.from({ length: 100 }, (_, i) => (i + 1) / 100)];

/** The share of `index` becomes `value`, and the others share the rest in the proportions they had. */
export function withShare(shares: readonly number[], index: number, value: number): number[] {
  const held = Math.max(0, Math.min(1, value));
  const rest = shares.reduce((sum, share, i) => sum + (i === index ? 0 : share), 0);
  return shares.map((share, i) => (i === index ? held : (1 - held) * (rest > 0 ? share / rest : 1 / (shares.length - 1))));
}

const rounded = (shares: readonly number[]): number[] => shares.map((share) => Math.round(share * 1e4) / 1e4);

export default explainer({
  title: "Cross-entropy and mean squared error of nine shares",
  params: {
    prediction: numbers("Prediction", { start: [0.05, 0.1, 0.35, 0.1, 0.05, 0.15, 0.1, 0.05, 0.05], min: 0, max: 1 }),
    target: whole("Right class", { min: 1, max: CLASSES, start: 3 }),
  },
  actions: {
    sure: { label: "Sure and right", act: ({ prediction, target }) => ({ prediction: rounded(withShare(prediction, target - 1, 0.98)) }) },
    even: { label: "All alike", act: () => ({ prediction: Array<number>(CLASSES).fill(0.1111) }) },
    wrong: {
      label: "Sure and wrong",
      act: ({ target }) => ({ prediction: Array.from({ length: CLASSES }, (_, i) => (i === target % CLASSES ? 0.992 : 0.001)) }),
    },
  },
  drag: ({ prediction }, { index, y }) => ({ prediction: rounded(withShare(prediction, index, Math.round(y * 100) / 100)) }),

  view({ prediction, target }) {
    const total = prediction.reduce((sum, share) => sum + share, 0);
    const shares = total > 0 ? prediction.map((share) => share / total) : prediction.map(() => 1 / CLASSES);
    const right = target - 1;
    const oneHot = shares.map((_, i) => Number(i === right));
    const [entropy, squared] = [crossEntropy(oneHot, shares), meanSquaredError(oneHot, shares)];
    const share = shares[right]!;
    const repaired = total <= 0 ? " All nine are 0 and can't be shares; the figure takes 1/9 for each."
      : Math.abs(total - 1) > 0.005 ? ` Your numbers add up to ${short(total)}; each is divided by that, as Keras does.` : "";
    const end = entropy > 16 ? " Keras takes no share below 1e-7, so it can't cost more." : "";
    return {
      picture: bars(shares, right) + losses(shares, right, entropy, squared),
      reading: `The right class, ${target}, gets ${short(share)}: cross-entropy −log ${short(share)} = ${significant(entropy)}, mean squared error ${significant(squared)}.${end}${repaired}`,
      table: {
        head: ["Class", "Target p", "Prediction q", "−p·log q", "(q − p)²"],
        rows: [
          ...shares.map((q, i) => {
            const one = crossEntropy([oneHot[i]!, 0], [q, 1 - q]);
            return [String(i + 1), String(oneHot[i]), significant(q), significant(one), significant((q - oneHot[i]!) ** 2)];
          }),
          ["Sum, mean", "1", "1", significant(entropy), significant(squared)],
        ],
      },
    };
  },
});

function bars(shares: readonly number[], right: number): string {
  const axes: Axes = { x: [0.5, CLASSES + 0.5], y: [0, 1], xName: "class", yName: "share of each class; drag the bars", xTicks: CLASSES };
  const across = (i: number): number => ((i + 0.5) / CLASSES) * 1000;
  const target = `<path class="mp-one-hot" d="M${(across(right) - 40).toFixed(1)} 1000V0H${(across(right) + 40).toFixed(1)}V1000"/>`;
  const drawn = shares.map((share, i) =>
    `<path class="mp-share-bar" d="M${across(i).toFixed(1)} 1000V${((1 - share) * 1000).toFixed(1)}"/>`);
  const handles = shares.map((share, i) => handle(axes, "share", [i + 1, Math.round(share * 1e4) / 1e4], `Share of class ${i + 1}: ${short(share)}`, i));
  const name = `<span class="mp-plot-label ${right > 4 ? "mp-label-left" : ""}" style="${place(axes, [right + 1 + (right > 4 ? -0.5 : 0.5), 0.93])}" aria-hidden="true">target: 1</span>`;
  return plot(axes, target + drawn.join(""), name + handles.join(""), "mp-bar-plot");
}

/** Both losses over the right class's share, while the others keep their proportions. */
function losses(shares: readonly number[], right: number, entropy: number, squared: number): string {
  const axes: Axes = { x: [0, 1], y: [0, TOP], xName: "share of the right class", yName: "loss", xTicks: 3 };
  const oneHot = shares.map((_, i) => Number(i === right));
  const moved = STOPS.map((stop) => [stop, withShare(shares, right, stop)] as const);
  const entropies = moved.map(([stop, q]) => [stop, crossEntropy(oneHot, q)] as const);
  const squares = moved.map(([stop, q]) => [stop, meanSquaredError(oneHot, q)] as const);
  const share = shares[right]!;
  const dots = `<span class="mp-here" style="${place(axes, [share, Math.min(TOP, entropy)])}"></span><span class="mp-here mp-here-second" style="${place(axes, [share, squared])}"></span>`;
  const names =
    `<span class="mp-plot-label mp-label-left mp-label-first" style="${place(axes, [1, 0.92 * TOP])}" aria-hidden="true">cross-entropy ${short(entropy)}</span>` +
    `<span class="mp-plot-label mp-label-left mp-label-second" style="${place(axes, [1, 0.8 * TOP])}" aria-hidden="true">squared error ${short(squared)}</span>`;
  return plot(axes, `<path class="mp-curve" d="${path(axes, entropies)}"/><path class="mp-truth mp-second" d="${path(axes, squares)}"/>`, names + dots, "mp-entropy-plot");
}
