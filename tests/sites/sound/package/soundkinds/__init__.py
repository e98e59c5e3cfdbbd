"""Sounds for Modelpress."""

from soundkinds.mel import log_mel, tone
from soundkinds.meter import Meter
from soundkinds.sound import Sound

__all__ = ["Meter", "Sound", "log_mel", "tone"]
