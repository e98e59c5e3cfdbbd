"""The build's proof in words, for the card and every chip."""

from __future__ import annotations

from html import escape

from modelpress.core.number_format import within
from modelpress.schema.failure import FailureEntry
from modelpress.schema.model import ModelEntry


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
    text = f'<span data-part="chip-text">{escape(words)}</span>'
    if not entry.parity.proven:
        text = (
            f'<span>{text}<span class="mp-unproven">not proven by this site’s build</span></span>'
        )
    return f"<summary>{text}</summary>"


def chip_details(entry: ModelEntry | FailureEntry) -> str:
    """Returns the paragraph of an unproven model for a chip's details; '' if proven."""
    if entry.parity.proven:
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
