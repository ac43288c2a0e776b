"""Columns that nobody decided about, and attributes that nobody said would be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bailee.checks.model import (
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    Parameter,
    Plant,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.scope import ask_unread, judge_listing, list_maps, resolve_collection
from bailee.checks.words import (
    list_names,
    pluralise_kind,
    spell_count,
    spell_kinds,
    spell_name,
    spell_place,
    spell_rows,
)
from bailee.policy import KEY_NONE, Bound, Collection, Party, Policy, System
from bailee.trace import BoundMap
from bailee.trace.check import coverage
from bailee.trace.check.columns import find_named_columns
from bailee.trace.row_counts import ASKED, LooksLikeEmail, SetCount, trace_rows
from bailee.trace.schema import ColumnKind

SYSTEM = Parameter("system", "a system; left out: all of them")


def find_undecided_columns(m: BoundMap, collection: str) -> list[str]:
    """Return the columns of ``collection`` that no word of the map names, and that are not opaque either."""
    return [*coverage.find_undecided(m.system, m.schema, find_named_columns(m.system, m.policy)).get(collection, ())]


# --- undecided -----------------------------------------------------------------------------------------------


def _ask_undecided(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    for system, m in list_maps(world, bound):
        yield CheckQuestion(system, "reach", system)
        yield CheckQuestion(system, "tables", system)
        for name in m.bound:
            for column in find_undecided_columns(m, name):
                if m.bound[name].table.columns[column].kind is ColumnKind.TEXT:
                    counting = SetCount(trace_rows(m, name, LooksLikeEmail(column)), ASKED)
                    yield CheckQuestion(f"{system}.{name}", "count", system, counting, column)


def _judge_undecided(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    question = answer.question
    m = world.maps[question.system]
    if question.kind == "tables":
        yield from judge_listing(world, bound, answer)
        return
    if question.kind == "count":
        if answer.count:
            c = m.system.collections[question.about.partition(".")[2]]
            says = (
                f"{spell_rows(answer.count)} of {question.about} hold an e-mail address in {question.part}, undecided"
            )
            hint = (
                f"name {question.part} under fields or identity, or under opaque with the reason:"
                f" {spell_place(c.place)}"
            )
            public = f"{spell_kinds(answer.count, question.about)} with an e-mail address that nobody has decided about"
            yield build_finding(
                bound, answer, Verdict.BROKEN, says, hint, count=answer.count, place=c.place, public=public, looked=0
            )
        return
    loose = {name: columns for name in m.bound if (columns := find_undecided_columns(m, name))}
    there = [len(b.table.columns) for b in m.bound.values() if b.name in m.system.collections]
    if loose:
        name, columns = next(iter(loose.items()))
        number = sum(map(len, loose.values()))
        place = m.system.collections[name].place
        says = f"{spell_count(number, 'column')} of {question.system} undecided: {name}.{list_names(columns)}"
        hint = (
            f"`bailee map {question.system}` lists them; name them under fields, or under opaque with the reason:"
            f" {spell_place(place)}"
        )
        public = f"of some of what {question.system} holds nobody has decided yet whether it is personal"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, says, hint, count=number, place=place, public=public, looked=sum(there)
        )
    else:
        says = f"every column of {question.system} on the map is decided"
        public = f"every column of {question.system} on our map has been classified"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, public=public, looked=sum(there))


def _plant_undecided(world: World, bound: Bound) -> Iterator[Plant]:
    for system, m in list_maps(world, bound):
        for name, c in m.system.collections.items():
            if c.opaque is None and name in m.bound and _find_decided_text(m, c):
                column = _find_decided_text(m, c)
                policy = _replace_collection(world.policy, system, _leave_out_column(c, column))
                cells = {**dict.fromkeys(m.bound[name].key, 1), column: "alice@example.com"}
                yield Plant(
                    f"an e-mail address in {system}.{name}.{column}, which the map forgot",
                    policy, ((f"{system}.{name}", cells),),
                )  # fmt: skip
                break


def _find_decided_text(m: BoundMap, c: Collection) -> str:
    """Return a text column that a field or a reason alone decides about, or nothing."""
    columns = m.bound[c.name].table.columns
    named = [n.column for n in find_named_columns(m.system, m.policy) if n.collection == c.name]
    simple = [*c.fields.values(), *c.opaque_columns]
    return next((x for x in simple if x in columns and columns[x].kind is ColumnKind.TEXT and named.count(x) == 1), "")


def _leave_out_column(c: Collection, column: str) -> Collection:
    return replace(
        c,
        fields={a: n for a, n in c.fields.items() if n != column},
        opaque_columns={n: why for n, why in c.opaque_columns.items() if n != column},
    )


def _replace_collection(policy: Policy, system: str, c: Collection) -> Policy:
    old: System = policy.systems[system]
    new = replace(old, collections={**old.collections, c.name: c})
    return replace(policy, systems={**policy.systems, system: new})


# --- only these attributes -----------------------------------------------------------------------------------


def list_attributes(c: Collection) -> list[str]:
    """Return what the map says is kept in ``c`` about a person, by attribute."""
    return list(dict.fromkeys([*c.fields, *(i.attribute for i in c.identities)]))


def _choose_collections(world: World, bound: Bound) -> Iterator[tuple[str, Collection]]:
    named = bound.parameters.get("collection")
    for system in world.policy.systems.values():
        for c in system.collections.values():
            if resolve_collection(world, named) == (system.name, c.name) if named else c.party is Party.PERSON:
                yield system.name, c


def _ask_only(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    return (CheckQuestion(f"{system}.{c.name}", "reach", system) for system, c in _choose_collections(world, bound))


def _judge_only(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    system, _, name = answer.question.about.partition(".")
    c, m = world.policy.systems[system].collections[name], world.maps.get(system)
    allowed = {text.partition("=")[0].strip() for text in bound.parameters["allowed"]}
    there = list_attributes(c)
    more = [a for a in there if a not in allowed]
    loose = find_undecided_columns(m, name) if m and name in m.bound else []
    if more:
        says = f"{system}.{name} keeps {list_names(more)} besides what the notice says"
        hint = (
            f"say it in the notice and under allowed at {spell_place(bound.place)}, or stop keeping it:"
            f" {spell_place(c.place)}"
        )
        public = f"of {pluralise_kind(name)} we keep more than this notice says: {list_names(map(spell_name, more))}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=len(more), place=c.place, public=public,
                            looked=len(there))  # fmt: skip
    elif loose:
        says = f"{system}.{name} has undecided columns: {list_names(loose)}"
        hint = f"name them under fields, or under opaque with the reason: {spell_place(c.place)}"
        public = f"of some of what we keep of {pluralise_kind(name)} nobody has decided yet whether it is personal"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, count=len(loose), place=c.place, public=public,
                            looked=len(there))  # fmt: skip
    else:
        says = f"{system}.{name} keeps {spell_count(len(there), 'attribute')}, each allowed"
        public = (
            f"of {pluralise_kind(name)} we keep {spell_count(len(there), 'detail')}, each of which this notice names"
        )
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, of=len(there), public=public, looked=len(there))


def _plant_only(world: World, bound: Bound) -> Iterator[Plant]:
    for system, c in _choose_collections(world, bound):
        spare = next(iter(c.fields.values()), "") or (c.key[0] if c.key and c.key != KEY_NONE else "id")
        grown = replace(c, fields={**c.fields, "shoe_size": spare})
        policy = _replace_collection(world.policy, system, grown)
        yield Plant(f"a field shoe_size in {system}.{c.name}", policy=policy)


CHECKS = (
    Check(
        "columns.undecided",
        "Every column is decided",
        "Unknown while the map leaves columns undecided, where there are tables that it does not mention, and where "
        "the account is not told of every table; broken where an undecided column holds what looks like e-mail "
        "addresses. A column that is called opaque is taken at its word.",
        _ask_undecided,
        _judge_undecided,
        _plant_undecided,
        {"system": SYSTEM},
        unit="column",
    ),
    Check(
        "columns.only",
        "Only what was said is kept about people",
        "Compares the attributes that the map names for people with those allowed. Broken where there are more; "
        "unknown where a column is undecided. What is written into a free text field does not show.",
        _ask_only,
        _judge_only,
        _plant_only,
        {
            "allowed": Parameter("texts", "the attributes that may be kept, as the map names them", required=True),
            "collection": Parameter("collection", "a collection; left out: all whose rows are people"),
        },
        unit="attribute",
    ),
)
