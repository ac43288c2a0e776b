"""Whatever stands in the folder, loading ends with a policy or with its mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.policy import PolicyError, load
from bailee.policy.page import read
from tests.policy.test_a_good_folder import FOLDER

GOOD = {name: dedent(text) for name, text in FOLDER.items() if name.endswith(".yaml")}
READ = sorted(name for name in GOOD if not name.startswith("systems/."))
NOTICE = dedent(FOLDER["notice.md"])
WORDS = st.sampled_from(
    [
        *"{}[]:,-#&*!|>'\"%@`? \n\t\0",
        "null",
        "true",
        "1",
        "1.5",
        "{}",
        "a.b = c",
        "P6Y",
        "- x",
        "\n  ",
        "<<: ",
        "{plain}",
        "]{promise=",
        "{{ ",
        " }}",
        "\n\n",
        "é",
        "\ud7ff",
    ]
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def outcome(files: dict[str, str]) -> str:
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        try:
            load(Path(folder))
        except PolicyError as error:
            problems = error.problems
        else:
            return ""
    assert problems
    assert all(problem.code and problem.message and problem.place.file for problem in problems)
    return "\n".join(map(str, problems))


@settings(max_examples=50)
@given(st.sampled_from(READ), st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.lists(WORDS, max_size=3))
def test_a_slip_of_the_pen_is_a_policy_or_a_mistake(file: str, where: float, cut: int, put: list[str]) -> None:
    text = GOOD[file]
    at = int(where * len(text))
    outcome({**GOOD, file: text[:at] + "".join(put) + text[at + cut :]})


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), WORDS), max_size=3))
def test_a_slip_in_the_notice_is_a_policy_or_a_mistake(slips: list[tuple[float, int, str]]) -> None:
    text = NOTICE
    for where, cut, put in slips:
        at = int(where * len(text))
        text = text[:at] + put + text[at + cut :]
    outcome({**GOOD, "notice.md": text})


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(below for step, value in steps for below in places(value, (*path, step)))]


@settings(max_examples=50)
@given(st.sampled_from(READ), st.floats(0, 1, exclude_max=True), JUNK)
def test_junk_in_any_place_is_a_policy_or_a_mistake(file: str, where: float, junk: Any) -> None:
    data = read(file, GOOD[file]).data
    paths = places(data)
    path = paths[int(where * len(paths))]
    if not path:
        data = junk
    else:
        around = data
        for step in path[:-1]:
            around = around[step]
        around[path[-1]] = junk
    outcome({**GOOD, file: json.dumps(data, ensure_ascii=False)})


@given(st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.just("a"), inner)))
def test_junk_under_an_unknown_key_is_one_mistake(junk: Any) -> None:
    data = {"firm": "Acme", "unknown": junk}
    assert "P101 unknown is an unknown key" in outcome({"bailee.yaml": json.dumps(data, ensure_ascii=False)})
