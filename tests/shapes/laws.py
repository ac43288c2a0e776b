"""What must hold of every shape: Bailee and the SQL by hand agree, for each person who is erased, in any order."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.shapes.shape import A_DAY_LATER, NOW, Ground, Report, Tables


class Laws:
    """The tests of a shape; a module has its ``SHAPE``, and a class that inherits these."""

    def test_find_finds_what_sql_finds(self, ground: Ground) -> None:
        ground.fill()
        for name, found, waiting in ground.find(*ground.shape.people):
            _agree(found, ground.keys(ground.shape.found(name)), f"found of {name}")
            assert waiting == ground.shape.to_confirm.get(name, 0), name

    def test_a_copy_shows_what_sql_selects(self, ground: Ground) -> None:
        ground.fill()
        for name, cells, _ in ground.copy(*ground.shape.people):
            _agree(cells, ground.keys(ground.shape.copied(name)), f"copy of {name}")

    def test_erasing_leaves_what_sql_leaves_and_a_second_time_changes_nothing(self, ground: Ground) -> None:
        at_first = ground.at_first
        for name in ground.people:
            expected = ground.by_hand(_erased(ground, [name]))
            ground.fill()
            kept = ground.keys(ground.shape.kept([name], NOW)) if name not in ground.shape.refused else {}
            report = ground.erase(name)
            _is_as(ground, expected, name)
            assert report.clean, name
            assert report.refused == int(name in ground.shape.refused), name
            _says_what_happened(at_first, report, kept, expected)
            for _, after, _ in ground.find(name, now=A_DAY_LATER):
                _agree(after, ground.keys(ground.shape.left(name)), f"found of {name} afterwards")
            if ground.is_quick:
                ground.erase(name, now=A_DAY_LATER)
                _is_as(ground, expected, f"{name} twice")

    def test_two_persons_fare_alike_in_either_order_and_together(self, ground: Ground) -> None:
        for one, other in ground.pairs:
            expected = ground.by_hand(_erased(ground, [one, other]))
            ways = ([[one], [other]], [[other], [one]], [[one, other]])
            for order in ways if ground.is_quick else ways[:2]:
                ground.fill()
                for names in order:
                    assert ground.erase(*names).clean, order
                _is_as(ground, expected, str(order))


class Holds:
    """The test of a shape of which a law keeps something, until a day."""

    def test_when_holds_have_ended_the_release_leaves_what_erasing_without_them_leaves(self, ground: Ground) -> None:
        free = f"{ground.shape.free} 09:00:00"
        for names in ground.pairs:
            if not ground.shape.refused.intersection(names):
                expected = ground.by_hand(ground.shape.erased(names, free))
                ground.fill()
                for name in names:
                    ground.erase(name)
                assert all(report.clean for report in ground.release(free)), names
                _is_as(ground, expected, str(names))


class Retention:
    """The test of a shape that has rules of retention."""

    def test_retention_does_what_sql_does(self, ground: Ground) -> None:
        for rule, statements in ground.shape.due.items():
            expected = ground.by_hand(statements)
            ground.fill()
            assert ground.retain(rule).clean, rule
            _is_as(ground, expected, rule)
            ground.retain(rule)
            _is_as(ground, expected, f"{rule} twice")


def _erased(ground: Ground, names: Sequence[str]) -> list[str]:
    return list(ground.shape.erased([n for n in names if n not in ground.shape.refused], NOW))


def _is_as(ground: Ground, expected: Tables, told: str) -> None:
    """Fail where a row or a file is not what SQL by hand leaves."""
    _agree(ground.dump(), expected, told)
    assert ground.there() == ground.named(), told


def _agree(got: Tables, expected: Tables, told: str) -> None:
    """Fail where rows differ, and say which."""
    apart = [
        f"{name}: {_apart(got.get(name, ()), expected.get(name, ()))}"
        for name in sorted({*got, *expected})
        if got.get(name) != expected.get(name)
    ]
    if apart:
        pytest.fail("\n".join([f"{told}: not as by hand", *apart]), pytrace=False)


def _apart(got: Sequence[tuple[object, ...]], expected: Sequence[tuple[object, ...]]) -> object:
    return {
        "got": [row for row in got if row not in expected],
        "by hand": [row for row in expected if row not in got],
    }


def _says_what_happened(at_first: Tables, report: Report, kept: Tables, left: Tables) -> None:
    """See that the counts of the outcome are what is gone, and what is held."""
    gone = sum(len(at_first[name]) - len(rows) for name, rows in left.items())
    assert sum(n for (_, fate), n in report.outcome.items() if fate == "erased") == gone
    told: dict[str, int] = {}
    for part in report.plan.systems:
        for step in part.steps:
            if step.fate == "kept" and step.count:
                for law in step.laws:
                    told[f"{step.collection} {law.hold}"] = step.count
    assert told == {name: len(rows) for name, rows in kept.items()}
