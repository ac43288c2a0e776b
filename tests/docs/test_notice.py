"""`docs/notice.md` is true: its codes are those of the code, and its example is counted as it says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.notice import CODES, assess_coverage
from bailee.policy import load
from tests.docs.pages import fenced, read, tables

PAGE = read("notice.md")
PROMISES = ("calls-kept-six-years", "customers-kept", "copy-on-request")


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """The firm of the example."""
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "x.yaml").write_text("system: x\nconnector: files\nurl: x\n")
    (tmp_path / "bailee.yaml").write_text("firm: Acme\ncontroller: {name: a, email: b, phone: c, address: d}\n")
    (tmp_path / "retention.yaml").write_text("calls: {for: P6Y}\n")
    (tmp_path / "promises.yaml").write_text("".join(f"{name}: {{says: x, promise: not-sold}}\n" for name in PROMISES))
    [example] = fenced(PAGE, "markdown")
    (tmp_path / "notice.md").write_text(example)
    return tmp_path


def test_the_codes_are_those_of_the_code() -> None:
    [codes] = [table for table in tables(PAGE) if table.head[0] == "code"]
    assert {row[0]: row[1] for row in codes.rows} == CODES


def test_the_example_is_counted_as_the_page_says(firm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [shown] = [body for body in fenced(PAGE, "") if body.startswith("$ bailee notice coverage")]
    run(["notice", "coverage", "--policy", str(firm)])
    assert capsys.readouterr().out.startswith(shown.partition("\n")[2])


@pytest.mark.parametrize("row", [row for table in tables(PAGE) if table.head[1] == "read as" for row in table.rows])
def test_every_figure_is_looked_up(row: tuple[str, ...], firm: Path) -> None:
    (firm / "processors.yaml").write_text("NAME: {name: SMTP2GO, country: NZ}\n")
    (firm / "retention.yaml").write_text("NAME: {for: P6Y}\ncalls: {for: P1Y}\n")
    (firm / "holds.yaml").write_text("NAME: {law: a law, keeps: [x.y], until: 2030-01-01}\n")
    (firm / "systems" / "x.yaml").write_text("system: x\nconnector: sql\nurl: env:X\ncollections: {x: {}}\n")
    written = row[0].replace("`", "").split(", and ")[0].split(", {{")[0]
    (firm / "notice.md").write_text(f"{written}\n")
    read_as = load(firm).notice
    assert read_as is not None
    if "table" not in written:
        assert "{{" not in read_as.sentences[0].words
        assert assess_coverage(load(firm), read_as, datetime.now(UTC)).sentences == 1
