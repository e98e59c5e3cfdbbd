/** A convolution of pictures (batch, rows, columns, channels). */
export { convolved as operation } from "../convolution";
