"""Which files of Bailee a run enters, in the order in which it first calls a function of each."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

SOURCE = Path(__file__).parents[3] / "src" / "bailee"


@contextmanager
def record_entered_files(entered: list[str]) -> Iterator[list[str]]:
    """Note each file of Bailee when the first of its functions is called; importing a file does not count.

    Args:
        entered: Paths below ``src/bailee`` that were entered already. New ones are appended to it.

    Yields:
        The same list.

    A run before ours may have filled caches, so that a file is not entered again: begin with a fresh firm.
    """
    root, known, importing = f"{SOURCE}/", set(entered), 0

    def note(frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal importing
        code = frame.f_code
        if code.co_name == "<module>":
            importing += {"call": 1, "return": -1}.get(event, 0)
        elif event == "call" and not importing and code.co_filename.startswith(root):
            name = code.co_filename[len(root) :]
            if name not in known and code.co_flags & inspect.CO_OPTIMIZED:
                known.add(name)
                entered.append(name)

    before = sys.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield entered
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
