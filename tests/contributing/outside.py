"""Tests that run in a process to which a toy was added from outside the tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def passed_with(toy: Path, package: str, tests: str, *, templates: Path | None = None) -> str:
    """Return what pytest says of ``tests``, a file here, with the folder of ``toy`` among those of ``package``.

    ``templates``: a folder of templates that goes among those of the pages.
    """
    script = (
        f"import sys, pytest, {package} as package\n"
        "from bailee.store.web_packages import TEMPLATE_FOLDERS\n"
        f"package.__path__.append({str(toy.parent)!r})\n"
        f"TEMPLATE_FOLDERS.extend({[str(templates)] if templates else []!r})\n"
        f"sys.exit(pytest.main(['-q', '-p', 'no:xdist', {str(HERE / tests)!r}]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=HERE.parents[1]
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-2000:]
    return ended.stdout
