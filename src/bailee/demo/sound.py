"""Recordings that can be played: a short quiet tone, each a little different from the next."""

from __future__ import annotations

import io
import math
import wave

RATE = 8000  # samples a second, as a telephone has
LENGTH = 2400  # samples: 0.3 s


def tone(number: int) -> bytes:
    """Return a WAV file (8 bits, mono) with a tone between 220 and 880 Hz that ``number`` chooses."""
    turn = 2 * math.pi * (220 + number * 37 % 660) / RATE
    samples = bytes(128 + round(10 * math.sin(turn * n)) for n in range(LENGTH))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        out.writeframes(samples)
    return file.getvalue()
