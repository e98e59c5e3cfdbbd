"""A camera: its frames, live, or a picture as in `Picture`."""

from __future__ import annotations

from typing import ClassVar

from pipeline import seen
from pipeline.inputs.picture import Picture


class Camera(Picture):
    """What `Picture` takes, and the reader's camera, asked for only on a click.

    Frames are read in the page and go nowhere else. Parameters and text are `Picture`'s.
    """

    kind: ClassVar[str] = "camera"

    def _over_view(self) -> str:
        return (
            '<video class="mp-video" data-part="video" playsinline muted hidden '
            'aria-label="Your camera"></video>'
        )

    def _beneath(self) -> str:
        return seen.buttons(
            seen.button("camera", "Start the camera"),
            seen.button("freeze", "Freeze", aria_disabled="true", aria_pressed="false"),
        )

    def _buttons(self) -> str:
        return (
            f"{seen.button('mirror', 'Mirror', aria_pressed='true')}"
            f"{seen.button('turn', 'Other camera', hidden=True)}"
        )
