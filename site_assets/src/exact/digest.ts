/** What a digest of predictions is made of. */

/** The bytes of float32 predictions, little-endian, each NaN as 0x7fc00000. */
export function digestBytes(predictions: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * predictions.length);
  const view = new DataView(bytes.buffer);
  predictions.forEach((value, i) => (Number.isNaN(value) ? view.setUint32(4 * i, 0x7fc00000, true) : view.setFloat32(4 * i, value, true)));
  return bytes;
}
