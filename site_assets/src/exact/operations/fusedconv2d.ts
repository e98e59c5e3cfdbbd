/** A convolution of pictures, its bias and its activation, rounded once. */
export { convolved as operation } from "../convolution";
