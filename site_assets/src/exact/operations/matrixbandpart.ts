/** A band of each matrix along its diagonal, 0 elsewhere. */
import { picked } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, lower, upper], node) => {
  const [low, high] = [known(lower, node)[0]!, known(upper, node)[0]!];
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const at = new Int32Array(x.data.length).map((_, i) => {
    const down = (Math.floor(i / columns) % rows) - (i % columns);
    return (low < 0 || down <= low) && (high < 0 || -down <= high) ? i : -1;
  });
  return picked(x, x.shape, at);
};
