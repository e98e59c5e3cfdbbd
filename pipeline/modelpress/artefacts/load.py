"""`modelpress.load`: the trained Keras model of the last build, and the replay of its live run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from modelpress import inputs
from modelpress.artefacts.csv_table import CsvFault, parts_of, read_table, written
from modelpress.artefacts.manifest import published_manifest
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError, described, from_os_error, nearest
from modelpress.recording.replay import LiveFiles, Replay, replay
from modelpress.schema.document import Json, plain
from modelpress.schema.model import ModelEntry
from modelpress.spec.discovery import import_model

if TYPE_CHECKING:
    from modelpress.exact.network import Network


class Loaded:
    """A trained model.

    slug   name of the model in the site
    entry  complete entry, typed: `entry.training.history["loss"]`
    spec   the same entry as JSON: `spec["training"]["history"]["loss"]`
    keras  the keras.Model

    public: folder that URLs in `entry` are relative to.
    """

    def __init__(self, slug: str, entry: ModelEntry, keras_model: Any, public: Path) -> None:
        self.slug = slug
        self.entry = entry
        self.spec: dict[str, Json] = plain(entry)
        self.keras = keras_model
        self._public = public
        self._network: Network | None = None

    def predict(self, values: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Returns the model's prediction, float32.

        values: one input of shape `entry.input.shape` returns an array of the output's shape. A
        batch of shape (N, *entry.input.shape) returns N predictions. For inputs of shape (1,) a
        plain number is allowed. A str is read as the input kind reads what a reader types, such as
        a sentence for the kind `text`; a list of str is a batch. Raises
        ModelpressError for other shapes, NaN and infinity.
        """
        batch, one = self._batch(values)
        answer = np.asarray(self.keras.predict(batch, verbose=0), np.float32)
        return answer[0] if one else answer

    def exact(self, values: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """The exact engine's predictions, float32: the same bits as in every browser.

        values: as `predict` takes them. Raises ModelpressError also for a model that the engine
        does not cover: see `entry.exact`.
        """
        batch, one = self._batch(values)
        exact = self.entry.exact
        if exact is None or not exact.covered:
            raise ModelpressError(
                f"The exact engine can't compute the model {self.slug}.",
                where=self.entry.source,
                found=(exact and exact.reason) or "a site of an earlier version",
                next_step="Use `predict`; after a change of the model, build again.",
            )
        if self._network is None:
            from modelpress.exact.network import Network

            graph = self.entry.files[self.entry.formats.graph.model].url
            self._network = Network.read((self._public / graph).parent)
        predictions = self._network.predict(batch)
        return predictions[0] if one else predictions

    def predict_csv(self, path: str | os.PathLike[str], out: str | os.PathLike[str]) -> int:
        """Writes the rows of a CSV file with the exact engine's predictions.

        path: one row an input, with a column for each of the input's values, by name; without a
        header, in the network's order. out: its rows and further columns, the label first where
        the model has labels; replaced if it exists. A page's table writes the same bytes. Returns
        the number of rows. Raises ModelpressError for a file that can't be read, with line and
        column, and for a model that the exact engine does not cover.
        """
        given, target = Path(path), Path(out)
        if given.resolve() == target.resolve():
            raise ModelpressError(
                "The predictions would replace the file that they are for.",
                where=str(given),
                next_step="Name another file for the predictions.",
            )
        try:
            table = read_table(given.read_bytes().decode("utf-8-sig"), parts_of(self.entry.input))
        except OSError as error:
            raise from_os_error(error) from error
        except UnicodeDecodeError as error:
            raise ModelpressError(
                "The file is not text in UTF-8.",
                where=str(given),
                found=f"byte {error.start + 1} is 0x{error.object[error.start]:02x}",
                next_step="Save it as CSV (UTF-8).",
            ) from error
        except CsvFault as fault:
            raise ModelpressError(
                str(fault), where=str(given), next_step="Correct the file, and predict it again."
            ) from fault
        shape = (len(table.rows), *self.entry.input.shape)
        predictions = self.exact(table.values.reshape(shape))
        text = written(table, predictions, self.entry.output)
        try:
            target.write_bytes(text.encode("utf-8"))
        except OSError as error:
            raise from_os_error(error) from error
        return len(table.rows)

    def _batch(self, values: npt.ArrayLike) -> tuple[npt.NDArray[np.float32], bool]:
        """The inputs as a batch, and whether they were given as one input."""
        shape = tuple(self.entry.input.shape)
        try:
            array = np.asarray(self._read(values), np.float32)
        except (TypeError, ValueError) as error:
            raise self._unusable(f"{values!r:.80}", shape) from error
        if array.shape == () and shape == (1,):
            array = array.reshape(1)
        one = array.shape == shape
        batch = array[np.newaxis] if one else array
        if batch.shape[1:] != shape or len(batch) == 0:
            raise self._unusable(f"shape {array.shape}", shape)
        if not np.isfinite(batch).all():
            raise self._unusable("NaN or infinity", shape)
        return batch, one

    def _read(self, values: npt.ArrayLike) -> npt.ArrayLike:
        """The values of texts, or `values` themselves. Raises ModelpressError for a wrong text."""
        if isinstance(values, str):
            return self._typed([values])[0]
        if isinstance(values, list | tuple) and any(isinstance(each, str) for each in values):
            return np.stack(self._typed(values))
        return values

    def _typed(self, texts: Sequence[Any]) -> list[npt.NDArray[np.float32]]:
        kind = inputs.from_spec(self.entry.input.as_dict())
        try:
            return [kind.parse(text) for text in map(str, texts)]
        except ValueError as error:
            raise ModelpressError(
                f"The model {self.slug} can't take this input.",
                found=str(error),
                expected=f"a text as a reader types it, such as {kind.default!r}; or finite "
                f"numbers of shape {kind.shape}",
            ) from error

    def replay(self, steps: int | None = None) -> Replay:
        """Repeats in Keras the training that readers can run in their browser.

        steps: number of optimizer steps, at least 1; None for as many as the build recorded.
        Returns the loss of each step's batch and the weights after the last step. Raises
        ModelpressError for a model without the field `live`.
        """
        live = self.entry.live
        if live is None:
            raise ModelpressError(
                f"The model {self.slug} does not train in the browser, so nothing can be replayed.",
                where=self.entry.source,
                expected="the field `live`",
                next_step="Give its Model the field `live=Live()`, and build again.",
            )
        url, content = (self.entry.files[name].url for name in (live.url, live.bin))
        return replay(LiveFiles(self._public / url, self._public / content), steps)

    def _unusable(self, found: str, shape: tuple[int, ...]) -> ModelpressError:
        return ModelpressError(
            f"The model {self.slug} can't take this input.",
            found=found,
            expected=f"finite numbers of shape {shape}, or a batch of shape (N, "
            + ", ".join(map(str, shape))
            + ")",
        )


def load(slug: str, config_file: str | os.PathLike[str] | None = None) -> Loaded:
    """Returns the model `slug` of the last `modelpress build`.

    config_file: the project's configuration; default: mkdocs.yml in the current folder or the
    nearest parent folder. Raises ModelpressError for an unknown model or one that was not built.
    """
    project = find_project(Path(config_file) if config_file else None)
    manifest = published_manifest(project)
    models = manifest.models if manifest else {}
    if slug not in models:
        raise ModelpressError(
            f"There is no built model `{slug}`.{nearest(slug, models)}",
            where=project.relative(project.public_dir),
            expected="one of " + (", ".join(models) or "none: nothing was built yet"),
            next_step="Run `modelpress build`.",
        )
    entry = models[slug]
    path = project.public_dir / entry.files["model.keras"].url
    import keras

    from modelpress.model_files import graph_layer  # noqa: F401  (registers its layer with Keras)

    try:
        net = keras.models.load_model(path, safe_mode=True)
    except (TypeError, ValueError):
        # Importing the model file registers the author's own layers and functions with Keras.
        import_model(project.models_dir / f"{slug}.py", project)
        try:
            net = keras.models.load_model(path, safe_mode=True)
        except (TypeError, ValueError) as error:
            raise ModelpressError(
                "The trained network can't be loaded. Code within a .keras file is never run.",
                where=project.relative(path),
                found=described(error),
                next_step="Build again. If it stays, run `modelpress clean` first: the file is not "
                "one that a build has written.",
            ) from error
    return Loaded(slug, entry, net, project.public_dir)
