"""Settings that make computation deterministic: the same source, data and seed, the same bytes."""

from __future__ import annotations

# Set before TensorFlow is imported.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",  # fixes the iteration order of sets
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Convolutions train 2.2 times as fast with oneDNN. Its sums depend on the processor's
    # generation, as TensorFlow's own do: results are bit-identical on one machine, not on all.
    "TF_ENABLE_ONEDNN_OPTS": "1",
    # NumPy's matrix products wait for all of their threads while other models use the cores:
    # image augmentation is several times as fast with one thread (`make bench`).
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",  # a GPU's sums differ between driver versions
}


def repeatable() -> None:
    """Makes TensorFlow deterministic: one thread, and deterministic operations.

    Each model trains on one thread: these networks are too small to gain from more, and sums then
    don't depend on the number of cores. Models are built in parallel instead.

    Raises RuntimeError if TensorFlow has already started with other settings.
    """
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
