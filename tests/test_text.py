"""Texts as numbers: Keras' `TextVectorization`, Python's kind and, by the same table, the browser's
port; and files whose network begins with that layer."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import Model
from modelpress.artefacts.load import Loaded
from modelpress.build.guess_several import guess
from modelpress.core.errors import ModelpressError
from modelpress.inputs import Text
from modelpress.kinds.registry import Context
from modelpress.kinds.text_tokens import SPLIT, STANDARDIZE
from modelpress.model_files.load import load
from modelpress.schema.model import InputSpec
from modelpress.training.shapes import measured, resolved
from tests.vectors import vectors

L = keras.layers
WORDS = ["film", "good", "Good", "école", "École", "dont", "don't", "a_b", "ab", "σας", "好", "é"]
SIGNS = ["a", "b", "A", " ", "é", "É", "好", "😀", "!", "-", "\n"]
TEXTS = [
    "",
    "  \n\t ",
    "Good film",
    "GOOD, film!! (école) ÉCOLE",
    'don\'t a_b a-b "ab" [good] {film} `a\\b` ^ ~ | @ # $ % & * + = ; : < > / ?',
    "don’t “good” – film…",
    "film\u00a0good film\u2003good\vfilm\fgood\rfilm\u0085good\u001ffilm",
    "ΣΑΣ σας İ ß ẞ",
    "好 好film 😀 👩‍👩‍👧 e\u0301 é",
    "one two three four five six seven eight nine",
    "[UNK] unk ",
]
LENGTHS = (1, 4, 9)


def text_vectors() -> dict[str, list[Any]]:
    """Cases by Python: standardize, split, length, text, values, canonical text, values' text."""
    cases = []
    settings = itertools.product(STANDARDIZE, SPLIT, LENGTHS, TEXTS)
    for standardize, split, length, text in settings:
        kind = _kind(standardize, split, length)
        values = [int(each) for each in kind.tokens.encode(text)]
        told = kind.tokens.tidy(text), kind.format(values)
        cases.append([standardize, split, length, text, values, *told])
    vocabularies = [[split, _kind("lower", split, 1).tokens.vocabulary] for split in SPLIT]
    unknown = [[split, _kind("lower", split, 1).tokens.unknown] for split in SPLIT]
    return {"vocabularies": vocabularies, "unknown": unknown, "texts": cases}


def _kind(standardize: str, split: str, length: int) -> Text:
    words = WORDS if split == "whitespace" else SIGNS
    return Text(
        words,
        length,
        standardize=None if standardize == "none" else standardize,
        split=split,
        default="é好film",
    )


def test_the_vectors_are_pythons() -> None:
    assert text_vectors() == vectors("text")


@pytest.mark.parametrize("split", SPLIT)
@pytest.mark.parametrize("standardize", STANDARDIZE)
def test_keras_gives_these_numbers(standardize: str, split: str) -> None:
    words = dict(vectors("text")["vocabularies"])[split]
    cases = [case for case in vectors("text")["texts"] if case[:2] == [standardize, split]]
    assert len(cases) == len(LENGTHS) * len(TEXTS)
    for length in LENGTHS:
        layer = L.TextVectorization(
            standardize=None if standardize == "none" else standardize,
            split=split,
            output_sequence_length=length,
            vocabulary=words[2:],
        )
        assert layer.get_vocabulary() == words
        mine = [case for case in cases if case[2] == length]
        for at in (3, 5):  # the text, and its canonical form
            found = np.asarray(layer(np.array([[case[at]] for case in mine], object)))
            assert found.tolist() == [case[4] for case in mine]


def test_golden_texts_can_be_typed_whatever_the_vocabulary() -> None:
    for words in (["UP", "a-b", "ok"], ["UP"], ["[UNK]x", "unk"]):
        for length in (1, 2, 5):
            kind = Text(words, length)
            for _, values in kind.golden(np.random.default_rng(1)):
                assert kind.parse(kind.format(values)).tolist() == values.tolist()


def test_what_the_author_gets_wrong_is_said() -> None:
    wrong: Any
    for wrong, said in (
        (lambda: Text("film", 3), "list of tokens"),
        (lambda: Text([], 3), "found 0"),
        (lambda: Text(["a", "b", "a"], 3), "'a' is in the vocabulary twice"),
        (lambda: Text(["a"], 0), "found 0"),
        (lambda: Text(["a"], 3, split="words"), "whitespace, character; found 'words'"),
        (lambda: Text(["a"], 3, standardize="upper"), "found 'upper'"),
        (lambda: Text(list(map(str, range(30_000))), 3), "found 30,000. Set max_tokens"),
        (lambda: Text(["a"], 3).parse("a" * 10_001), "10,001 characters"),
        (lambda: Text(["a"], 3).parse(" ?! "), "no words; type some, such as 'a'"),
    ):
        with pytest.raises(ValueError, match=said):
            wrong()


def test_the_picture_shows_each_token_and_escapes_it() -> None:
    kind = Text(["film", "<b>"], 2, standardize=None)
    html = kind.picture(kind.parse("film"), Context("x", text="<b> <i> film"))
    assert "<span>&lt;b&gt;</span> <small>3</small>" in html
    assert '<li class="mp-unknown"><span>&lt;i&gt;</span> <small>1</small>' in html
    assert "Tokens read: 2 of 3; unknown: 1. The network reads at most 2 and knows 2." in html


def _reader(**settings: Any) -> Any:
    layer = L.TextVectorization(**{"output_sequence_length": 4, **settings})
    layer.adapt(["good film", "bad film"])
    return layer


def _sequential(reader: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((1,), dtype="string"),
            reader,
            L.Embedding(20, 4, mask_zero=True),
            L.GlobalAveragePooling1D(),
            L.Dense(1, "sigmoid"),
        ]
    )


def _around(reader: Any) -> Any:
    """The network of numbers within one of text, as Keras' guide exports it."""
    given = keras.Input((1,), dtype="string")
    inner = keras.Sequential([L.Embedding(20, 4), L.Flatten(), L.Dense(3, "softmax")])
    return keras.Model(given, inner(reader(given)))


@pytest.mark.parametrize("build", [_sequential, _around])
def test_a_file_that_begins_with_the_layer_becomes_a_network_of_numbers(
    build: Any, tmp_path: Path
) -> None:
    net = build(_reader())
    net.save(tmp_path / "film.keras")
    brought = load(tmp_path / "film.keras")
    model = resolved(
        Model(title="Film", file="film.keras"), {**measured(brought.net, None), **brought.seen}
    )
    kind = model.input
    assert isinstance(kind, Text)
    assert kind.tokens.vocabulary == ["", "[UNK]", "film", "good", "bad"]
    assert brought.net.input_shape == (None, *kind.shape)
    for text in ("A good, FILM", "zz", "bad bad bad bad good"):
        wanted = np.asarray(net(np.array([[text]], object)))
        found = np.asarray(brought.net(kind.parse(text)[None]))
        assert found.tolist() == wanted.tolist()
    guessed = guess(brought.net, tmp_path / "film.keras", text=brought.seen["text"])
    assert not [field for field in guessed.fields if field.startswith("input")]
    assert "5 tokens" in guessed.notes[0]


def test_python_predicts_for_texts_and_for_values() -> None:
    kind = Text(["film", "good"], 2)
    loaded = Loaded("film", _entry(kind), _Echo(), Path())
    assert loaded.predict("Good, film").tolist() == [3, 2]
    assert loaded.predict(["good", "film x"]).tolist() == [[3, 0], [2, 1]]
    assert loaded.predict([3, 2]).tolist() == [3, 2]
    with pytest.raises(ModelpressError) as caught:
        loaded.predict("?")
    assert "no words" in str(caught.value.found)


def _entry(kind: Text) -> Any:
    """What a prediction reads of an entry of the manifest."""
    spec = kind.spec()
    more = {name: value for name, value in spec.items() if name not in ("kind", "shape")}
    return SimpleNamespace(input=InputSpec(kind=spec["kind"], shape=spec["shape"], more=more))


class _Echo:
    def predict(self, batch: Any, verbose: int) -> Any:
        return batch


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"output_mode": "multi_hot", "output_sequence_length": None}, "output_mode='multi_hot'"),
        ({"ngrams": 2}, "ngrams=2"),
        ({"split": None}, "split=None"),
        ({"output_sequence_length": None}, "output_sequence_length=None"),
    ],
)
def test_settings_that_browsers_cannot_follow_are_named(
    settings: dict[str, Any], named: str, tmp_path: Path
) -> None:
    given = keras.Input((1,), dtype="string")
    tokens = _reader(**settings)(given)
    rest = (
        tokens if "multi_hot" in named else L.GlobalAveragePooling1D()(L.Embedding(20, 4)(tokens))
    )
    keras.Model(given, L.Dense(1)(rest)).save(tmp_path / "film.keras")
    with pytest.raises(ModelpressError) as caught:
        load(tmp_path / "film.keras")
    assert named in str(caught.value.found)
    assert "layer `text_vectorization" in str(caught.value.where)
    assert caught.value.next_step


@pytest.mark.parametrize("form", ["old.keras", "saved"])
def test_a_graph_that_reads_text_is_refused_with_a_way_that_works(
    form: str, tmp_path: Path
) -> None:
    import tf_keras

    layers = tf_keras.layers
    reader = layers.TextVectorization(output_sequence_length=4)
    reader.adapt(["good film", "bad film"])
    rest = [layers.Embedding(20, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)]
    net = tf_keras.Sequential([tf_keras.Input((1,), dtype="string"), reader, *rest])
    if form == "saved":
        net.export(tmp_path / form)
    else:
        net.save(tmp_path / form)
    with pytest.raises(ModelpressError, match="can't read text in the browser") as caught:
        load(tmp_path / form)
    assert "of dtype string" in str(caught.value.found)
    after = tf_keras.Sequential([tf_keras.Input((4,)), *net.layers[1:]])
    after.save(tmp_path / "after.keras")
    kind = Text(reader.get_vocabulary(), 4)
    found = np.asarray(load(tmp_path / "after.keras").net(kind.parse("Good, film")[None]))
    wanted = np.asarray(net(np.array([["Good, film"]], object)))
    assert np.allclose(found, wanted, atol=1e-6)
