/**
 * The three matrix products of a dense layer on flattened rows. The inner loops run along memory and combine four
 * rows of a matrix: four products for each value read and written. Sums are float64; the caller rounds them to
 * float32.
 */

/**
 * sums = inputs · kernel + bias, rounded to float32.
 *
 * inputs (rows, m), kernel (m, n) at offset `at` of `weights`, bias (n,) at offset `bias`, −1 for none; sums (rows,
 * n).
 */
export function multiply(
  inputs: Float64Array,
  weights: Float64Array,
  at: number,
  bias: number,
  sums: Float64Array,
  rows: number,
  m: number,
  n: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * m;
    const to = row * n;
    if (bias < 0) for (let j = 0; j < n; j++) sums[to + j] = 0;
    else for (let j = 0; j < n; j++) sums[to + j] = weights[bias + j]!;
    let k = at;
    for (let i = 0; i < m; i += 4, k += 4 * n) {
      const left = m - i; // with fewer than four left, the others are zeros times the first one's row
      const a = inputs[from + i]!;
      const b = left > 1 ? inputs[from + i + 1]! : 0;
      const c = left > 2 ? inputs[from + i + 2]! : 0;
      const d = left > 3 ? inputs[from + i + 3]! : 0;
      if (a === 0 && b === 0 && c === 0 && d === 0) continue; // common: most of a handwritten digit, half of a ReLU's output
      const k1 = left > 1 ? k + n : k;
      const k2 = left > 2 ? k1 + n : k;
      const k3 = left > 3 ? k2 + n : k;
      for (let j = 0; j < n; j++) {
        sums[to + j]! +=
          a * weights[k + j]! + b * weights[k1 + j]! + c * weights[k2 + j]! + d * weights[k3 + j]!;
      }
    }
    for (let j = 0; j < n; j++) sums[to + j] = Math.fround(sums[to + j]!);
  }
}

/**
 * Gradients of kernel and bias: inputsᵀ · delta, and the sum over delta's rows.
 *
 * inputs (rows, m), delta (rows, n); the kernel's gradient (m, n) at offset `at` of `gradients`, the bias' (n,) at
 * offset `bias`, −1 for none.
 */
export function weightGradients(
  inputs: Float64Array,
  delta: Float64Array,
  gradients: Float64Array,
  at: number,
  bias: number,
  rows: number,
  m: number,
  n: number,
): void {
  gradients.fill(0, at, at + m * n);
  const fours = rows - (rows % 4);
  for (let row = 0; row < fours; row += 4) {
    const x = row * m;
    const d = row * n;
    const d1 = d + n;
    const d2 = d1 + n;
    const d3 = d2 + n;
    for (let i = 0, k = at; i < m; i++, k += n) {
      const a = inputs[x + i]!;
      const b = inputs[x + m + i]!;
      const c = inputs[x + 2 * m + i]!;
      const e = inputs[x + 3 * m + i]!;
      if (a === 0 && b === 0 && c === 0 && e === 0) continue;
      for (let j = 0; j < n; j++) {
        gradients[k + j]! += a * delta[d + j]! + b * delta[d1 + j]! + c * delta[d2 + j]! + e * delta[d3 + j]!;
      }
    }
  }
  for (let row = fours; row < rows; row++) {
    for (let i = 0, k = at; i < m; i++, k += n) {
      const a = inputs[row * m + i]!;
      for (let j = 0; j < n; j++) gradients[k + j]! += a * delta[row * n + j]!;
    }
  }
  if (bias < 0) return;
  gradients.fill(0, bias, bias + n);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < n; j++) gradients[bias + j]! += delta[row * n + j]!;
  }
}

/** Gradient at a layer's inputs: before = delta · kernelᵀ; delta (rows, n), before (rows, m). */
export function inputGradients(
  delta: Float64Array,
  weights: Float64Array,
  at: number,
  before: Float64Array,
  rows: number,
  m: number,
  n: number,
): void {
  const fours = m - (m % 4);
  for (let row = 0; row < rows; row++) {
    const d = row * n;
    const to = row * m;
    let k = at;
    for (let i = 0; i < fours; i += 4, k += 4 * n) {
      const k1 = k + n;
      const k2 = k1 + n;
      const k3 = k2 + n;
      let s = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let j = 0; j < n; j++) {
        const g = delta[d + j]!;
        s += g * weights[k + j]!;
        s1 += g * weights[k1 + j]!;
        s2 += g * weights[k2 + j]!;
        s3 += g * weights[k3 + j]!;
      }
      before[to + i] = s;
      before[to + i + 1] = s1;
      before[to + i + 2] = s2;
      before[to + i + 3] = s3;
    }
    for (let i = fours; i < m; i++, k += n) {
      let s = 0;
      for (let j = 0; j < n; j++) s += delta[d + j]! * weights[k + j]!;
      before[to + i] = s;
    }
  }
}
