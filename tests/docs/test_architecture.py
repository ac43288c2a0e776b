"""The page on how Bailee is built is as Bailee is built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "bailee"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE))
WALKS = {title: re.findall(r"(?m)^\d+\. `([^`]+)`", text) for title, text in SECTIONS.items() if "\n1. " in text}


def test_each_package_is_on_the_page_and_no_other() -> None:
    told = re.findall(r"(?m)^\| `(\w+)` \|", SECTIONS["The packages"])
    assert sorted(told) == sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def test_there_are_three_walks() -> None:
    assert len(WALKS) == 3
    assert all(len(files) > 8 for files in WALKS.values())


@pytest.mark.parametrize("title", WALKS)
def test_a_walk_enters_files_that_are_there_and_none_twice(title: str) -> None:
    files = WALKS[title]
    assert [name for name in files if not (SOURCE / name).is_file()] == []
    assert len(set(files)) == len(files)


def test_every_file_on_the_page_is_there() -> None:
    named = re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py|/))`", PAGE)
    assert [name for name in named if not (SOURCE / name).exists()] == []
