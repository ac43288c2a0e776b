"""`python -m tests.mutants`: make each fault in a copy of the source, and see that the suite notices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.fault import Fault
from tests.mutants.faults import FAULTS

ROOT = Path(__file__).parents[2]
ONE_DATABASE = "not postgresql and not mariadb"
SECONDS = 150  # a fault that makes a test go on for ever is noticed, too


def main(wanted: list[str]) -> int:
    """Try the faults of which a sentence contains one of ``wanted`` (none: all); return 1 if one went unnoticed."""
    faults = [f for f in FAULTS if not wanted or any(word in f.said for word in wanted)]
    unnoticed = [fault.said for fault in faults if not _is_noticed(fault)]
    print(f"{len(faults)} faults, {len(faults) - len(unnoticed)} noticed")
    return 1 if unnoticed else 0


def _is_noticed(fault: Fault) -> bool:
    begun = time.monotonic()
    with TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        path = source / "bailee" / fault.file
        text = path.read_text(encoding="utf-8")
        if text.count(fault.old) != 1:
            sys.exit(f"{fault.file} has {text.count(fault.old)} times what the fault {fault.said!r} replaces")
        path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
        on = [] if any(test.endswith("[postgresql]") for test in fault.tests) else ["-k", ONE_DATABASE]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cov", *on, *fault.tests]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            noticed = done.returncode == 1  # tests failed; anything else is no answer
            if done.returncode not in {0, 1}:
                sys.exit(f"pytest could not run for {fault.said!r}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        except subprocess.TimeoutExpired:
            noticed = True
    print(f"{'noticed  ' if noticed else 'UNNOTICED'} {time.monotonic() - begun:5.0f} s  {fault.said}", flush=True)
    return noticed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
