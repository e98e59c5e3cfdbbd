"""How a model's own process computes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from modelpress.core.determinism import ENVIRONMENT

THREADS = """
import json, numpy, threadpoolctl
print(json.dumps([pool["num_threads"] for pool in threadpoolctl.threadpool_info()]))
"""


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread anyway")
def test_a_matrix_product_waits_for_no_second_thread() -> None:
    command = [sys.executable, "-c", THREADS]
    plain = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    alone = json.loads(subprocess.check_output(command, env={**plain, **ENVIRONMENT}, text=True))
    assert alone
    assert set(alone) == {1}
    assert max(json.loads(subprocess.check_output(command, env=plain, text=True))) > 1
