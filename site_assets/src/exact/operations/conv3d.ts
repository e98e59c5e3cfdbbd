/** A convolution of volumes (batch, depth, rows, columns, channels). */
export { convolved as operation } from "../volumes";
