/** Writes arrays in NumPy's .npy format (numpy/lib/format.py, version 1.0). */

/** Returns a .npy file of float32 values in C order. `bytes`: little-endian. */
export function npy(shape: readonly number[], bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic, version and header length take ten bytes; the data start at a multiple of 64.
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + "\n";
  const file = new Uint8Array(10 + header.length + bytes.length);
  file.set([0x93, ...Array.from("NUMPY", (letter) => letter.charCodeAt(0)), 1, 0, header.length & 255, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(bytes, 10 + header.length);
  return file;
}
