"""How a process computes so that the same source, data and seed give the same bytes."""

from __future__ import annotations

# Set before TensorFlow is imported.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",  # the order of sets is part of "same source, same bytes"
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Convolutions train 2.2 times as fast with oneDNN. Its sums depend on the processor's
    # generation, as TensorFlow's own do: equal bytes are promised on one machine, not on all.
    "TF_ENABLE_ONEDNN_OPTS": "1",
    # NumPy's matrix products wait for all of their threads, and other models keep the cores busy:
    # pictures are varied several times as fast with one thread (`make bench`).
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU's sums differ from one driver to the next
}


def repeatable() -> None:
    """Same source, same seed, same bytes: no racing threads, no order that differs from run to run.

    One thread a model: these networks are too small for more to pay, and sums then don't depend on
    how many cores a machine has. Models are built side by side instead.

    Raises RuntimeError where TensorFlow is running otherwise already.
    """
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
