"""Statutory dates: by when a request must be answered, by the law of the day on which it came, and why.

`answer_by` takes what is known of a request and returns the last day with each step that led to it and the law behind
the step; `acknowledge_by` does so for a complaint. Nothing here reads the time or a file. `docs/clock.md` holds worked
dates as test vectors.
"""

from bailee.clock.days import DIVISIONS, calendar_of
from bailee.clock.requests import (
    Acknowledgement,
    AnswerBy,
    ClockError,
    ClockPause,
    ClockStep,
    LegalRight,
    Received,
    acknowledge_by,
    answer_by,
)

__all__ = [
    "DIVISIONS",
    "Acknowledgement",
    "AnswerBy",
    "ClockError",
    "ClockPause",
    "ClockStep",
    "LegalRight",
    "Received",
    "acknowledge_by",
    "answer_by",
    "calendar_of",
]
