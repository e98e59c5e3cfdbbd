"""A bound of the difference between a float32 computation of a network and the exact engine's.

The network is computed several times in float64, each time with an error of its own added to the
result of every operation, drawn at random from as far as float32 may be off there: random rounding,
as in the discrete stochastic arithmetic of Vignes (Mathematics and Computers in Simulation 35,
1993). How far the predictions then spread is how the network carries the errors of its operations
on, through its sizes and its depth. With u = 2⁻²⁴, what rounding to float32 costs, an operation is
off by at most:

- A sum of n terms: gamma(n) · Σ |terms|, in whatever order they are added. gamma(n) is the smaller
  of n · u, which always holds (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
  section 3.1), and 8 · √n · u, which holds with a probability above 1 - 1e-13 where rounding errors
  are independent (Higham and Mary, SIAM J. Sci. Comput. 41, 2019, theorem 2.4 with lambda = 8).
- A function of elements: 16 u of its value, since the float32 functions of libraries are good to a
  few units in the last place. A softmax has the error of its sum, too.
- A constant, which the converter may have computed from others, as the kernel of a convolution with
  batch normalisation: 8 u of its value.
- What only moves or chooses elements: 0.

The bound of a case is four times the root mean square of the spread of its most uncertain value,
and 16 u of its largest value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.exact.activation import applied
from modelpress.exact.convolution import patches
from modelpress.exact.graph import Array, Node, node_name, output_number
from modelpress.exact.matrices import turned
from modelpress.exact.network import Network, as_input, given_to
from modelpress.exact.operation import module_name, operation, run
from modelpress.exact.operations.loop import Loop, run_loop
from modelpress.exact.windows import axes

Float64 = npt.NDArray[np.float64]

UNIT = 2.0**-24
CONSTANT = 8 * UNIT
FUNCTION = 16 * UNIT
SAMPLES = 4
SAFETY = 4.0
_MOST_AT_ONCE = 32  # cases

_PRODUCTS = {
    *("matmul", "fusedmatmul", "batchmatmul", "einsum", "conv2d", "fusedconv2d"),
    *("conv3d", "depthwiseconv2dnative", "fuseddepthwiseconv2dnative", "conv2dbackpropinput"),
}
_SUMS = {"sum", "mean", "avgpool", "avgpool3d", "cumsum", "addn", "resizebilinear", "euclideannorm"}
_FUNCTIONS = {
    *("maximum", "minimum", "pow", "atan2", "realdiv", "floordiv", "floormod", "mod"),
    *("leakyrelu", "prelu", "biasadd", "clipbyvalue", "prod", "cumprod"),
}


def bounds(network: Network, inputs: npt.ArrayLike, predictions: npt.ArrayLike) -> Float64:
    """For each case of a batch, how far a float32 computation may be from its `predictions`, the
    exact engine's."""
    batch, exact = np.asarray(inputs, np.float32), np.asarray(predictions, np.float64)
    places = range(0, len(batch), _MOST_AT_ONCE)
    parts = [(batch[i : i + _MOST_AT_ONCE], exact[i : i + _MOST_AT_ONCE]) for i in places]
    with np.errstate(all="ignore"):
        return np.concatenate([_bounds(network, *part) for part in parts])


def _bounds(network: Network, batch: Array, exact: Float64) -> Float64:
    sampling = _Sampling(network)
    squares = np.zeros(exact.shape)
    for _ in range(SAMPLES):
        squares += (sampling.predictions(batch) - exact) ** 2
    axes = tuple(range(1, exact.ndim))
    spread = np.sqrt(squares / SAMPLES).max(axis=axes)
    found: Float64 = SAFETY * spread + FUNCTION * np.abs(exact).max(axis=axes)
    return found


def bounds_inside(network: Network, inputs: npt.ArrayLike) -> dict[str, float]:
    """For each operation of a graph, in order, how far a float32 computation of its result may be
    off for these inputs; without those that the engine can't compute, and those of whole numbers.
    """
    batch = np.asarray(inputs, np.float32)
    with np.errstate(all="ignore"):
        exact = _given(network, batch)
        nodes = [node for node in network.nodes if _computed(network, node, exact)]
        sampling = _Sampling(network)
        samples = [sampling.values(batch, nodes) for _ in range(SAMPLES)]
        found = {}
        for node in nodes:
            result = exact[node.name][0]
            if node.op == "Const" or isinstance(result, list) or result.dtype.kind != "f":
                continue
            off = [each[node.name][0] - result.astype(np.float64) for each in samples]
            spread = np.sqrt(np.mean(np.square(off), axis=0)).max(initial=0)
            bound = SAFETY * spread + FUNCTION * np.abs(result).max(initial=0)
            if np.isfinite(bound):
                found[node.name] = float(bound)
    return found


def _given(network: Network, batch: Array) -> dict[str, list[Any]]:
    return {name: [as_input(network, name, batch)] for name in network.graph.inputs}


def _computed(network: Network, node: Node, values: dict[str, list[Any]]) -> bool:
    """Adds the results of an operation to `values`; False if the engine can't compute it."""
    if node.name in network.graph.inputs:
        return False
    try:
        network.evaluate([node], values)
    except (ModelpressError, ImportError, ArithmeticError, AttributeError, LookupError, TypeError,
            ValueError):  # fmt: skip
        return False
    return True


def gamma(terms: int) -> float:
    """The error of a sum of so many terms, of the sum of their sizes."""
    return float(min(terms, 8 * np.sqrt(terms))) * UNIT


class _Sampling:
    """Computes a network again and again for one batch, each time with other errors."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._random = np.random.default_rng(0)
        self._reach: list[Array] = []  # of each error in turn: found once, used by every sample
        self._next = 0

    def predictions(self, batch: Array) -> Float64:
        output = self._network.graph.outputs[0]
        values = self.values(batch, self._network.nodes)
        found: Float64 = values[node_name(output)][output_number(output)]
        return found

    def values(self, batch: Array, nodes: Iterable[Node]) -> dict[str, list[Any]]:
        """The results of these operations, in order, by name."""
        self._next = 0
        values = _given(self._network, batch.astype(np.float64))
        self._evaluate(nodes, values)
        return values

    def _evaluate(self, nodes: Iterable[Node], values: dict[str, list[Any]]) -> None:
        graph = self._network.graph
        for node in nodes:
            if node.name in graph.inputs:
                continue
            if node.op == "Const":
                value = graph.weights[node.name]
                if value.dtype.kind == "f":
                    value = self._off(value.astype(np.float64), lambda x: CONSTANT * np.abs(x))
                values[node.name] = [value]
                continue
            given = given_to(node, values)
            if isinstance(node, Loop):
                values[node.name] = run_loop(node, given, values, self._evaluate)
            else:
                values[node.name] = self._results(node, given)

    def _results(self, node: Node, given: list[Any]) -> list[Any]:
        name = module_name(node.op)
        if name in _PRODUCTS:
            return [self._product(node, name, given)]
        if name == "range":  # an error in its step would change how many numbers there are
            given = [np.round(each, 5) for each in given]
        results = run(node, given)
        if not all(isinstance(each, np.ndarray) and each.dtype.kind == "f" for each in results):
            return results  # whole numbers, or a list of tensors that have their errors
        if name in _SUMS:
            sizes = [np.abs(each) if each.dtype.kind == "f" else each for each in given]
            terms = _terms(name, given, results[0])
            return [self._off(results[0], lambda _: gamma(terms) * run(node, sizes)[0])]
        if name == "softmax":
            far = FUNCTION + gamma(results[0].shape[-1])  # of its sum
            return [self._off(results[0], lambda x: far * np.abs(x))]
        if name == "logsoftmax":  # what it subtracts is rounded, too
            largest, far = np.abs(given[0]).max(), gamma(results[0].shape[-1])
            return [self._off(results[0], lambda x: FUNCTION * (np.abs(x) + largest) + far)]
        if name == "fusedbatchnorm":
            return [self._off(results[0], lambda _: FUNCTION * _sizes_of_norm(node, given))]
        if name in _FUNCTIONS or hasattr(operation(node.op), "value"):
            return [self._off(results[0], lambda x: FUNCTION * np.abs(x))]
        return results

    def _off(self, value: Array, reach: Callable[[Array], Array]) -> Float64:
        """The value with an error, at most as large as `reach` says."""
        if self._next == len(self._reach):
            self._reach.append(np.asarray(reach(value)))
        far = self._reach[self._next]
        self._next += 1
        found: Float64 = value + far * self._random.uniform(-1.0, 1.0, value.shape)
        return found

    def _product(self, node: Node, name: str, given: list[Any]) -> Float64:
        """The sums, then their activation."""
        at = (2, 1) if name == "conv2dbackpropinput" else (0, 1)
        factors = [given[i] for i in at]
        multiply, terms = _multiplied(node, name, given)
        fused = node.texts("fused_ops")
        bias = given[2] if "BiasAdd" in fused else np.zeros(1)
        total = self._off(
            multiply(*factors) + bias,
            lambda _: gamma(terms + 1) * (multiply(*map(np.abs, factors)) + np.abs(bias)),
        )
        if fused:
            made = applied(node, given, total)
            total = self._off(made, lambda x: FUNCTION * np.abs(x))
        return total


def _terms(name: str, given: list[Any], result: Array) -> int:
    """How many terms each of the sums has, at most."""
    if name == "resizebilinear":  # where a pixel lies is computed in float32, too
        return 64 * int(max(given[0].shape)) ** 2
    return int(given[0].size // max(1, result.size)) + len(given) + 16


def _sizes_of_norm(node: Node, given: list[Any]) -> Array:
    x, scale, offset, mean, variance = given
    factor = np.abs(scale) / np.sqrt(variance + node.number("epsilon", 1e-4))
    sizes: Array = np.abs(x) * factor + np.abs(offset) + np.abs(mean) * factor
    return sizes


def _multiplied(
    node: Node, name: str, given: list[Any]
) -> tuple[Callable[[Array, Array], Array], int]:
    """The product as a function of its two factors, in any order; how many terms each of its sums
    has."""
    b = given[1]
    if name in ("matmul", "fusedmatmul", "batchmatmul"):
        flags = ("adj_x", "adj_y") if name == "batchmatmul" else ("transpose_a", "transpose_b")
        turns = [node.flag(flag) for flag in flags]
        inner = b.shape[-1 if turns[1] else -2]
        return lambda x, y: np.matmul(turned(x, turns[0]), turned(y, turns[1])), inner
    if name == "einsum":
        equation = node.text("equation")
        letters, result = equation.replace(" ", "").split("->")
        one, two = letters.split(",")
        lengths = dict(zip(one + two, given[0].shape + b.shape, strict=True))
        gone = [length for letter, length in lengths.items() if letter not in result]
        return lambda x, y: np.einsum(equation, x, y, optimize=True), int(np.prod(gone))
    if name in ("conv2d", "fusedconv2d"):
        rows, columns = axes(node, given[0].shape, b.shape[:2])
        shape = (-1, rows.count, columns.count, b.shape[3])

        def convolve(x: Array, y: Array) -> Array:
            found: Array = np.matmul(patches(x, rows, columns), y.reshape(-1, y.shape[3]))
            return found.reshape(shape)

        return convolve, int(np.prod(b.shape[:3]))
    if name == "conv3d":
        return lambda x, y: run(node, [x, y])[0], int(np.prod(b.shape[:4]))
    plain = Node(node.name, node.op.replace("Fused", ""), (), {**node.attributes, "fused_ops": {}})
    if name == "conv2dbackpropinput":
        lengths = given[0]
        terms = int(b.size // b.shape[2])
        return lambda x, y: run(plain, [lengths, y, x])[0], terms
    return lambda x, y: run(plain, [x, y])[0], int(np.prod(b.shape[:2]))
