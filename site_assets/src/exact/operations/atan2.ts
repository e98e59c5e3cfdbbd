/** The angle of the point (b, a). */
import { atan2 } from "../elementary/circular";
import { binary } from "../elementwise";

export const operation = binary(atan2);
