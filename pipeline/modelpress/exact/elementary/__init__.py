"""Elementary functions of float64 arrays, of + − × ÷, sqrt, floor and powers of two alone.

Rounded to float32, each lies within one unit in the last place of the true value for every float32
input (tests/test_exact_elementary.py). `site_assets/src/exact/elementary/` computes the same, step
by step; a change of one is a change of both.
"""
