"""The build's proof in words: for the card, the gallery and every chip."""

from __future__ import annotations

from html import escape

from modelpress.core.number_format import within
from modelpress.schema.failure import FailureEntry
from modelpress.schema.model import ModelEntry


def parity_words(entry: ModelEntry | FailureEntry) -> tuple[bool, str]:
    """Returns whether a browser proved the model in the build, and the words for it."""
    if entry.parity.proven:
        results = entry.parity.results if isinstance(entry, ModelEntry) else []
        worst = max((result.max_diff or 0.0 for result in results), default=0.0)
        return True, f"equals Python {nearness(worst)}"
    return False, f"parity not proven: {_reason(entry)}"


def nearness(difference: float) -> str:
    """Returns a largest difference in words: "exactly" or "within 6e-8"."""
    return f"within {within(difference)}" if difference else "exactly"


def tolerance_words(entry: ModelEntry) -> str:
    """Returns who sets the tolerance, and why: the end of a sentence."""
    reason = entry.tolerance_reason.rstrip(".")
    by_author = f"set by its author: {reason}" if reason else "set by its author"
    words = {"author": by_author, "kind": "that of outputs of this kind"}
    return words.get(entry.tolerance_by or "", reason)


def covered(entry: ModelEntry) -> bool:
    """Whether the exact engine computes the model."""
    return entry.exact is not None and entry.exact.covered


def not_covered(entry: ModelEntry) -> str:
    """A paragraph with the reason why the exact engine does not compute the model, else ''."""
    reason = entry.exact and entry.exact.reason
    return (
        f"<p>The exact engine does not compute this model: {escape(reason)}.</p>" if reason else ""
    )


def chip_summary(words: str, entry: ModelEntry | FailureEntry) -> str:
    """Returns the summary of a chip. words: initial text, which scripts replace.

    The note that the build has not proven the model stays, whatever the reader's device finds.
    """
    proven, _ = parity_words(entry)
    text = f'<span data-part="chip-text">{escape(words)}</span>'
    if not proven:
        text = (
            f'<span>{text}<span class="mp-unproven">not proven by this site’s build</span></span>'
        )
    return f"<summary>{text}</summary>"


def chip_details(entry: ModelEntry | FailureEntry) -> str:
    """Returns the paragraph of an unproven model for a chip's details; '' if proven."""
    proven, _ = parity_words(entry)
    if proven:
        return ""
    return (
        f"<p>The build of this site has not proven that a browser equals Python. "
        f"{escape(_reason(entry))}. Only what this device replays itself is proven.</p>"
    )


def unproven(entry: ModelEntry | FailureEntry) -> str:
    """Returns why the build has not proven the model; "" if it has."""
    return "" if entry.parity.proven else _reason(entry)


def _reason(entry: ModelEntry | FailureEntry) -> str:
    return (entry.parity.reason or "No browser replayed it").rstrip(".")
