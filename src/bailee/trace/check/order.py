"""What would make the outcome depend on who goes first, or on a hold that has ended (T316 to T322).

A batch, and its persons one by one in any order, leave the same data; and a hold's release leaves what no hold would
have left. Random maps that the other checks accept and that break one of these laws have shown each of these mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from bailee.policy import Gone, OnLeave, ValueKind
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundCollection, BoundMap, OwnershipFlow, RowReference, may_follow
from bailee.trace.check.conditions import is_exclusive
from bailee.trace.check.reach import find_erasable
from bailee.trace.check.report import quote_names, report_error
from bailee.trace.check.writes import Write, describe_write, find_speaking_edge, is_mention_cleared
from bailee.trace.erase import find_witnesses
from bailee.trace.hold import can_climb, find_held_columns, find_holds

FUNCTIONS = frozenset({ValueKind.PSEUDONYM, ValueKind.HASH, ValueKind.COARSEN})
"""Values that are made from what stood in the cell before."""

WORDS = frozenset({"on_erase", "on_leave"})
"""The words that give values of their own when somebody is erased."""


# --- who goes first ------------------------------------------------------------------------------------------


def check_made_from_cleared(m: BoundMap, written: Iterable[Write]) -> Iterator[Problem]:
    """Yield T316: a cell that *matched* may clear gets a value made from what stood there."""
    for write in written:
        b = m.bound[write.collection]
        cleared = {mention.column for mention in b.collection.mentions if is_mention_cleared(b, mention)}
        if write.word in WORDS and write.value.kind in FUNCTIONS and write.column in cleared:
            hint = "write null, a fixed value or now: one made from the old value depends on who leaves first"
            yield report_error(
                "T316", f"{describe_write(write)}, which matched may clear", hint, write.place, b.collection.place
            )


def check_rows_of_others(m: BoundMap) -> Iterator[Problem]:
    """Yield T317 and T319: rows that go although others own them, and take along, or spare, what they should not."""
    for b in m.bound.values():
        deleting = [on_leave for on_leave in _list_leaving(m, b) if on_leave.delete]
        if not deleting or b.name not in m.shareable:  # else nobody ever leaves a row to others, and the word is idle
            continue
        places = (deleting[0].place, b.collection.place)
        why = _explain_need(b, _list_passing_flows(m, b.name))
        if why:
            message = f"on_leave of {b.name} deletes rows that others own, and {why}"
            hint = "write on_leave: {matched: null} or fixed values: others would lose what is theirs through the row"
            yield report_error("T317", message, hint, *places)
        on_erase = b.collection.on_erase
        if on_erase is not None and not on_erase.deletes:
            message = f"a row of {b.name} goes when one owner of several leaves, and stays when the last one is erased"
            hint = "write on_erase: delete, or let on_leave say what is changed instead of delete"
            yield report_error("T319", message, hint, *places)
    going = find_erasable(m)
    for r in m.references:
        if r.gone.action is Gone.DELETE and r.parent in going:
            yield from _check_gone_with_parent(m, r)


def _check_gone_with_parent(m: BoundMap, r: RowReference) -> Iterator[Problem]:
    b, edge = m.bound[r.child], find_speaking_edge(r)
    pairs = frozenset(r.on)
    onward = [f for f in _list_passing_flows(m, r.child) if (f.target, frozenset(f.back)) != (r.parent, pairs)]
    giving = [f for f in m.flows_into(r.child, owning=True) if may_follow(f) and f.source in m.fertile]
    if not b.is_party and all((f.source, frozenset(f.on)) == (r.parent, pairs) for f in giving):
        return  # whoever owns the row owns its parent, and that one goes with its last owner
    why = _explain_need(b, onward)
    if edge is not None and why:
        message = f"on_parent_gone of {r.child} deletes rows of others when a row of {r.parent} goes, and {why}"
        hint = "write null, refuse or pin: others would lose what is theirs through the row"
        yield report_error("T317", message, hint, edge.place, b.collection.place)


def _list_passing_flows(m: BoundMap, name: str) -> list[OwnershipFlow]:
    return [f for f in m.flows_from(name) if f.owning and may_follow(f)]


def _explain_need(b: BoundCollection, onward: list[OwnershipFlow]) -> str:
    """Return why others need a row of ``b``, or nothing."""
    if b.is_party:
        return "these are persons" if b.is_person else "these are organisations"
    targets = dict.fromkeys(f.target for f in onward)
    return f"these own rows of {quote_names(targets)}" if targets else ""


def _list_leaving(m: BoundMap, b: BoundCollection) -> Iterator[OnLeave]:
    """Yield what the hops of owners into ``b`` say of leaving."""
    for flow in m.flows_into(b.name, owning=True):
        on_leave = m.on_leave(flow)
        if may_follow(flow) and on_leave is not None:
            yield on_leave


def check_two_parents(m: BoundMap) -> Iterator[Problem]:
    """Yield T318: columns that point to rows of two collections at once, of which one may go and the other stay."""
    for one, other in combinations(m.references, 2):
        together = one.child == other.child and frozenset(one.child_columns) == frozenset(other.child_columns)
        if not together or one.parent == other.parent or is_exclusive(one.when_child, other.when_child):
            continue
        if not (one.edges and other.edges):  # a foreign key that no edge declares gives nobody anything: it refuses
            continue
        if not m.clearable(one.child, one.child_columns, one.on):  # what nothing can empty is lost to neither
            continue
        columns = quote_names(one.child_columns)
        message = f"{one.child} points by {columns} to {one.parent} and to {other.parent}, and may do so in one row"
        hint = "give both edges a when: that tells to which of them a row points, or use a column for each"
        places = [edge.place for edge in (*other.edges, *one.edges)]
        yield report_error("T318", message, hint, *places, m.bound[one.child].collection.place)


def check_own_identities(m: BoundMap, written: Iterable[Write]) -> Iterator[Problem]:
    """Yield T322: what says who a person is, changed by other people's going, or by objecting.

    Whoever was known by it would then be found in fewer places, when their own turn comes.
    """
    for b in m.bound.values():
        ours = {identity.column for identity in b.collection.identities}
        for mention in b.collection.mentions:
            if mention.column in ours:
                message = f'{b.name} mentions somebody in "{mention.column}", which says who the person of the row is'
                hint = "take the mention off, or name another column"
                yield report_error("T322", message, hint, mention.place, b.collection.place)
    for write in written:
        c = m.bound[write.collection].collection
        theirs = {identity.column for identity in c.identities} - {mention.column for mention in c.mentions}
        if write.word in {"on_leave", "on_object", "matched", "on_parent_gone", "stand_in"} and write.column in theirs:
            hint = "leave it to on_erase: who a person is does not change because others go"
            yield report_error(
                "T322", f"{describe_write(write)}, which says who a person is", hint, write.place, c.place
            )


# --- holds that end ------------------------------------------------------------------------------------------


def check_half_held(m: BoundMap, written: Iterable[Write]) -> Iterator[Problem]:
    """Yield T320 and T321: holds that keep a part of what changes together only."""
    timed = {(w.collection, w.column) for w in written if w.word in WORDS and w.value.kind is ValueKind.NOW}
    for b in m.bound.values():
        for hold in find_holds(m, b.name):
            keeps = find_held_columns(m, hold, b.name)
            for r in m.parents_of(b.name):
                half = [c for c in m.clearable(b.name, r.child_columns, r.on) if c in keeps]
                if half and not can_climb(m, hold, r):
                    rest = [c for c in r.child_columns if c not in keeps]
                    message = f'hold "{hold.name}" keeps {quote_names(half)} of {b.name}, and not {quote_names(rest)}'
                    hint = f"keep both or neither: together they point to {r.parent}"
                    yield report_error("T320", message, hint, hold.place, b.collection.place)
            for time in sorted(c for c in keeps if (b.name, c) in timed):
                rest = sorted(find_witnesses(m, b.name, time) - keeps)
                if rest:
                    message = f'hold "{hold.name}" keeps the time "{time}" of {b.name}, and not {quote_names(rest)}'
                    hint = "keep both or neither: it is the time of that change, which is made before the hold ends"
                    yield report_error("T321", message, hint, hold.place, b.collection.place)
