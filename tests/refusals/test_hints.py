"""What a refusal says to write instead is what a map may say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bailee.engine.blockers import _list_remedies
from bailee.policy import Gone, OnParentGone, System
from bailee.trace import BoundMap, Trace, bind, build_erasure_trace
from bailee.trace.bind import RowReference
from bailee.trace.check import check_map
from tests.oracle.engine import with_tables
from tests.oracle.examples import EXAMPLES
from tests.oracle.made import NOW, SYSTEM, Example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name.replace(" ", "_"))
def test_no_refusal_says_to_empty_what_a_map_may_not_empty(example: Example) -> None:
    for trace, r in _that_can_refuse(example):
        if "null" in _list_remedies(trace, r):
            found = check_map(_said(trace.map, r, Gone.NULL), trace.map.schema, trace.map.policy)
            assert not [problem for problem in found if problem.severity == "error"], r.id


def test_a_reference_that_can_be_emptied_is_told_so_and_one_by_which_others_point_is_not() -> None:
    told = {r.id: "null" in _list_remedies(trace, r) for example in EXAMPLES for trace, r in _that_can_refuse(example)}
    assert (told["profile.code->person"], told["bookmark.note_id->note"]) == (False, True)


def _that_can_refuse(example: Example) -> Iterator[tuple[Trace, RowReference]]:
    policy = with_tables(example.world.policy)
    m = bind(policy.systems[SYSTEM], example.world.schemas[SYSTEM], policy)
    trace = build_erasure_trace(m, NOW.date(), frozenset())
    return ((trace, blocking.reference) for blocking in trace.blocking if blocking.reference.edges)


def _said(m: BoundMap, r: RowReference, gone: Gone) -> System:
    """Return the system of ``m``, in which the edges of ``r`` say ``gone``."""
    collections = {
        name: replace(
            c, edges=tuple(replace(e, on_parent_gone=OnParentGone(gone)) if e in r.edges else e for e in c.edges)
        )
        for name, c in m.system.collections.items()
    }
    return replace(m.system, collections=collections)
