"""Bailee's own command in a process whose clock can be moved while it runs.

``python -m tests.soak.process FILE ...``: the file holds by how many seconds this machine's clock is wrong; it is read
again five times a second. All that this process asks for the time is told the wrong one, as where a machine's clock is.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from time_machine import escape_hatch

EXACT = 0.5
"""Seconds by which the clock may be other than the file says."""


def main() -> None:
    """Run the command by the clock of the file."""
    file = Path(sys.argv[1])
    sys.argv = ["bailee", *sys.argv[2:]]
    off = _read(file)
    with time_machine.travel(_wrong_by(off), tick=True) as clock:
        threading.Thread(target=_follow, args=(file, off, clock), daemon=True).start()
        from bailee.cli import main as command

        command()


def _follow(file: Path, off: float, clock: Any) -> None:
    wait = threading.Event()
    while not wait.wait(0.2):
        with suppress(OSError, ValueError):
            off = _read(file)
        is_off = time.time() - escape_hatch.time.time()
        if abs(is_off - off) > EXACT:  # on a busy machine time goes by between reading a clock and moving it
            clock.move_to(_wrong_by(off), tick=True)


def _read(file: Path) -> float:
    return float(file.read_text())


def _wrong_by(off: float) -> datetime:
    right = escape_hatch.time.time() if escape_hatch.is_travelling() else time.time()
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=right + off)


if __name__ == "__main__":
    main()
