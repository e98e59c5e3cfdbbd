/** Least squares for a handful of numbers, in float64. */

/**
 * The x that makes ‖A·x − y‖ least, and of those the shortest: as numpy.linalg.lstsq. columns: of A, each as long as y.
 * By Householder's QR of A, or of its transpose where there are more columns than rows.
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const [rows, count] = [y.length, columns.length];
  if (count <= rows) {
    const { q, r } = reflected(columns);
    return backwards(r, applied(q, y).subarray(0, count));
  }
  const transposed = Array.from(y, (_, i) => Float64Array.from(columns, (column) => column[i]!));
  const { q, r } = reflected(transposed);
  const z = new Float64Array(count);
  for (let i = 0; i < rows; i += 1) {
    let sum = y[i]!;
    for (let j = 0; j < i; j += 1) sum -= r[i]![j]! * z[j]!;
    z[i] = sum / r[i]![i]!;
  }
  return applied([...q].reverse(), z);
}

/** Householder's vectors, and R as the columns of the triangle above. */
function reflected(columns: readonly Float64Array[]): { q: Float64Array[]; r: Float64Array[] } {
  const work: Float64Array[] = columns.map((column) => Float64Array.from(column));
  const q: Float64Array[] = [];
  work.forEach((column, k) => {
    const v = Float64Array.from(column, (value, i) => (i < k ? 0 : value));
    const length = Math.hypot(...v);
    v[k]! += v[k]! < 0 ? -length : length;
    const size = Math.hypot(...v);
    const unit = size ? v.map((value) => value / size) : v;
    q.push(unit);
    for (let j = k; j < work.length; j += 1) work[j] = applied([unit], work[j]!);
  });
  return { q, r: work };
}

/** The reflections one after the other. */
function applied(q: readonly Float64Array[], values: Float64Array): Float64Array {
  const found = Float64Array.from(values);
  for (const v of q) {
    let along = 0;
    for (let i = 0; i < v.length; i += 1) along += v[i]! * found[i]!;
    for (let i = 0; i < v.length; i += 1) found[i]! -= 2 * along * v[i]!;
  }
  return found;
}

function backwards(r: readonly Float64Array[], y: Float64Array) {
  const x = new Float64Array(y.length);
  for (let i = y.length - 1; i >= 0; i -= 1) {
    let sum = y[i]!;
    for (let j = i + 1; j < y.length; j += 1) sum -= r[j]![i]! * x[j]!;
    x[i] = sum / r[i]![i]!;
  }
  return x;
}
