/** A depthwise convolution of pictures. */
export { convolvedByDepth as operation } from "../convolution";
