/** The tensors of a list along a new first axis. */
import { reshaped, type Operation } from "../tensor";

export const operation: Operation = ([list]) => reshaped(list, list.shape);
