/**
 * A depthwise convolution of pictures, its bias and its activation, rounded
 * once.
 */
export { convolvedByDepth as operation } from "../convolution";
