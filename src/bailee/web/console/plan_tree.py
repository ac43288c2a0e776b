"""A plan as people read it: a sum by what becomes of the rows, and a tree by system and collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from bailee.engine.journal import COMMIT
from bailee.plan import PlanDocument, PlanStep, Result, SystemPlan
from bailee.policy import Policy
from bailee.store.models import Step
from bailee.trace.coverage import NotLookedAt
from bailee.web.pages.template_tags import OUTCOMES

TEXTURES: Mapping[str, str] = {
    "erased": "erased", "objected": "suppressed", "anonymised": "anonymised", "left": "anonymised",
    "unlinked": "anonymised", "corrected": "anonymised", "kept": "kept", "residual": "residual",
}  # fmt: skip
"""Fate of rows -> the outcome whose texture it has."""

WORDS: Mapping[str, Promise] = {
    "erased": pgettext_lazy("fate", "erased"),
    "objected": pgettext_lazy("fate", "kept out for good"),
    "anonymised": pgettext_lazy("fate", "anonymised"),
    "left": pgettext_lazy("fate", "shared"),
    "corrected": pgettext_lazy("fate", "corrected"),
    "unlinked": pgettext_lazy("fate", "unlinked"),
    "kept": pgettext_lazy("fate", "kept by law"),
    "residual": pgettext_lazy("fate", "to look at"),
}

NOTHING_SAID: Mapping[Result, Promise] = {
    Result.REFUSED: gettext_lazy("Nothing would be done: rows of others stay, and point to what would have to go."),
    Result.TO_CONFIRM: gettext_lazy("Nobody is found for certain. Possible matches need your decision."),
    Result.NOBODY: gettext_lazy("Nobody is found in the tables on the map of any system."),
    Result.UNCHANGED: gettext_lazy("The person is found, and nothing of theirs is to change."),
}
"""What a plan without a step comes to -> what its page says."""

_SUMMED = ("erased", "objected", "anonymised", "left", "corrected", "kept", "residual")
"""In the order of the sum. To unlink is a step on the way to erasing, and is counted there."""

_ACTS: Mapping[str, Promise] = {
    "erased": gettext_lazy("erase %(count)s"),
    "objected": gettext_lazy("keep out %(count)s"),
    "anonymised": gettext_lazy("anonymise %(count)s"),
    "left": gettext_lazy("keep %(count)s shared"),
    "corrected": gettext_lazy("correct %(count)s"),
}

_REASONS: Mapping[str, Promise] = {
    "on_erase": gettext_lazy("belongs only to this person"),
    "on_leave": gettext_lazy("shared with others: kept, with this person’s details removed"),  # noqa: RUF001 - as it is printed
    "matched": gettext_lazy("somebody else’s row: this person’s details are removed"),  # noqa: RUF001 - as it is printed
    "hold": gettext_lazy("the law keeps it: only what the law asks for stays"),
    "pin": gettext_lazy("something that is kept needs it"),
    "correction": gettext_lazy("the value is corrected"),
    "on_object": gettext_lazy("it is for marketing"),
    "a cycle of references": gettext_lazy("rows point to each other, and are unlinked first"),
    "on_parent_gone": gettext_lazy("goes with what it belongs to"),
    "retention": gettext_lazy("its time is over"),
}
"""The first word of why something becomes of rows -> in words."""

_ITSELF = gettext_lazy("the person")
_WHOLE = gettext_lazy("the law keeps all of it")

_LEAST = 1.2  # per cent of the bar, so that a small share is seen
_GAP = 0.3

_HARMLESS = frozenset({"kept", "unlinked"})
"""Fates of which nobody need see how many rows it may become."""


@dataclass(frozen=True, slots=True)
class Share:
    """One fate of rows: how many, and where it lies in the bar, as the attributes of SVG have it."""

    fate: str
    outcome: str
    words: Promise
    count: int
    x: str
    width: str

    @property
    def texture(self) -> str:
        """The class of its texture in the bar."""
        return OUTCOMES[self.outcome]

    @property
    def is_solid(self) -> bool:
        """Whether it has no outline, which would stick out."""
        return self.texture == "erased"


@dataclass(frozen=True, slots=True)
class KeptBranch:
    """By which law rows stay. ``until``: the last day, ``None`` where it is not known."""

    hold: str
    law: str
    until: date | None


@dataclass(frozen=True, slots=True)
class TreeRow:
    """What becomes of some rows of a collection. ``bound``: of how many it may; ``done``: of how many it did.

    ``is_deep``: other rows own them; ``is_again``: the collection is named above; ``is_last``: of its depth.
    """

    collection: str
    fate: str
    outcome: str
    words: Promise
    count: int
    bound: int | None
    done: int | None
    reason: str
    cells: Sequence[str]
    withheld: int
    laws: Sequence[KeptBranch]
    is_deep: bool
    is_again: bool
    is_last: bool
    needs_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """One system of a plan."""

    name: str
    title: str
    place: str
    count: int
    rows: Sequence[TreeRow]
    effects: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tree:
    """A plan as it is read. ``total``: rows in all; ``button``: what approving it does, in words.

    ``nothing_in``: titles of the systems that were looked into and have nothing. ``not_looked_at``: titles of systems,
    each with what of it is on no map.
    """

    shares: Sequence[Share]
    branches: Sequence[Branch]
    nothing_in: Sequence[str]
    total: int
    button: str
    not_looked_at: Sequence[tuple[str, NotLookedAt]] = ()


_EMPTY = {"nothing", "''"}


def tree_of(policy: Policy, plan: PlanDocument, steps: Sequence[Step] = ()) -> Tree:
    """Return ``plan`` as it is read; with the ``steps`` of its journal, what it became of how many rows."""
    done = {step.system: step.counts for step in steps if step.step == COMMIT and step.ended_at}
    as_planned = policy if policy.digest == plan.policy else None
    looked_into = [_make_branch(policy, system, done.get(system.system), as_planned) for system in plan.systems]
    branches = tuple(branch for branch in looked_into if branch.rows or branch.effects)
    nothing_in = tuple(branch.title for branch in looked_into if branch not in branches)
    counts = Counter[str]()
    for branch in branches:
        for row in branch.rows:
            counts[row.fate] += row.count
    shares = tuple(_share_out(counts))
    missed = tuple((system.title, system.not_looked_at) for system in plan.systems if system.not_looked_at)
    return Tree(shares, branches, nothing_in, sum(share.count for share in shares), _write_button(counts), missed)


def _make_branch(
    policy: Policy, system: SystemPlan, done: Mapping[str, int] | None, as_planned: Policy | None
) -> Branch:
    known = policy.systems.get(system.system)
    parties = {name for name, one in known.collections.items() if one.party} if known else set()
    steps = sorted(system.steps, key=lambda step: (step.collection not in parties, _find_place(step, system)))
    looked = tuple(_list_rows_to_look_at(system))
    rows, seen = [], set[str]()
    for at, step in enumerate(steps):
        is_deep = step.collection not in parties
        below = is_deep and bool(looked)
        is_last = not below and all((one.collection not in parties) != is_deep for one in steps[at + 1 :])
        made = None if done is None else done.get(step.change, 0)
        stay = _list_cells_that_stay(as_planned, system, step)
        rows.append(
            _make_row(step, made, stay, is_deep, step.collection in seen, is_last, _is_whole(system, step, stay))
        )
        seen.add(step.collection)
    where = known.location if known else None
    place = " · ".join(filter(None, (where.operator, where.country))) if where else ""
    count = sum(row.count for row in (*rows, *looked) if row.fate in _SUMMED)
    return Branch(system.system, system.title, place, count, (*rows, *looked), system.effects)


def _find_place(step: PlanStep, system: SystemPlan) -> int:
    """Return where a collection is first met, what it belongs to before it: it is carried out the other way round."""
    return max(-at for at, one in enumerate(system.steps) if one.collection == step.collection)


def _make_row(
    step: PlanStep,
    done: int | None,
    stay: frozenset[str],
    is_deep: bool,  # noqa: FBT001
    is_again: bool,  # noqa: FBT001
    is_last: bool,  # noqa: FBT001
    is_whole: bool,  # noqa: FBT001
) -> TreeRow:
    laws = tuple(
        KeptBranch(one.hold, one.law, date.fromisoformat(one.until) if one.until else None) for one in step.laws
    )
    bound = None if step.fate in _HARMLESS or done is not None else step.bound
    return TreeRow(
        step.collection, step.fate, TEXTURES[step.fate], WORDS[step.fate], step.count, bound, done,
        str(_WHOLE) if is_whole else _describe_reason(step, is_deep), tuple(_list_cells(step, stay)),
        0 if step.fate == "kept" and step.withheld == step.count else step.withheld,
        laws if step.fate == "kept" or step.withheld else (), is_deep, is_again, is_last,
    )  # fmt: skip


def _list_cells_that_stay(policy: Policy | None, system: SystemPlan, step: PlanStep) -> frozenset[str]:
    """Return the columns that ``step``, which keeps rows, empties in none of them: all that hold one name it (18, 19).

    A step lists the cells that it empties where no hold keeps them. Where a cell is withheld in each of its rows, each
    is held by one of its ``laws``, if nothing else keeps a cell: a reference that points to it does. So what all laws
    name that name any stays in all rows. ``policy``: by which it was planned; ``None``: it is another by now, and
    nothing is known.
    """
    known = policy.systems.get(system.system) if policy is not None else None
    if policy is None or known is None or step.fate != "kept" or step.withheld < step.count:
        return frozenset()
    columns = frozenset(_find_column(cell) for cell in step.cells)
    edges = (edge for one in known.collections.values() for edge in one.edges if edge.to == step.collection)
    if any(columns.intersection(edge.their_columns) for edge in edges):
        return frozenset()
    names = [_list_named_cells(policy, law.hold, system.system, step.collection, columns) for law in step.laws]
    naming = [one for one in names if one]
    return naming[0].intersection(*naming[1:]) if naming else frozenset()


def _list_named_cells(
    policy: Policy, hold: str, system: str, collection: str, columns: frozenset[str]
) -> frozenset[str]:
    """Return which of ``columns`` a hold keeps by name; one that was placed by hand keeps all."""
    if hold not in policy.holds:
        return columns
    names = {what for where, what in policy.holds[hold].keeps if where in {collection, f"{system}.{collection}"}}
    return columns if "*" in names else columns & names


def _is_whole(system: SystemPlan, step: PlanStep, stay: frozenset[str]) -> bool:
    """Whether ``step`` keeps rows, and neither it nor another empties a cell of them."""
    if step.fate != "kept" or step.reason != "hold" or any(_find_column(cell) not in stay for cell in step.cells):
        return False
    return all(one is step for one in system.steps if one.collection == step.collection and one.fate != "erased")


def _find_column(cell: str) -> str:
    return cell.partition(" = ")[0]


def _list_cells(step: PlanStep, stay: frozenset[str]) -> Iterator[str]:
    """Yield what is written into which column; of a row that the law keeps, those that are emptied by name alone."""
    for cell in step.cells:
        column, _, value = cell.partition(" = ")
        if column in stay:
            continue
        yield column if step.fate == "kept" and value in _EMPTY else cell


def _describe_reason(step: PlanStep, is_deep: bool) -> str:  # noqa: FBT001 - a row of facts
    if step.reason == "on_erase" and not is_deep:
        return str(_ITSELF)
    known = _REASONS.get(step.reason) or _REASONS.get(step.reason.partition(":")[0].partition(" of ")[0])
    return str(known) if known else step.reason


def _list_rows_to_look_at(system: SystemPlan) -> Iterator[TreeRow]:
    for at, (collection, count, why) in enumerate(system.listed):
        yield TreeRow(
            collection.rpartition(":")[2], "residual", "residual", WORDS["residual"], count, None, None, why, (), 0, (),
            is_deep=True, is_again=False, is_last=at + 1 == len(system.listed), needs_a_person=True,
        )  # fmt: skip


def _share_out(counts: Mapping[str, int]) -> Iterator[Share]:
    there = [(fate, counts[fate]) for fate in _SUMMED if counts.get(fate)]
    total = sum(count for _, count in there)
    width = 100 - _GAP * max(0, len(there) - 1)
    wide = {fate: max(_LEAST, width * count / total) for fate, count in there}
    too_much = width / sum(wide.values()) if wide else 1
    x = 0.0
    for fate, count in there:
        width = wide[fate] * too_much
        yield Share(fate, TEXTURES[fate], WORDS[fate], count, f"{x:.1f}%", f"{width:.1f}%")
        x += width + _GAP


def _write_button(counts: Mapping[str, int]) -> str:
    there = [fate for fate in _SUMMED if fate in _ACTS and counts.get(fate)]
    parts = [str(_ACTS[fate]) % {"count": f"{counts[fate]:,}"} for fate in there]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
