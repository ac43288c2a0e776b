"""Policy folders written for one test each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from bailee.policy import PolicyError, Problem, load

Write = Callable[[Mapping[str, str]], Path]
Mistakes = Callable[..., list[Problem]]

FIRM = "firm: Acme Telephones\n"
SYSTEM = """\
system: phones
connector: sql
url: env:PHONES_URL
collections:
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a folder of files and return it."""

    def write_folder(files: Mapping[str, str]) -> Path:
        folder = tmp_path / "policy"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return folder

    return write_folder


@pytest.fixture
def mistakes(write: Write) -> Mistakes:
    """Return the problems of a folder: ``collections`` indented by two, and other files by name."""

    def problems(collections: str = "", files: Mapping[str, str] | None = None) -> list[Problem]:
        indented = "".join(f"  {line}\n" for line in dedent(collections).strip("\n").splitlines())
        system = SYSTEM + indented if indented else SYSTEM.replace("collections:\n", "")
        folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": system, **(files or {})})
        try:
            load(folder)
        except PolicyError as error:
            return list(error.problems)
        return []

    return problems
