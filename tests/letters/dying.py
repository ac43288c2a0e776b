"""Delivers a mail in a process of its own, which is killed at a point: `kill -9`, no second thoughts."""

from __future__ import annotations

import os
import signal
from enum import Enum
from pathlib import Path
from unittest.mock import patch

from bailee.store import open_books
from tests.letters.conftest import context_in
from tests.letters.lease import Held


class Point(Enum):
    """When: the server has nothing yet, or has said that it has the mail, which nobody has noted."""

    BEFORE_THE_SERVER_IS_ASKED = "send_mail"
    AFTER_THE_SERVER_HAS_IT = "_note_try"


def deliver_dying(folder: Path, port: int, message: str, point: Point) -> None:
    """Deliver ``message``, and die at ``point``."""
    open_books(f"sqlite:///{folder / 'books.sqlite3'}")
    from bailee.requests.letters import delivery

    with patch.object(delivery, point.value, lambda *_: os.kill(os.getpid(), signal.SIGKILL)):
        delivery.deliver_letter(context_in(folder, port), message, Held())
