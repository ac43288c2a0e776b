"""Imports stand at the top of a file; one that stands in a function has its reason beside it, or above all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bailee

SOURCE = Path(bailee.__file__).parent
FOR_ALL = "# Imports stand in functions: "
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def _without_reason(text: str) -> list[str]:
    lines = text.splitlines()
    if any(line.startswith(FOR_ALL) and line.endswith(".") for line in lines):
        return []
    functions = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    found = {n for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)}
    beside = {n: (lines[n.lineno - 2].strip(), *lines[n.lineno - 1 : n.end_lineno]) for n in found}
    return [
        ast.unparse(n)
        for n, (above, *own) in beside.items()
        if not (above.startswith("#") or any("  # " in line for line in own))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_each_import_in_a_function_has_its_reason(path: Path) -> None:
    assert _without_reason(path.read_text(encoding="utf-8")) == []


def test_the_reason_for_all_stands_only_where_imports_do() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if FOR_ALL in text:
            tree = ast.parse(text)
            inner = [n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)]
            assert any(isinstance(n, ast.Import | ast.ImportFrom) for n in inner), path


def test_an_import_without_a_reason_is_noticed() -> None:
    bare = "def f():\n    import json\n    return json\n"
    assert _without_reason(bare) == ["import json"]
    assert _without_reason(bare.replace("import json", "import json  # start-up: 9 ms")) == []
    assert _without_reason(f"{FOR_ALL}they are heavy.\n\n{bare}") == []
