"""The exact engine: a network's predictions by a definition that fixes every bit.

It runs a TensorFlow.js graph model with NumPy; `site_assets/src/exact/` runs the same graph in the
browser. Both give the same bits, by this definition:

- Values between operations are float32, int32 or bool, as in the graph.
- An operation computes in float64 and rounds its results to float32 once, to the nearest, ties to
  even. An operation that the converter has fused (a product, its bias and its activation) is one
  operation: it rounds once.
- A sum starts at +0, adds its bias first, if it has one, then its terms one by one: over the inner
  index of a product from 0 up; over a window by row, column and channel, without its padding; over
  reduced axes in row order. The product of two float32 is exact in float64, so that a fused
  multiply-add gives the same.
- exp, log, sin, cos, erf, tanh and similar functions are polynomials in float64 of + − × ÷, sqrt,
  floor and multiplication by powers of two (`modelpress.exact.elementary`), which IEEE 754 rounds
  in one way.
- A comparison decides minima and maxima: `maximum(a, b)` is a where a >= b, b where a < b, else
  NaN; Relu is +0 where x <= 0, else x. Integers wrap at 32 bits.
- These formulas and IEEE 754 define infinities and signed zeros. The bits of a NaN are not
  defined: digests hold each NaN as 0x7fc00000.
- A prediction has one input. A batch is a series of predictions.
"""
