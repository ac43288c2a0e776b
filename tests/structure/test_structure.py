"""The mirror shows what is there: circles, arrows, sizes, names; and what is held may only fall."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.structure.__main__ import SOURCE, problems, table
from tests.structure.measure import Measure, Order, circles, imports, measure
from tests.structure.order import ORDER
from tests.structure.ratchet import fallen, held, hold, risen

TOY = Order(
    layers=(frozenset({"below"}), frozenset({"left", "right"}), frozenset({"above"})),
    places={"toy_house.left": "left", "toy_house.right": "right", "toy_house.above": "above"},
    lowest="below",
)

FILES = {
    "__init__.py": "",
    "left/__init__.py": "",
    "left/a.py": "def go() -> None:\n    '''Go.'''\n    from toy_house.right import b\n    b.go()\n",
    "right/__init__.py": "",
    "right/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import toy_house.left.a\ndef go(): ...\n",
    "above/__init__.py": "",
    "above/c.py": "from toy_house.left import a\nclass Line: ...\nclass Other: ...\n",
    "above/long.py": "class Line:\n    def told(self): ...\n    def _hidden(self): ...\n" + "\n" * 598,
    "low.py": "def long():\n    '''Say.'''\n" + "    a = 1\n" * 59,
    "edge.py": "def screen():\n    '''Say.'''\n" + "    a = 1\n" * 58,
    "migrations/0001.py": "import toy_house.above.c\nclass Line: ...\ndef bare(): ...\n" + "\n" * 600,
}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy") / "toy_house"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def seen(toy: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Measure]:
    monkeypatch.syspath_prepend(str(toy.parent))
    return {each.name: each for each in measure(toy, TOY)}


def test_a_circle_is_seen_that_an_import_inside_a_function_and_one_for_types_close(seen: Mapping[str, Measure]) -> None:
    assert seen["modules"].found == ("left.a <-> right.b",)
    assert seen["packages"].found == ("left <-> right",)
    assert (seen["modules"].number, seen["packages"].number) == (2, 2)


def test_an_arrow_to_a_peer_or_up_is_seen_and_one_down_is_not(seen: Mapping[str, Measure]) -> None:
    assert seen["upward"].found == (
        "left -> right: left.a imports right.b",
        "right -> left: right.b imports left.a",
    )
    assert TOY.is_upward("toy_house.low", "toy_house.above.c")
    assert not TOY.is_upward("toy_house.above.c", "toy_house.low")


def test_what_is_too_long_is_seen_to_the_line_and_migrations_are_not(seen: Mapping[str, Measure]) -> None:
    assert seen["files"].found == ("above/long.py: 601 lines",)
    assert seen["functions"].found == ("low.py:1 long: 61 lines",)


def test_a_name_used_again_and_a_function_without_a_word_are_seen(seen: Mapping[str, Measure]) -> None:
    assert seen["names"].found == ("Line: above/c.py, above/long.py",)
    assert seen["docstrings"].found == ("above/long.py:2 Line.told", "right/b.py:4 go")


def test_the_largest_package_is_told_as_a_share(seen: Mapping[str, Measure]) -> None:
    assert seen["largest"].is_share
    assert seen["largest"].found[0].startswith("above: 604 of ")


def test_every_node_of_a_circle_and_no_other_is_in_it() -> None:
    edges = {"a": frozenset("b"), "b": frozenset("ce"), "c": frozenset("a"), "d": frozenset("a"), "e": frozenset("f")}
    assert circles(edges | {"f": frozenset()}) == [("a", "b", "c")]
    assert circles(edges | {"f": frozenset("e")}) == [("e", "f"), ("a", "b", "c")]


def test_of_equal_numbers_nothing_is_said() -> None:
    assert list(problems([Measure("a", "as", 3, 0)], {"a": 3})) == []


def test_a_number_that_rises_is_told_and_one_that_fell_is_to_be_written_down(tmp_path: Path) -> None:
    before = [Measure("a", "as", 3, 0), Measure("b", "bs", 3, 0), Measure("c", "cs", 30, 20, is_share=True)]
    hold([*before, Measure("d", "ds", 9, 0, is_held=False)], tmp_path / "held.json")
    numbers = held(tmp_path / "held.json")
    assert numbers == {"a": 3, "b": 3, "c": 30}
    after = [Measure("a", "as", 4, 0), Measure("b", "bs", 2, 0), Measure("c", "cs", 29, 20, is_share=True)]
    assert [each.name for each in risen(after, numbers)] == ["a"]
    assert [each.name for each in fallen(after, numbers)] == ["b"]
    assert [line for line in problems(after, numbers) if not line.startswith("  hint")] == [
        "as: 4, and 3 are held",
        "bs: 2, and 3 are held still",
    ]
    assert list(table(after[:1], numbers)) == ["      now   held   goal", "as     4      3      0"]


def test_within_its_goal_a_number_may_rise() -> None:
    assert not risen([Measure("c", "cs", 20, 20)], {"c": 18})
    assert risen([Measure("c", "cs", 21, 20)], {"c": 18})


def test_bailee_is_no_worse_than_is_written_down() -> None:
    assert list(problems(measure(SOURCE, ORDER), held())) == []


def test_each_place_of_the_order_is_a_module_in_a_layer() -> None:
    modules = imports("bailee").keys()
    assert [place for place in ORDER.places if place not in modules] == []
    assert set(ORDER.places.values()) < set().union(*ORDER.layers)
