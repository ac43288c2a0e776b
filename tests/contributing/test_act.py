"""An act is added by one file, from outside the tree as from within."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import DOCS

HERE = Path(__file__).parent
TOY = HERE / "toys" / "acts" / "thanks.py"


def test_one_file_adds_an_act_to_the_console_the_api_the_command_line_and_the_documents() -> None:
    assert [path.name for path in TOY.parent.glob("*.py")] == [TOY.name]
    script = (
        "import sys, pytest, bailee.requests.acts\n"
        f"bailee.requests.acts.__path__.append({str(TOY.parent)!r})\n"
        f"sys.exit(pytest.main(['-q', '-p', 'no:xdist', {str(HERE / 'check_act.py')!r}]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=HERE.parents[1]
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-2000:]
    assert "4 passed" in ended.stdout


def test_the_page_shows_the_toy() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "act.md").read_text(encoding="utf-8")
