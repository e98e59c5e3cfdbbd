/** Least squares for small systems, in float64. */

/**
 * Returns the x of least norm that minimises ‖A·x − y‖, as numpy.linalg.lstsq does. columns: the columns of A, each
 * as long as y. Uses Householder QR of A, or of its transpose if A has more columns than rows.
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const [rows, count] = [y.length, columns.length];
  if (count <= rows) {
    const { q, r } = householder(columns);
    return backSubstituted(r, reflected(q, y).subarray(0, count));
  }
  const transposed = Array.from(y, (_, i) => Float64Array.from(columns, (column) => column[i]!));
  const { q, r } = householder(transposed);
  const z = new Float64Array(count);
  for (let i = 0; i < rows; i += 1) {
    let sum = y[i]!;
    for (let j = 0; j < i; j += 1) sum -= r[i]![j]! * z[j]!;
    z[i] = sum / r[i]![i]!;
  }
  return reflected([...q].reverse(), z);
}

/** QR decomposition. q: the Householder vectors; r: the columns of R. */
function householder(columns: readonly Float64Array[]): { q: Float64Array[]; r: Float64Array[] } {
  const work: Float64Array[] = columns.map((column) => Float64Array.from(column));
  const q: Float64Array[] = [];
  work.forEach((column, k) => {
    const v = Float64Array.from(column, (value, i) => (i < k ? 0 : value));
    const length = Math.hypot(...v);
    v[k]! += v[k]! < 0 ? -length : length;
    const size = Math.hypot(...v);
    const unit = size ? v.map((value) => value / size) : v;
    q.push(unit);
    for (let j = k; j < work.length; j += 1) work[j] = reflected([unit], work[j]!);
  });
  return { q, r: work };
}

/** Applies Householder reflections in order. */
function reflected(q: readonly Float64Array[], values: Float64Array): Float64Array {
  const found = Float64Array.from(values);
  for (const v of q) {
    let along = 0;
    for (let i = 0; i < v.length; i += 1) along += v[i]! * found[i]!;
    for (let i = 0; i < v.length; i += 1) found[i]! -= 2 * along * v[i]!;
  }
  return found;
}

function backSubstituted(r: readonly Float64Array[], y: Float64Array) {
  const x = new Float64Array(y.length);
  for (let i = y.length - 1; i >= 0; i -= 1) {
    let sum = y[i]!;
    for (let j = i + 1; j < y.length; j += 1) sum -= r[j]![i]! * x[j]!;
    x[i] = sum / r[i]![i]!;
  }
  return x;
}
