"""Writes the vectors whose results Python computes."""

from __future__ import annotations

from tests.test_csv_table import csv_vectors
from tests.test_numerals import numeral_vectors
from tests.test_text import text_vectors
from tests.test_training_order import order_vectors
from tests.vectors import write_vectors

write_vectors("numerals", numeral_vectors())
write_vectors("order", order_vectors())
write_vectors("text", text_vectors())
write_vectors("csv", csv_vectors())
