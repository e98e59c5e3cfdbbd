"""The log-mel spectrogram of a second of sound. mel.ts is its port."""

import math

import numpy as np

RATE = 8000  # samples in a second
WINDOW = 256  # samples of one frame
FRAMES, BANDS = 32, 16
SAMPLES = WINDOW * FRAMES
LOWEST_DB = -80.0
_TOP = RATE / 2


def centres():
    """Returns the frequencies in the middle of the bands, in hertz, shape (16,)."""
    return _edges()[1:-1]


def log_mel(samples):
    """Returns the levels of 16 bands in 32 frames, shape (32, 16), float32 whole numbers.

    samples: at 8,000 a second, from −1 to 1; what is missing of 8,192 is silence. 0 is −80 dB or
    less, 255 a sine that fills the range.
    """
    sound = np.zeros(SAMPLES)
    given = np.asarray(samples, np.float64)[:SAMPLES]
    sound[: len(given)] = given
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    spectrum = np.fft.rfft(sound.reshape(FRAMES, WINDOW) * window) / (WINDOW / 4)
    power = (spectrum.real**2 + spectrum.imag**2) @ _filters().T
    level = 10 * np.log10(np.maximum(power, 1e-12))
    scaled = np.clip((level - LOWEST_DB) / -LOWEST_DB, 0, 1) * 255
    return np.floor(scaled + 0.5).astype(np.float32)


def tone(frequency, loudness=0.5):
    """Returns the samples of a pure tone. frequency: in hertz."""
    return loudness * np.sin(2 * np.pi * frequency * np.arange(SAMPLES) / RATE)


def _edges():
    """Returns the frequencies between which the bands lie, equally far apart in mel."""
    top = 2595 * math.log10(1 + _TOP / 700)
    return 700 * (10 ** (np.arange(BANDS + 2) * top / (BANDS + 1) / 2595) - 1)


def _filters():
    """Returns the weight of each frequency in each band, triangles of shape (16, 129)."""
    edges, at = _edges(), np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.maximum(0, np.minimum((at - low) / (middle - low), (high - at) / (high - middle)))
