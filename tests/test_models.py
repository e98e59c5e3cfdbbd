"""The project's own small models: their figures against other ways to get them, and from many
random starts. What each must reach from its own seed, its `expect` enforces in every build."""

from __future__ import annotations

import colorsys
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from modelpress import Model
from modelpress.core.configuration import find_project
from modelpress.data import DataRequest, load
from modelpress.spec.discovery import find_models, import_model
from modelpress.training.train import trained

PROJECT = find_project(Path(__file__).parent.parent / "mkdocs.yml")
MODELS = find_models(PROJECT)


def module(slug: str) -> ModuleType:
    """The model file, run."""
    import_model(MODELS[slug], PROJECT)
    return sys.modules[f"modelpress_models.{slug}"]


def train(model: Model, seed: int) -> tuple[Any, dict[str, float]]:
    """The network and its metrics, from this seed."""
    loaded = load(model.data, DataRequest(), PROJECT.downloads_dir, lambda text: None)
    net, _, metrics = trained(replace(model, seed=seed), loaded, lambda *event: None)
    return net, metrics


def each_seed(model: Model, seeds: int) -> Iterator[tuple[Any, dict[str, float]]]:
    return (train(model, seed) for seed in range(1, seeds + 1))


@pytest.mark.parametrize("slug", MODELS)
def test_every_model_names_its_limits_and_has_its_page(slug: str) -> None:
    assert import_model(MODELS[slug], PROJECT).limits
    page = (PROJECT.root / "docs/models" / f"{slug}.md").read_text()
    for fence in ("model", "layers", "card", "source"):
        assert f"```{fence} {slug}\n" in page, fence


def test_the_line_errors_are_those_of_arithmetic() -> None:
    line_fit = module("line_fit")
    for m, b, expected in ((-1, 5, 2.5), (-1, 4, 4.5), (0, 4, 1.0), (2, 1, 0.0)):
        error, slopes = line_fit.squared_error(m, b)
        off = [m * 1 + b - 3, m * 2 + b - 5]
        assert error == expected == np.mean(np.square(off))
        assert slopes == [off[0] * 1 + off[1] * 2, off[0] + off[1]]
    # Just below the largest rate the walk comes down, just above it leaves.
    largest = line_fit.facts(line_fit.line(), {})["largest_rate"]
    assert line_fit.error_after_descent(largest * 0.98, 2000) < 1e-3
    assert line_fit.error_after_descent(largest * 1.02, 2000) > 1e3


def test_the_opposite_colour_is_half_a_turn_of_the_hue() -> None:
    colors, targets = module("complementary_color").colors(200, seed=5)
    for rgb, target in zip(colors, targets, strict=True):
        hue, lightness, saturation = colorsys.rgb_to_hls(*(rgb / 255))
        turned = colorsys.hls_to_rgb((hue + 0.5) % 1, lightness, saturation)
        np.testing.assert_allclose(target, turned, atol=1e-6)


def test_the_waves_read_from_weights_are_what_the_network_computes() -> None:
    two_waves = module("two_waves")
    net = two_waves.network()
    net.set_weights([np.array([[-2.5, 1.0]]), np.array([0.3, 2.0]), np.array([[0.7], [-1.0]])])
    frequency, amplitude, phase = two_waves.waves(net)
    np.testing.assert_allclose(frequency, [1.0, 2.5])
    assert (amplitude > 0).all()
    x = np.linspace(-5, 5, 50, dtype=np.float32)[:, None]
    waves = np.sum(amplitude * np.sin(frequency * x + phase), axis=1, keepdims=True)
    np.testing.assert_allclose(net(x), waves, atol=1e-5)


@pytest.mark.slow
def test_xor_gets_the_four_corners_from_each_of_20_seeds() -> None:
    xor = module("xor")
    for net, _ in each_seed(xor.MODEL, 20):
        np.testing.assert_array_equal(np.round(net(xor.CORNERS)), xor.TRUTH)


@pytest.mark.slow
def test_opposite_colours_from_each_of_20_seeds() -> None:
    module_ = module("complementary_color")
    random_colors, _ = module_.colors(10_000, seed=2)
    for net, _ in each_seed(module_.MODEL, 20):
        assert module_.dead_channels(net) == 0
        assert np.median(module_.errors(net, module_.SEVENTEEN)) <= 3
        assert np.median(module_.errors(net, random_colors)) <= 3


@pytest.mark.slow
def test_two_waves_are_found_from_9_of_10_seeds() -> None:
    """Each seed has points and noise of its own, too."""
    two_waves = module("two_waves")
    found = 0
    for seed in range(1, 11):
        model = replace(two_waves.MODEL, data=lambda seed=seed: two_waves.data(seed))
        frequencies, _, _ = two_waves.waves(train(model, seed)[0])
        found += np.allclose(frequencies, two_waves.FREQUENCIES, rtol=0.01)
    assert found >= 9


@pytest.mark.slow
def test_the_complex_model_wins_and_loses_with_19_of_20_seeds() -> None:
    """Wins on its own sample, loses on a new one; each seed draws samples of its own."""
    complex_, simple = module("overfitting"), module("overfitting_simple")
    wins = losses = 0
    for seed in range(1, 21):
        data = {"data": lambda seed=seed: complex_.data(seed)}
        _, our = train(replace(complex_.MODEL, **data), seed)
        _, their = train(replace(simple.MODEL, **data), seed)
        wins += our["rmse"] < their["rmse"]
        losses += our["val_rmse"] > their["val_rmse"]
    assert wins >= 19
    assert losses >= 19
