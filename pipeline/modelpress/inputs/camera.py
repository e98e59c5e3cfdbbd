"""A camera: its live frames, or a picture as in `Picture`."""

from __future__ import annotations

from typing import ClassVar

from modelpress.inputs.picture import Picture
from modelpress.kinds import picture_html


class Camera(Picture):
    """A picture as in `Picture`, or the reader's camera, which starts only on a click.

    Frames stay on the page. Parameters and text are `Picture`'s.
    """

    kind: ClassVar[str] = "camera"

    def _over_view(self) -> str:
        return (
            '<video class="mp-video" data-part="video" playsinline muted hidden '
            'aria-label="Your camera"></video>'
        )

    def _beneath(self) -> str:
        return picture_html.buttons(
            picture_html.button("camera", "Start the camera"),
            picture_html.button("freeze", "Freeze", aria_disabled="true", aria_pressed="false"),
        )

    def _buttons(self) -> str:
        return (
            f"{picture_html.button('mirror', 'Mirror', aria_pressed='true')}"
            f"{picture_html.button('turn', 'Other camera', hidden=True)}"
        )
