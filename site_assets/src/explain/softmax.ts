/** Softmax compared with division by the sum, for scores that the reader sets. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { realDivConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/RealDiv";
import { softmaxConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Softmax";
import { sumConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sum";
import { div, scalar, softmax as softmaxOf, sum, tensor1d } from "@tensorflow/tfjs-core";
import { handle, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { escape } from "../core/html";
import { number, numbers } from "../explore/draw/params";
import { compute, useKernels } from "../explore/lib/tensors";
import { MINUS, short, significant } from "../core/number-format";

useKernels(addConfig, realDivConfig, softmaxConfig, sumConfig);

const REACH = 10;
const MOST = 8;

/** exp(zᵢ / T) / Σⱼ exp(zⱼ / T), float32 of shape (n,). The values lie in (0, 1) and sum to 1. */
export function softmax(scores: readonly number[], temperature = 1): Float32Array {
  return compute(() => softmaxOf(div(tensor1d([...scores]), scalar(temperature))));
}

/** zᵢ / Σⱼ zⱼ, float32 of shape (n,). These are probabilities only if all scores have the same sign. */
export function sumAndDivide(scores: readonly number[]): Float32Array {
  return compute(() => {
    const z = tensor1d([...scores]);
    return div(z, sum(z));
  });
}

/** Why the quotients are not probabilities; "" if they are. */
function invalidReason(scores: readonly number[]): string {
  const total = scores.reduce((a, b) => a + b, 0);
  if (total === 0) return "the scores add up to 0, and division by 0 is undefined";
  if (scores.some((score) => score / total < 0)) return "some quotients are below 0 or above 1";
  return "";
}

export default explainer({
  title: "Softmax and division by the sum",
  params: {
    scores: numbers("Scores", { start: [2, 2, 1, 5], min: -REACH, max: REACH, least: 2, most: MOST }),
    temperature: number("Temperature", { min: 0.1, max: 10, start: 1, log: true }),
  },
  actions: {
    more: { label: "Add a score", act: ({ scores }) => ({ scores: [...scores, 0].slice(0, MOST) }) },
    fewer: { label: "Remove one", act: ({ scores }) => ({ scores: scores.slice(0, Math.max(2, scores.length - 1)) }) },
  },
  drag: ({ scores }, { index, y }) => ({ scores: scores.map((score, i) => (i === index ? Math.round(y * 10) / 10 : score)) }),

  view({ scores, temperature }) {
    const [divided, soft] = [sumAndDivide(scores), softmax(scores, temperature)];
    const wrong = invalidReason(scores);
    const axes: Axes = { x: [0.5, scores.length + 0.5], y: [-REACH, REACH], xName: "class", yName: "score of each class; drag the points", xTicks: scores.length };
    const stems = scores.map((score, i) => {
      const [x, down] = [((i + 0.5) / scores.length) * 1000, (1 - score / REACH) * 500];
      return `<path class="mp-stem ${score < 0 ? "mp-negative" : "mp-positive"}" d="M${x.toFixed(1)} 500L${x.toFixed(1)} ${down.toFixed(1)}"/>`;
    });
    const handles = scores.map((score, i) => handle(axes, "score", [i + 1, score], `Score ${i + 1}: ${short(score)}`, i));
    const picture =
      plot(axes, `<path class="mp-grid" d="M0 500H1000"/>${stems.join("")}`, handles.join("")) +
      `<div class="mp-shares">${probabilityList("Divided by their sum", divided, wrong)}${probabilityList("Softmax", soft, "")}</div>`;
    const best = scores.indexOf(Math.max(...scores));
    const heat = temperature === 1 ? "softmax" : `softmax at temperature ${short(temperature)}`;
    const gets = `${heat} gives class ${best + 1}, the highest score, ${formatted(soft[best]!)}`;
    return {
      picture,
      reading: wrong
        ? `Divided by their sum, these scores give no probabilities: ${wrong}. But ${gets}.`
        : `Divided by their sum, class ${best + 1} with the highest score gets ${formatted(divided[best]!)}; ${heat} gives it ${formatted(soft[best]!)}.`,
      table: {
        head: ["Class", "Score", "Divided by the sum", "Softmax"],
        rows: scores.map((score, i) => [String(i + 1), short(score), formatted(divided[i]!), formatted(soft[i]!)]),
      },
    };
  },
});

/** Formats a probability: four decimals, or significant digits if these would be zeros. */
function formatted(value: number): string {
  const size = Math.abs(value);
  return size >= 0.001 && size < 1000 ? value.toFixed(4).replace("-", MINUS) : significant(value);
}

function probabilityList(name: string, values: Float32Array, wrong: string): string {
  const rows = Array.from(values, (value, i) => {
    const width = Number.isFinite(value) ? Math.max(0, Math.min(1, value)) : 0;
    return `<li><span>${i + 1}</span><span class="mp-share" style="--mp-share:${width.toFixed(4)}"></span><span class="mp-share-value">${formatted(value)}</span></li>`;
  });
  const note = wrong ? `<p class="mp-share-wrong">Not probabilities: ${escape(wrong)}.</p>` : "";
  return `<section class="mp-share-list"><p class="mp-axis-name">${escape(name)}</p><ol>${rows.join("")}</ol>${note}</section>`;
}
