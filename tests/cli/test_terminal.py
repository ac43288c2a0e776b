"""What a terminal is shown: trees that fit, no colour where none is wanted, and nothing that steers it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bailee.cli.show import Line, columns, printable, progress, show

ALICE = "alice.okonkwo@post.example"


def _on_a_terminal(width: int, *arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    command = [sys.executable, "-c", "from bailee.cli import main; main()", *arguments]
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**kept, "TERM": "xterm-256color", **environment}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [80, 120])
def test_a_tree_fits_the_terminal(firm: Path, width: int) -> None:
    shown = _on_a_terminal(width, "plan", "erase", ALICE, "--policy", str(firm), TERM="dumb")
    assert "└── " in shown
    assert max(map(len, shown.splitlines())) <= width


def test_colours_are_for_terminals_that_want_them(firm: Path) -> None:
    assert "\x1b[1;33m" in _on_a_terminal(100, "find", "lena.fischer@mail.example", "--policy", str(firm))
    plain = _on_a_terminal(100, "find", "lena.fischer@mail.example", "--policy", str(firm), NO_COLOR="1")
    assert "\x1b[1;33m" not in plain
    assert "1 match to confirm" in plain


def test_elsewhere_the_same_stands_in_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show([Line("crm", (Line("contact", (Line("why"),)),), style="bold"), Line("")])
    assert capsys.readouterr().out == "crm\n  contact\n    why\n\n"


def test_what_would_steer_a_terminal_is_escaped() -> None:
    assert printable("a\x1b[31mb\nc\u202ed") == "a\\x1b[31mb\\nc\\u202ed"
    assert printable("Ivo Marković") == "Ivo Marković"


def test_numbers_stand_below_each_other() -> None:
    assert columns([("a", "1", "x"), ("bc", "1,000", "")]) == ["a       1  x", "bc  1,000"]


def test_long_work_says_now_and_then_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 1.0, 2.5, 2.5, 3.0])
    monkeypatch.setattr("bailee.cli.show.time.monotonic", lambda: next(moments))
    with progress("copy") as say:
        say("too early")
        say("crm.contact, 1 row")
        say("too soon after")
    assert capsys.readouterr().err == "copy: crm.contact, 1 row\n"
