"""Every class of keras.layers in a small network."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
from keras import layers as L

from tests.coverage import Subject
from tests.networks import chain, halve

# Classes that are no layers to be used, or that run another framework's code.
NOT_MEASURED = {
    **dict.fromkeys(("Layer", "Wrapper"), "a base class"),
    "InputSpec": "not a layer",
    **dict.fromkeys(("JaxLayer", "FlaxLayer"), "runs JAX"),
    "TorchModuleWrapper": "runs PyTorch",
    "TFSMLayer": "runs a SavedModel, which Modelpress reads itself",
}

_LINE, _SERIES, _PICTURE, _ROOM = (6,), (8, 3), (12, 12, 3), (6, 6, 6, 2)
_FILM = (4, 8, 8, 2)


def classes() -> dict[str, type]:
    """The classes of keras.layers, each once, by the name of the class."""
    found = (getattr(L, name) for name in dir(L))
    return {each.__name__: each for each in found if inspect.isclass(each)}


def _pair(shape: tuple[int, ...], layer: Any, units: int | None = None) -> Any:
    """A layer of two inputs, the second computed from the first."""
    given = keras.Input(shape)
    return keras.Model(given, layer([given, L.Dense(units or shape[-1])(given)]))


def _attending(layer: Any) -> Any:
    given = keras.Input(_SERIES)
    return keras.Model(given, layer(given, L.Dense(3)(given)))


def _in_three(layer: Any) -> Callable[[], Any]:
    return lambda: chain((4, 6, 6, 2), layer)


def _refused(network: Callable[[], Any]) -> Callable[[], Any]:
    """A network whose input is text."""

    def build() -> Any:
        net = network()
        from modelpress.network.publishable import require_publishable

        require_publishable(net)
        raise AssertionError("text is an input")

    return build


_INFERENCE: dict[str, tuple[tuple[int, ...], Callable[[], Any]]] = {
    "Activation": (_LINE, lambda: chain(_LINE, L.Activation("tanh"))),
    "Add": (_LINE, lambda: _pair(_LINE, L.Add())),
    "AdditiveAttention": (_SERIES, lambda: _pair(_SERIES, L.AdditiveAttention())),
    "Attention": (_SERIES, lambda: _pair(_SERIES, L.Attention())),
    "Average": (_LINE, lambda: _pair(_LINE, L.Average())),
    "Bidirectional": (_SERIES, lambda: chain(_SERIES, L.Bidirectional(L.LSTM(4)))),
    "CenterCrop": (_PICTURE, lambda: chain(_PICTURE, L.CenterCrop(8, 8))),
    "Concatenate": (_LINE, lambda: _pair(_LINE, L.Concatenate(), 4)),
    "Dense": (_LINE, lambda: chain(_LINE, L.Dense(5, "relu"))),
    "Discretization": (_LINE, lambda: chain(_LINE, L.Discretization([-1.0, 0.0, 1.0]))),
    "Dot": (_LINE, lambda: _pair(_LINE, L.Dot(-1))),
    "ELU": (_LINE, lambda: chain(_LINE, L.ELU())),
    "EinsumDense": (_SERIES, lambda: chain(_SERIES, L.EinsumDense("abc,cd->abd", (None, 5)))),
    "Flatten": (_SERIES, lambda: chain(_SERIES, L.Flatten())),
    "GRU": (_SERIES, lambda: chain(_SERIES, L.GRU(4))),
    "GRUCell": (_SERIES, lambda: chain(_SERIES, L.RNN(L.GRUCell(4)))),
    "GroupNormalization": (_PICTURE, lambda: chain(_PICTURE, L.GroupNormalization(3))),
    "GroupedQueryAttention": (_SERIES, lambda: _attending(L.GroupQueryAttention(4, 4, 2))),
    "Identity": (_LINE, lambda: chain(_LINE, L.Dense(3), L.Identity())),
    "InputLayer": (_LINE, lambda: keras.Sequential([L.InputLayer(_LINE), L.Dense(3)])),
    "LSTM": (_SERIES, lambda: chain(_SERIES, L.LSTM(4))),
    "LSTMCell": (_SERIES, lambda: chain(_SERIES, L.RNN(L.LSTMCell(4)))),
    "Lambda": (_LINE, lambda: chain(_LINE, L.Lambda(halve))),
    "LeakyReLU": (_LINE, lambda: chain(_LINE, L.LeakyReLU(0.1))),
    "Masking": (_SERIES, lambda: chain(_SERIES, L.Masking(0.0), L.SimpleRNN(4))),
    "Maximum": (_LINE, lambda: _pair(_LINE, L.Maximum())),
    "MelSpectrogram": (
        (512,),
        lambda: chain((512,), L.MelSpectrogram(128, 64, num_mel_bins=16)),
    ),
    "Minimum": (_LINE, lambda: _pair(_LINE, L.Minimum())),
    "MultiHeadAttention": (_SERIES, lambda: _attending(L.MultiHeadAttention(2, 4))),
    "Multiply": (_LINE, lambda: _pair(_LINE, L.Multiply())),
    "Normalization": (
        _LINE,
        lambda: chain(_LINE, L.Normalization(mean=[1.0] * 6, variance=[4.0] * 6)),
    ),
    "PReLU": (_LINE, lambda: chain(_LINE, L.PReLU())),
    "Permute": (_SERIES, lambda: chain(_SERIES, L.Permute((2, 1)))),
    "Pipeline": (_LINE, lambda: chain(_LINE, L.Pipeline([L.Rescaling(0.5), L.Rescaling(2.0)]))),
    "RMSNormalization": (_LINE, lambda: chain(_LINE, L.RMSNormalization())),
    "RNN": (_SERIES, lambda: chain(_SERIES, L.RNN(L.SimpleRNNCell(4)))),
    "ReLU": (_LINE, lambda: chain(_LINE, L.ReLU(6, 0.1))),
    "RepeatVector": (_LINE, lambda: chain(_LINE, L.RepeatVector(3))),
    "Rescaling": (_LINE, lambda: chain(_LINE, L.Rescaling(0.5, 1.0))),
    "Reshape": (_LINE, lambda: chain(_LINE, L.Reshape((2, 3)))),
    "Resizing": (_PICTURE, lambda: chain(_PICTURE, L.Resizing(7, 9))),
    "SimpleRNN": (_SERIES, lambda: chain(_SERIES, L.SimpleRNN(4))),
    "SimpleRNNCell": (_SERIES, lambda: chain(_SERIES, L.RNN(L.SimpleRNNCell(4)))),
    "Softmax": (_LINE, lambda: chain(_LINE, L.Softmax())),
    "SpectralNormalization": (
        _LINE,
        lambda: chain(_LINE, L.SpectralNormalization(L.Dense(4))),
    ),
    "STFTSpectrogram": (
        (512, 1),
        lambda: chain((512, 1), L.STFTSpectrogram("log", 128, 64, 128)),
    ),
    "StackedRNNCells": (
        _SERIES,
        lambda: chain(_SERIES, L.RNN(L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(3)]))),
    ),
    "Subtract": (_LINE, lambda: _pair(_LINE, L.Subtract())),
    "TimeDistributed": (_SERIES, lambda: chain(_SERIES, L.TimeDistributed(L.Dense(4)))),
    "UnitNormalization": (_LINE, lambda: chain(_LINE, L.UnitNormalization())),
    "BatchNormalization": (_PICTURE, lambda: chain(_PICTURE, L.BatchNormalization())),
    "LayerNormalization": (_PICTURE, lambda: chain(_PICTURE, L.LayerNormalization())),
    "DepthwiseConv1D": (_SERIES, lambda: chain(_SERIES, L.DepthwiseConv1D(3))),
    "DepthwiseConv2D": (_PICTURE, lambda: chain(_PICTURE, L.DepthwiseConv2D(3, strides=2))),
    "SeparableConv1D": (_SERIES, lambda: chain(_SERIES, L.SeparableConv1D(4, 3))),
    "SeparableConv2D": (_PICTURE, lambda: chain(_PICTURE, L.SeparableConv2D(4, 3))),
    "ConvLSTM1D": (_SERIES, lambda: chain((4, 8, 2), L.ConvLSTM1D(3, 3))),
    "ConvLSTM2D": (_FILM, lambda: chain(_FILM, L.ConvLSTM2D(3, 3))),
    "ConvLSTM3D": (_FILM, lambda: chain((3, 5, 5, 5, 2), L.ConvLSTM3D(2, 3))),
    "TextVectorization": (
        (1,),
        _refused(lambda: chain((1,), L.TextVectorization(vocabulary=["a", "b"]), dtype="string")),
    ),
    "StringLookup": (
        (1,),
        _refused(lambda: chain((1,), L.StringLookup(vocabulary=["a", "b"]), dtype="string")),
    ),
    "Hashing": ((1,), _refused(lambda: chain((1,), L.Hashing(7), dtype="string"))),
}
_SHAPES = {"ConvLSTM1D": (4, 8, 2), "ConvLSTM3D": (3, 5, 5, 5, 2)}

# Inputs are indices below the last number.
_WHOLE: dict[str, tuple[tuple[int, ...], Callable[[], Any], int]] = {
    "Embedding": ((5,), lambda: chain((5,), L.Embedding(9, 4), dtype="int32"), 9),
    "ReversibleEmbedding": ((5,), lambda: chain((5,), L.ReversibleEmbedding(9, 4)), 9),
    "CategoryEncoding": ((5,), lambda: chain((5,), L.CategoryEncoding(9), dtype="int32"), 9),
    "IntegerLookup": (
        (5,),
        lambda: chain((5,), L.IntegerLookup(vocabulary=[1, 3, 5]), dtype="int32"),
        9,
    ),
    "HashedCrossing": ((2,), lambda: _crossing(), 9),
}

_TRAINING: dict[str, Callable[[], Any]] = {
    "ActivityRegularization": lambda: L.ActivityRegularization(0.1),
    "AlphaDropout": lambda: L.AlphaDropout(0.5),
    "AutoContrast": lambda: L.AutoContrast(),
    "ContrastLimitedAdaptiveHistogramEqualization": lambda: (
        L.ContrastLimitedAdaptiveHistogramEqualization()
    ),
    "Equalization": lambda: L.Equalization(),
    "MaxNumBoundingBoxes": lambda: L.MaxNumBoundingBoxes(3),
    "AugMix": lambda: L.AugMix(),
    "CutMix": lambda: L.CutMix(),
    "Dropout": lambda: L.Dropout(0.5),
    "GaussianDropout": lambda: L.GaussianDropout(0.5),
    "GaussianNoise": lambda: L.GaussianNoise(0.5),
    "MixUp": lambda: L.MixUp(),
    "RandAugment": lambda: L.RandAugment(),
    "RandomCrop": lambda: L.RandomCrop(12, 12),
    "Solarization": lambda: L.Solarization(),
    "SpatialDropout1D": lambda: L.SpatialDropout1D(0.5),
    "SpatialDropout2D": lambda: L.SpatialDropout2D(0.5),
    "SpatialDropout3D": lambda: L.SpatialDropout3D(0.5),
    "RandomBrightness": lambda: L.RandomBrightness(0.2),
    "RandomColorDegeneration": lambda: L.RandomColorDegeneration(0.2),
    "RandomColorJitter": lambda: L.RandomColorJitter(),
    "RandomContrast": lambda: L.RandomContrast(0.2),
    "RandomElasticTransform": lambda: L.RandomElasticTransform(),
    "RandomErasing": lambda: L.RandomErasing(),
    "RandomFlip": lambda: L.RandomFlip(),
    "RandomGaussianBlur": lambda: L.RandomGaussianBlur(),
    "RandomGrayscale": lambda: L.RandomGrayscale(),
    "RandomHue": lambda: L.RandomHue(0.2),
    "RandomInvert": lambda: L.RandomInvert(),
    "RandomPerspective": lambda: L.RandomPerspective(),
    "RandomPosterization": lambda: L.RandomPosterization(4),
    "RandomRotation": lambda: L.RandomRotation(0.1),
    "RandomSaturation": lambda: L.RandomSaturation(0.2),
    "RandomSharpness": lambda: L.RandomSharpness(0.2),
    "RandomShear": lambda: L.RandomShear(0.1),
    "RandomTranslation": lambda: L.RandomTranslation(0.1, 0.1),
    "RandomZoom": lambda: L.RandomZoom(0.1),
}
_OF_SERIES = {"SpatialDropout1D": _SERIES, "SpatialDropout3D": _ROOM}


def _crossing() -> Any:
    given = keras.Input((2,), dtype="int32")
    crossed = L.HashedCrossing(7)([given[:, :1], given[:, 1:]])
    return keras.Model(given, crossed)


def _of_kind(make: Callable[..., Any], kind: Any, shape: tuple[int, ...]) -> Any:
    return chain(shape, make(kind))


def _by_dimension() -> Iterator[tuple[str, tuple[int, ...], Callable[[], Any]]]:
    """Layers of which there is one for each number of dimensions."""
    for size, shape in ((1, _SERIES), (2, _PICTURE), (3, _ROOM)):
        made: dict[str, Callable[..., Any]] = {
            "Conv{}D": lambda kind: kind(4, 3, activation="relu"),
            "Conv{}DTranspose": lambda kind: kind(4, 3, strides=2),
            "MaxPooling{}D": lambda kind: kind(2),
            "AveragePooling{}D": lambda kind: kind(2, padding="same"),
            "GlobalMaxPooling{}D": lambda kind: kind(),
            "GlobalAveragePooling{}D": lambda kind: kind(),
            "AdaptiveMaxPooling{}D": lambda kind: kind(3),
            "AdaptiveAveragePooling{}D": lambda kind: kind(3),
            "UpSampling{}D": lambda kind: kind(2),
            "ZeroPadding{}D": lambda kind: kind(2),
            "Cropping{}D": lambda kind: kind(1),
        }
        for pattern, make in made.items():
            name = pattern.format(size)
            kind = getattr(L, name)
            yield name, shape, partial(_of_kind, make, kind, shape)


def _training(make: Callable[[], Any], shape: tuple[int, ...]) -> Any:
    return chain(shape, L.Rescaling(0.5), make(), L.Flatten(), L.Dense(2))


def subjects() -> Iterator[Subject]:
    for name, (shape, build) in _INFERENCE.items():
        yield Subject(name, "layers", build, _SHAPES.get(name, shape))
    for name, shape, build in _by_dimension():
        yield Subject(name, "layers", build, shape)
    for name, (shape, build, below) in _WHOLE.items():
        yield Subject(name, "layers", build, shape, below)
    for name, make in _TRAINING.items():
        shape = _OF_SERIES.get(name, _PICTURE)
        yield Subject(
            name,
            "layers",
            partial(_training, make, shape),
            shape,
            role="training",
        )
