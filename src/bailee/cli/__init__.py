"""The command line: one file a command. Each reads its arguments, calls what does it, and says what became of it.

`exits` has the exit codes and turns what went wrong into words, `show` prints, `words` says what comes in
codes. Nothing heavy is imported before a command needs it, so that `bailee --help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_ALLOCATIONS = 200_000
"""Between two looks for rubbish: to go through all that imports leave behind took a tenth of a short command."""


def main() -> None:
    """Run the command line and leave with one of `exits.Exit`."""
    gc.set_threshold(_ALLOCATIONS)
    from bailee.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title must not fail on a terminal that lacks its letters
    code = run(sys.argv[1:])
    gc.freeze()  # else the interpreter goes through all of it once more as it ends: a fifth of a short command
    sys.exit(code)
