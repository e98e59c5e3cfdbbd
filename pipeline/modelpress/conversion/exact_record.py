"""The exact engine's predictions for the golden cases, their digest, and the largest difference
allowed to Keras."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelFailure, ModelpressError, described
from modelpress.exact.bound import bounds
from modelpress.exact.network import Network, digest
from modelpress.schema.exact import Exact

Float32 = npt.NDArray[np.float32]

UNBOUNDED = 1e-5  # of the largest prediction, or of 1


# What an operation in a form that the engine does not know may raise.
_UNABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class Reference:
    """The exact engine on one model's graph.

    reason       why it can't compute the graph, '' if it can
    missing      the operations of the graph that it lacks
    predictions  for the inputs, if it can compute the graph
    """

    def __init__(self, graph: Path, inputs: Float32) -> None:
        self.missing: list[str] = []
        self.reason = ""
        self.predictions = np.zeros(0, np.float32)
        self._inputs = inputs
        try:
            self._network = Network.read(graph)
            self.missing = self._network.missing()
            if self.missing:
                self.reason = f"it lacks {', '.join(self.missing)}"
                return
            self.predictions = self._network.predict(inputs)
        except ModelpressError as error:  # an operation in a form that the engine lacks
            self.reason = error.what
        except _UNABLE as error:
            self.reason = f"it can't run this graph ({described(error)})"

    def predict(self, inputs: Float32) -> Float32:
        """Returns the predictions for other inputs."""
        return self._network.predict(inputs)

    def record(self, outputs: Float32) -> Exact:
        """Returns the field `exact` of the model's entry.

        outputs: Keras' predictions. Raises ModelFailure if they differ from the engine's by more
        than rounding to float32 can make.
        """
        if self.reason:
            return Exact(covered=False, reason=self.reason, missing=self.missing)
        try:
            bound = bounds(self._network, self._inputs, self.predictions)
        except _UNABLE as error:
            reason = f"the error of this graph is unknown ({described(error)})"
            return Exact(covered=False, reason=reason, missing=[])
        # Where an error of rounding divides by zero, the law has no bound.
        size = np.abs(self.predictions).reshape(len(bound), -1).max(axis=1)
        bound = np.where(np.isfinite(bound), bound, UNBOUNDED * np.maximum(size, 1))
        difference = np.abs(outputs.astype(np.float64) - self.predictions)
        far = difference.reshape(len(outputs), -1).max(axis=1)
        for case, (found, allowed) in enumerate(zip(far, bound, strict=True)):
            if not found <= allowed:
                raise ModelFailure(
                    "The exact engine does not predict what Keras predicts.",
                    where=f"golden case {case}",
                    found=f"a difference of {found:.3g}",
                    expected=f"at most {allowed:.3g}, what float32 rounding can make here",
                    next_step="Report it with the model file: it is an error of the engine or of "
                    "the conversion.",
                )
        return Exact(
            covered=True,
            digest=digest(self.predictions),
            max_diff=float(far.max()),
            bound=float(f"{bound.max():.2e}"),
        )
