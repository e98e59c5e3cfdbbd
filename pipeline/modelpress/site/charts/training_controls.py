"""The controls and settings of a training as HTML, wired by `figures/trainer/form.ts`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from modelpress.core.number_format import integer, shortest
from modelpress.kinds.registry import attributes
from modelpress.schema.live import LiveRun

SPEEDS = (1, 2, 5, 10, 20, 50, 100, 0)  # steps per frame; 0 for as many as possible
PYTHONS = "Back to Python's settings"
_FRAMES = 600  # most frames of a whole run at the initial speed: ten seconds
_BATCHES = 1024  # largest batch size offered besides the author's own
_RATES = (-5.0, 1.0)  # range of the learning rate's slider, log10

OPTIMIZERS = {
    "sgd": "Gradient descent (SGD)",
    "momentum": "SGD with momentum",
    "rmsprop": "RMSprop",
    "adam": "Adam",
}
LOSSES = {
    "mse": "mean squared error",
    "mae": "mean absolute error",
    "binary_crossentropy": "binary cross-entropy",
    "categorical_crossentropy": "cross-entropy",
}
METRICS = {"accuracy": "accuracy", "rmse": "root mean squared error", "mae": "mean error"}
BACKENDS = {"auto": "automatic", "cpu": "CPU", "wasm": "WASM", "webgl": "WebGL"}


def controls_html(key: str, total: int) -> str:
    """Returns the controls of the run. total: number of steps of the author's training."""
    speed = first_speed(total)
    slider = attributes(
        type="range", id=f"{key}-speed", data_part="speed", min=0, max=len(SPEEDS) - 1, step=1,
        value=speed, aria_valuetext=speed_words(SPEEDS[speed]), autocomplete="off", disabled=True,
    )  # fmt: skip
    return (
        '<div class="mp-controls mp-train-controls" data-part="controls"><div class="mp-entry">'
        f"{_button('play', 'Train')}{_button('step', 'One step')}{_button('epoch', 'One epoch')}"
        f'</div><span class="mp-actions">{_button("reset", "Reset")}{_button("copy", "Copy link")}'
        f'</span><div class="mp-control mp-speed"><label for="{key}-speed">Speed</label>'
        f'<input{slider}><output for="{key}-speed" data-part="speed-words">'
        f"{speed_words(SPEEDS[speed])}</output></div></div>"
    )


def settings_html(
    key: str, live: LiveRun, hidden: str, checkpoints: Sequence[int] = (), unit: str = "epoch"
) -> str:
    """Returns the settings that readers may change.

    hidden: units of the hidden layers as text; '' if readers may not change them. checkpoints:
    epochs (or steps, see `unit`) from whose weights a run can start.
    """
    own = live.recordings[live.author].optimizer
    optimizers = [recording.optimizer.name for recording in live.recordings]
    rows = [
        _rate(key, own.learning_rate),
        _select(key, "optimizer", "Optimizer", [(o, OPTIMIZERS[o]) for o in optimizers]),
        _select(
            key, "batch", "Batch size",
            [(str(b), integer(b)) for b in batch_sizes(live)], str(own_batch(live)),
        ),
    ]  # fmt: skip
    if len(live.losses) > 1:
        rows.append(_select(key, "loss", "Loss", [(x, LOSSES[x]) for x in live.losses]))
    rows.append(_start(key, live.seed, checkpoints, unit))
    rows.append(_select(key, "backend", "Computed by", BACKENDS.items(), "auto"))
    if hidden:
        field = attributes(
            type="text", id=f"{key}-hidden", data_part="hidden", value=hidden, disabled=True,
            autocomplete="off", inputmode="text", aria_describedby=f"{key}-hidden-note",
        )  # fmt: skip
        rows.append(
            f'<div class="mp-setting"><label for="{key}-hidden">Hidden neurons</label>'
            f'<input{field}><span class="mp-setting-note" id="{key}-hidden-note">'
            "a number for each layer, as in 16, 8</span></div>"
        )
    return (
        '<details class="mp-settings" data-part="settings"><summary>Settings</summary>'
        f'<div class="mp-controls mp-settings-body">{"".join(rows)}'
        '<p class="mp-field-error" data-part="field-error" role="status"></p>'
        '<div class="mp-setting-end"><p>A change starts the run again from its first step.</p>'
        f"{_button('back', PYTHONS)}</div></div></details>"
    )


def own_batch(live: LiveRun) -> int:
    """Returns the author's batch size, limited to the number of examples."""
    return min(live.batch_size, live.rows)


def batch_sizes(live: LiveRun) -> list[int]:
    """Returns the batch sizes offered, ascending.

    These are powers of two, the author's own size, and all examples if they fit in `_BATCHES`.
    """
    examples = live.rows
    most = min(examples, _BATCHES)
    powers = {2**i for i in range(most.bit_length()) if 2**i <= most}
    return sorted(powers | {own_batch(live)} | ({examples} if examples <= _BATCHES else set()))


def steps_of(live: LiveRun) -> int:
    """Returns the number of optimizer steps of the author's whole training."""
    return live.epochs * -(-live.rows // own_batch(live))


def first_speed(total: int) -> int:
    """Returns the index in `SPEEDS` at which a whole run takes at most `_FRAMES`."""
    fitting = [i for i, steps in enumerate(SPEEDS) if steps * _FRAMES >= total]
    return fitting[0] if fitting else len(SPEEDS) - 1


def speed_words(steps: int) -> str:
    """Returns a speed in words; ported to `speedWords` in `figures/trainer/words.ts`."""
    if not steps:
        return "as fast as it goes"
    return f"{steps} step{'' if steps == 1 else 's'} a frame"


def _button(part: str, words: str) -> str:
    """Returns a button, disabled until scripts run."""
    return f'<button type="button" class="mp-button" data-part="{part}" disabled>{words}</button>'


def _rate(key: str, rate: float) -> str:
    low, high = min(_RATES[0], math.floor(math.log10(rate))), max(_RATES[1], math.log10(rate))
    slider = attributes(
        type="range", id=f"{key}-rate-range", data_part="rate-range", min=low, max=math.ceil(high),
        step=0.1, value=round(math.log10(rate), 1), aria_valuetext=shortest(rate),
        aria_label="Learning rate", autocomplete="off", disabled=True,
    )  # fmt: skip
    typed = attributes(
        type="text", id=f"{key}-rate", data_part="rate", value=shortest(rate), inputmode="decimal",
        autocomplete="off", disabled=True,
    )  # fmt: skip
    return (
        f'<div class="mp-setting"><label for="{key}-rate">Learning rate</label>'
        f"<input{slider}><input{typed}></div>"
    )


def _select(
    key: str, part: str, label: str, options: Iterable[tuple[str, str]], chosen: str = ""
) -> str:
    choices = "".join(
        f"<option{attributes(value=value, selected=value == chosen)}>{words}</option>"
        for value, words in options
    )
    box = attributes(id=f"{key}-{part}", data_part=part, disabled=True, autocomplete="off")
    return (
        f'<div class="mp-setting"><label for="{key}-{part}">{label}</label>'
        f"<select{box}>{choices}</select></div>"
    )


def _start(key: str, seed: int, checkpoints: Sequence[int], unit: str) -> str:
    """Returns the choice of initial weights: Python's, those of a checkpoint, or random ones."""
    start = attributes(id=f"{key}-start", data_part="start", disabled=True, autocomplete="off")
    field = attributes(
        type="number", id=f"{key}-seed", data_part="seed", min=0, max=2**32 - 1, step=1, value=seed,
        disabled=True, autocomplete="off",
    )  # fmt: skip
    epochs = after = ""
    if checkpoints:
        after = f'<option value="epoch">after {unit} …</option>'
        numbers = "".join(f'<option value="{n}">{integer(n)}</option>' for n in checkpoints)
        box = attributes(
            id=f"{key}-from-epoch", data_part="from-epoch", disabled=True, autocomplete="off"
        )
        epochs = (
            f'<label for="{key}-from-epoch">{unit.capitalize()}</label>'
            f"<select{box}>{numbers}</select>"
        )
    return (
        f'<div class="mp-setting"><label for="{key}-start">First weights</label>'
        f'<select{start}><option value="python" selected>Python&#x27;s own</option>'
        f'{after}<option value="random">random</option></select>{epochs}'
        f'<label for="{key}-seed">Seed</label><input{field}>'
        f"{_button('dice', 'Another seed')}</div>"
    )
