/** x plus a bias of the last axis. */
import { binary } from "../elementwise";

export const operation = binary((x, bias) => x + bias);
