"""`modelpress adopt`: a model file and a page for a trained model, with kinds that are guessed."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import inputs, outputs
from modelpress.build import adopt as adopting
from modelpress.build.adopt import adopt, slug_of, source
from modelpress.build.guess import Guess
from modelpress.build.guess_several import guess
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.inputs import Drawing, Number, Numbers, Picture
from modelpress.network.several import one_vector
from modelpress.outputs import Classes
from modelpress.outputs import Picture as PictureOut
from modelpress.spec.model import Model
from modelpress.training.shapes import check_shapes
from tests.tiny import tiny_project

L = keras.layers


def network(shape: tuple[Any, ...], *layers: Any, dtype: str | None = None) -> Any:
    return keras.Sequential([keras.Input(shape, dtype=dtype), *layers])


def written(net: Any, folder: Path, *, plain: bool = False) -> tuple[Model, Guess]:
    """The Model of the written file for `net`, whose own `file` is never read here."""
    found = guess(net, folder / "given.keras", plain=plain)
    path = folder / "model.py"
    path.write_text(source("Given", "given.keras", found))
    made: Model = runpy.run_path(str(path))["MODEL"]
    return made, found


def model(net: Any, folder: Path, *, plain: bool = False) -> tuple[Model, Guess]:
    """The same, for a network with one input and one output; they fit the network."""
    made, found = written(net, folder, plain=plain)
    whole = made.build(net) if made.build else net
    if made.output is not None:
        check_shapes(whole, made, {"input": [], "output": []})
    assert made.input is not None
    assert whole.input_shape[1:] == tuple(made.input.shape)
    return made, found


def test_a_network_of_mnist_gets_a_drawing_and_digits(tmp_path: Path) -> None:
    net = network((28, 28, 1), L.Conv2D(2, 3), L.Flatten(), L.Dense(10, "softmax"))
    found, guessed = model(net, tmp_path)
    assert isinstance(found.input, Drawing)
    assert isinstance(found.output, Classes)
    assert found.output.labels == tuple("0123456789")
    assert found.build is not None
    pixels = np.full((1, 28, 28), 255, "float32")
    wanted = net(np.ones((1, 28, 28, 1), "float32"))
    assert np.allclose(found.build(net)(pixels), wanted, atol=1e-6)  # divided by 255
    assert any("If it expects 0 to 255, remove `build`" in note for note in guessed.notes)


def test_several_inputs_and_outputs_get_a_kind_each(tmp_path: Path) -> None:
    place, size = keras.Input((2,), name="place"), keras.Input((1,), name="size")
    scaled = L.Rescaling(1 / 100)(size)
    both = L.Concatenate()([place, scaled])
    price, kind = L.Dense(1, name="price")(both), L.Dense(3, "softmax", name="kind")(both)
    net = keras.Model([place, size], [price, kind])
    found, guessed = written(net, tmp_path)
    assert isinstance(found.input, inputs.Several)
    assert isinstance(found.output, outputs.Several)
    assert {name: type(part) for name, part in found.input.parts.items()} == {
        "place": inputs.Numbers,
        "size": inputs.Number,
    }
    assert found.input.parts["size"].spec()["max"] == 100  # from its own first layer
    assert {name: type(part) for name, part in found.output.parts.items()} == {
        "price": outputs.Number,
        "kind": outputs.Classes,
    }
    assert any(note.startswith("output kind: Name the 3 classes") for note in guessed.notes)
    joined = one_vector(net, found.input, found.output)
    x = np.array([[0.5, -0.5, 40]], "float32")
    wanted = np.concatenate([np.asarray(each) for each in net([x[:, :2], x[:, 2:]])], axis=1)
    assert np.array_equal(np.asarray(joined(x)), wanted)


@pytest.mark.parametrize("form", [list, dict])
def test_one_input_and_several_outputs(form: type, tmp_path: Path) -> None:
    given = keras.Input((4,))
    a, b = L.Dense(2, name="a")(given), L.Dense(3, name="b")(given)
    net = keras.Model(given, [a, b] if form is list else {"a": a, "b": b})
    found, _ = written(net, tmp_path)
    assert isinstance(found.input, Numbers)
    assert isinstance(found.output, outputs.Several)
    assert list(found.output.parts) == ["a", "b"]
    assert one_vector(net, found.input, found.output).output_shape == (None, 5)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("cat\ndog\n", "labels.txt has 2 labels; the network has 3 different classes."),
        ("cat\ndog\ncat\n", 'labels.txt has "cat" several times; the network has 3'),
    ],
)
def test_labels_that_do_not_fit_are_noted(tmp_path: Path, labels: str, said: str) -> None:
    (tmp_path / "labels.txt").write_text(labels)
    found, guessed = model(network((4,), L.Dense(3, "softmax")), tmp_path)
    assert any(note.startswith(said) for note in guessed.notes)
    assert isinstance(found.output, Classes)
    assert found.output.labels == ("class 0", "class 1", "class 2")


def test_a_hundred_thousand_classes_are_refused_with_a_way_that_works(tmp_path: Path) -> None:
    net = network((4,), L.Dense(100_000, "softmax"))
    with pytest.raises(ModelpressError, match="too many classes") as caught:
        guess(net, tmp_path / "given.keras")
    code = caught.value.next_step.partition("build=")[2].partition(", whose")[0]
    few = eval(code, {"keras": keras})(net)
    assert few.output_shape == (None, 3)
    x = np.ones((2, 4), "float32")
    assert np.array_equal(np.asarray(few(x)), np.asarray(net(x))[:, :3])


def test_a_rescaling_layer_tells_the_range(tmp_path: Path) -> None:
    net = network((32, 24, 1), L.Rescaling(1 / 255), L.Flatten(), L.Dense(2, "softmax"))
    (tmp_path / "given.txt").write_text("0 cat\n1 hot dog\n")  # as Teachable Machine writes it
    found, guessed = model(net, tmp_path)
    assert isinstance(found.input, Picture)
    assert found.build is None
    assert isinstance(found.output, Classes)
    assert found.output.labels == ("cat", "hot dog")
    assert guessed.notes == []


@pytest.mark.parametrize("front", [(1 / 255, 0), (1 / 127.5, -1), None])
def test_a_network_of_three_channels_gets_a_picture_in_colour(
    tmp_path: Path, front: tuple[float, float] | None
) -> None:
    first = [L.Rescaling(*front)] if front else []
    net = network((28, 24, 3), *first, L.Conv2D(2, 3), L.Flatten(), L.Dense(2, "softmax"))
    found, guessed = model(net, tmp_path)
    assert isinstance(found.input, Picture)
    assert found.input.shape == (28, 24, 3)
    assert (found.build is None) == (front is not None)
    assert any("divides them" in note for note in guessed.notes) == (front is None)
    if found.build:
        white = np.full((1, 28, 24, 3), 255, "float32")
        assert np.allclose(found.build(net)(white), net(white / 255), atol=1e-6)
    square, _ = model(network((28, 28, 3), *first, L.Flatten(), L.Dense(2)), tmp_path)
    assert isinstance(square.input, Picture)  # a drawing is grey


@pytest.mark.parametrize(
    ("shape", "layers", "wanted"),
    [
        ((32, 24, 3), [L.Conv2D(3, 1, activation="sigmoid")], "32, 24, channels=3"),
        ((32, 24, 3), [L.Conv2D(3, 1, activation="tanh")], "32, 24, low=-1, channels=3"),
        ((32, 24, 3), [L.Conv2D(1, 1, activation="sigmoid")], "32, 24, channel=True, mask=True"),
        ((32, 24, 1), [L.Conv2D(1, 1, activation="sigmoid")], "32, 24, channel=True"),
        ((32, 24, 3), [L.Conv2D(1, 2, 2, activation="sigmoid")], "16, 12, channel=True"),
        ((32, 24), [L.Rescaling(200.0)], "32, 24, high=255"),
        ((4,), [L.Dense(80, "sigmoid"), L.Reshape((8, 10))], "8, 10"),
    ],
)
def test_an_answer_that_is_a_picture(
    tmp_path: Path, shape: tuple[int, ...], layers: list[Any], wanted: str
) -> None:
    keras.utils.set_random_seed(3)
    front = [L.Rescaling(1 / 255)] if len(shape) > 1 else []
    found, guessed = model(network(shape, *front, *layers), tmp_path)
    assert isinstance(found.output, PictureOut)
    assert f"output=PictureOut({wanted})," in guessed.fields
    assert any("drawn over the input" in note for note in guessed.notes) == ("mask" in wanted)


def test_probabilities_of_each_pixel_are_no_colours(tmp_path: Path) -> None:
    net = network((32, 24, 3), L.Rescaling(1 / 255), L.Conv2D(3, 1, activation="softmax"))
    found, _ = model(net, tmp_path)
    assert found.output is None


def test_the_range_follows_from_normalization(tmp_path: Path) -> None:
    norm = L.Normalization(mean=[100.0, 5, 2000], variance=[100.0, 1, 90000])
    found, _ = model(network((3,), norm, L.Dense(1)), tmp_path)
    assert isinstance(found.input, Numbers)
    assert list(found.input.fields.values()) == [(70, 130), (2, 8), (1100, 2900)]
    assert found.output is None


def test_further_kinds_of_input(tmp_path: Path) -> None:
    one, _ = model(network((1,), L.Dense(1)), tmp_path)
    assert isinstance(one.input, Number)
    scaled, _ = model(network((1,), L.Rescaling(1 / 127.5, offset=-1), L.Dense(1)), tmp_path)
    assert isinstance(scaled.input, Number)
    assert (scaled.input.min, scaled.input.max) == (0, 255)
    words = network((7,), L.Embedding(66, 5), L.Flatten(), L.Dense(3, "softmax"), dtype="int32")
    found, guessed = model(words, tmp_path)
    assert isinstance(found.input, Numbers)
    assert set(found.input.fields.values()) == {(0, 65)}
    assert any("Name the 3 classes" in note for note in guessed.notes)
    many, _ = model(network((16, 16, 4), L.Flatten(), L.Dense(2)), tmp_path)
    assert isinstance(many.input, Numbers)
    plain, _ = model(network((28, 28), L.Flatten(), L.Dense(2)), tmp_path, plain=True)
    assert plain.build is None  # a conversion leaves the network as it is


def test_sizes_that_the_network_leaves_open_are_an_example(tmp_path: Path) -> None:
    net = network((None, 2), L.Conv1D(2, 3), L.GlobalMaxPooling1D(), L.Dense(1))
    guessed = guess(net, tmp_path / "given.keras")
    assert "shape=(16, 2)" in "".join(guessed.fields)
    assert "(None, 2)" in guessed.notes[0]


def test_labels_of_another_number_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    found, _ = model(network((4,), L.Dense(3, "softmax")), tmp_path)
    assert isinstance(found.output, Classes)
    assert found.output.labels == ("class 0", "class 1", "class 2")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Net (2).keras", "my_net_2"),
        ("net.weights.h5", "net"),
        ("2024.onnx", "model_2024"),
        ("übung.keras", "bung"),
        ("web/model.json", "web"),
        ("---.h5", "model"),
    ],
)
def test_a_slug_from_any_name(tmp_path: Path, name: str, slug: str) -> None:
    assert slug_of(tmp_path / name) == slug


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    found = Guess(["from modelpress.inputs import Number"], ["input=Number(0, 1),"], ["Check it."])
    monkeypatch.setattr(adopting, "guessed", lambda file, trusted, plain: found)
    return tiny_project(tmp_path / "project")


def test_a_file_outside_the_project_is_copied(project: Project, tmp_path: Path) -> None:
    (tmp_path / "given.keras").write_bytes(b"model")
    done = adopt(project, tmp_path / "given.keras", trusted=True)
    names = [project.relative(path) for path in done.written]
    assert names == ["models/given.py", "docs/given.md", "models/given.keras"]
    written = runpy.run_path(str(done.written[0]))["MODEL"]
    assert (written.title, written.file, written.trusted) == ("Given", "given.keras", True)
    assert (project.models_dir / "given.keras").read_bytes() == b"model"
    assert "```model given\n```" in (project.docs_dir / "given.md").read_text()


def test_a_file_of_the_project_stays_where_it_is(project: Project) -> None:
    (project.root / "kept").mkdir()
    (project.root / "kept/given.h5").write_bytes(b"model")
    done = adopt(project, project.root / "kept/given.h5", "mine")
    assert runpy.run_path(str(done.written[0]))["MODEL"].file == "../kept/given.h5"
    assert len(done.written) == 2


@pytest.mark.parametrize("taken", ["models/given.py", "docs/given.md", "models/given.keras"])
def test_adopt_overwrites_no_file(project: Project, tmp_path: Path, taken: str) -> None:
    (tmp_path / "given.keras").write_bytes(b"model")
    (project.root / taken).write_text("mine")
    before = sorted(project.root.rglob("*"))
    with pytest.raises(ModelpressError) as caught:
        adopt(project, tmp_path / "given.keras")
    assert caught.value.where == taken
    assert sorted(project.root.rglob("*")) == before
    assert (project.root / taken).read_text() == "mine"


def test_the_command_itself_imports_no_keras() -> None:
    """A process of its own loads the file."""
    script = "import sys, modelpress.build.adopt; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
