/** Replaces the tensor at an index of a list. */
import { tensor, type Operation } from "../tensor";

export const operation: Operation = ([list, place, x]) => {
  if (list.data.length === 0) Object.assign(list, { ...tensor(x.dtype, [list.shape[0]!, ...x.shape]), list: true });
  return {
    outputs: [list],
    run() {
      list.data.set(x.data, place.data[0]! * x.data.length);
    },
  };
};
