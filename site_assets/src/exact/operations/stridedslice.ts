/** A slice with a step along each axis, as in Python. */
import { integer } from "../graph";
import { placed, upTo } from "../shapes";
import { axisOf, known, type Operation } from "../tensor";

export const operation: Operation = ([x, begin, end, step], node) => {
  const has = (mask: string, i: number) => ((integer(node, `${mask}_mask`) >> i) & 1) === 1;
  const [first, last, by] = [known(begin, node), known(end, node), known(step, node)];
  const written = first.filter((_, i) => !has("new_axis", i) && !has("ellipsis", i)).length;
  const lists: number[][] = [];
  const shape: number[] = [];
  const whole = () => {
    const all = x.shape[lists.length]!;
    shape.push(all);
    lists.push(upTo(all));
  };
  first.forEach((start, i) => {
    if (has("ellipsis", i)) {
      for (let more = x.shape.length - written; more > 0; more--) whole();
    } else if (has("new_axis", i)) {
      shape.push(1);
    } else {
      const all = x.shape[lists.length]!;
      if (has("shrink_axis", i)) {
        lists.push([axisOf(start, all)]);
        return;
      }
      const list = sliced(all, has("begin", i) ? null : start, has("end", i) ? null : last[i]!, by[i]!);
      shape.push(list.length);
      lists.push(list);
    }
  });
  while (lists.length < x.shape.length) whole();
  const made = placed(x, lists);
  return { ...made, outputs: [{ ...made.outputs[0]!, shape }] };
};

/** The places of a slice of `all`, as Python's. */
function sliced(all: number, start: number | null, end: number | null, step: number): number[] {
  const [lowest, highest] = step > 0 ? [0, all] : [-1, all - 1];
  const within = (at: number) => Math.min(Math.max(axisOf(at, all), lowest), highest);
  const first = start === null ? (step > 0 ? lowest : highest) : within(start);
  const last = end === null ? (step > 0 ? highest : lowest) : within(end);
  return upTo(Math.max(0, Math.ceil((last - first) / step))).map((i) => first + i * step);
}
