"""What stands in rows: only where something was switched on, with an origin, not too many, not in the clear."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from bailee.checks.ciphertext import FORMS, OTHER, UNSOUND, build_sign_test, build_sorter
from bailee.checks.made_up_rows import make_key, satisfy_predicate, violate_predicate
from bailee.checks.model import (
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    Failure,
    Parameter,
    Plant,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.scope import EMPTY, MAY_BE_EMPTY, find_collection
from bailee.checks.words import (
    list_names,
    pluralise_kind,
    spell_count,
    spell_kinds,
    spell_name,
    spell_place,
    spell_rows,
)
from bailee.policy import Bound, EdgeKind, Period
from bailee.policy.conditions import parse_condition
from bailee.policy.dates import words as period_words
from bailee.policy.predicate import ALWAYS, Compare, In, IsNull, Predicate, columns_read
from bailee.trace import BoundMap
from bailee.trace.row_counts import ASKED, Cells, Groups, NotADay, NotBefore, SetCount, Starts, trace_rows
from bailee.trace.schema import ColumnKind
from bailee.trace.sets import Through, and_, not_, or_

COLLECTION = Parameter("collection", "a collection, as system.collection", required=True)
WHERE = Parameter("condition", "only the rows for which this holds, as under when: of a map")


def _bind_collection(world: World, bound: Bound) -> Iterator[tuple[str, BoundMap]]:
    """Yield the map and the name of the collection that ``bound`` names, where it can be asked."""
    _, m, there = find_collection(world, str(bound.parameters["collection"]))
    if m is not None and there is not None and not _find_lost_columns(m, there.name, bound):
        yield there.name, m


def _find_lost_columns(m: BoundMap, name: str, bound: Bound) -> list[str]:
    """Return the columns that ``bound`` names and the tables do not have."""
    path = (name, *_read_path(bound))
    named = {(path[-1], c) for c in columns_read(_parse_where(bound))}
    for parameter, collection in (("columns", name), ("per", name), ("since", path[-1]), ("at", path[-2:][0])):
        given = bound.parameters.get(parameter) or ()
        named |= {(collection, c) for c in ((given,) if isinstance(given, str) else given)}
    return sorted(f"{c}.{n}" for c, n in named if c not in m.bound or n not in m.bound[c].table.columns)


def _ask_unread(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    """Yield why the collection that ``bound`` names cannot be asked, if it cannot."""
    about = str(bound.parameters["collection"])
    system, m, there = find_collection(world, about)
    if system in world.unread:
        yield CheckQuestion(about, "reach", system)
    elif m is None or there is None:
        failure = Failure("T401", f"{about} is not on the map", f"correct it at {spell_place(bound.place)}")
        yield CheckQuestion(about, "reach", system, failure=failure)
    elif lost := _find_lost_columns(m, there.name, bound):
        hint = f"compare {spell_place(bound.place)} with the tables as they are now"
        yield CheckQuestion(
            about, "reach", system, failure=Failure("T402", f"there is no column {list_names(lost)}", hint)
        )


def _ask_count(world: World, bound: Bound, where: Any, among: Predicate = ALWAYS) -> Iterator[CheckQuestion]:
    """Yield how many rows there are for which ``where`` holds, of those for which ``among`` does."""
    yield from _ask_unread(world, bound)
    for name, m in _bind_collection(world, bound):
        system, whole = m.system.name, SetCount(trace_rows(m, name, among), ASKED)
        counting = SetCount(trace_rows(m, name, where(m, name)), ASKED)
        yield CheckQuestion(f"{system}.{name}", "count", system, counting, whole=whole, sized=_name_size("rows", among))


def _name_size(what: str, among: Predicate) -> str:
    """Return the name of all that is looked at, for the next look: of ``among`` alone it has one of its own."""
    return what if among == ALWAYS else f"{what}:{hashlib.sha256(repr(among).encode()).hexdigest()[:8]}"


def _parse_where(bound: Bound, parameter: str = "where") -> Predicate:
    text = bound.parameters.get(parameter)
    return parse_condition(str(text)) if text else ALWAYS


def _suggest_query(bound: Bound) -> str:
    return f"`bailee check {bound.check} --sql` shows the query that finds them"


def _locate_collection(world: World, answer: CheckAnswer) -> str:
    system, _, name = answer.question.about.partition(".")
    return spell_place(world.policy.systems[system].collections[name].place)


# --- only where ----------------------------------------------------------------------------------------------


def _pair_columns(m: BoundMap, child: str, parent: str) -> tuple[tuple[str, str], ...]:
    """Return how a row of ``child`` points to one of ``parent``: (their column, own column)."""
    for edge in m.bound[child].collection.edges:
        if edge.to == parent and edge.kind in {EdgeKind.OWNED_BY, EdgeKind.BELONGS_TO, EdgeKind.ACCESSED_BY}:
            return edge.on
    for reference in m.references:
        if (reference.child, reference.parent) == (child, parent):
            return reference.on
    return ()


def _read_path(bound: Bound) -> tuple[str, ...]:
    via = bound.parameters.get("via") or ()
    return (via,) if isinstance(via, str) else tuple(via)


def _is_right(m: BoundMap, name: str, bound: Bound) -> Predicate:
    """Return the predicate that a row is where it may be: itself, or the row at the end of the path."""
    path, own = (name, *_read_path(bound)), _parse_where(bound)
    since, at_ = bound.parameters.get("since"), bound.parameters.get("at")
    if len(path) == 1:
        return own
    before, last = path[-2], path[-1]
    on = _pair_columns(m, before, last)
    if since and at_:
        where: Predicate = NotBefore(str(at_), last, on, str(since), own)
    else:
        where = Through(last, on, own)
    for child, parent in reversed(list(pairwise(path[:-1]))):
        where = Through(parent, _pair_columns(m, child, parent), where)
    return where


def _ask_only_where(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    return _ask_count(world, bound, lambda m, name: not_(_is_right(m, name, bound)))


def _judge_only_where(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    about, condition = answer.question.about, str(bound.parameters["where"])
    of = f" of their {_read_path(bound)[-1]}" if _read_path(bound) else ""
    since = f" and {bound.parameters['since']} is not later" if bound.parameters.get("since") else ""
    if answer.count:
        says = f"{spell_rows(answer.count)} of {about} are there although it is not so that {condition}{since}{of}"
        hint = (
            f"{_suggest_query(bound)}; delete them, or correct what is said of{of or ' them'}:"
            f" {_locate_collection(world, answer)}"
        )
        public = f"{spell_kinds(answer.count, about)} where none should be"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        says = f"every row of {about} is where {condition}{since}{of}"
        yield build_finding(
            bound,
            answer,
            Verdict.KEPT,
            says,
            count=0,
            public=f"no {pluralise_kind(about)} are there where none should be",
        )


def _plant_only_where(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _bind_collection(world, bound):
        path = (name, *_read_path(bound))
        cells = {c: make_key(m, c) for c in path}
        for child, parent in pairwise(path):
            for theirs, own in _pair_columns(m, child, parent):
                cells[child].setdefault(own, 1)
                cells[parent][theirs] = cells[child][own]
        wrong = violate_predicate(_parse_where(bound))
        if wrong is not None:
            cells[path[-1]] |= wrong
            made = tuple((f"{m.system.name}.{c}", row) for c, row in cells.items())
            yield Plant(f"a row of {m.system.name}.{name} where {bound.parameters['where']} does not hold", rows=made)


# --- have ----------------------------------------------------------------------------------------------------


def _is_empty(m: BoundMap, name: str, column: str) -> Predicate:
    kind = m.bound[name].table.columns[column].kind.value
    return or_(IsNull(column), Compare(column, "=", "")) if kind == "text" else IsNull(column)


def _read_columns(bound: Bound) -> tuple[str, ...]:
    named = bound.parameters["columns"]
    return (named,) if isinstance(named, str) else tuple(named)


def _is_incomplete(m: BoundMap, name: str, bound: Bound) -> Predicate:
    lacking = [_is_empty(m, name, column) for column in _read_columns(bound)]
    known = bound.parameters.get("one_of")
    if known:
        values = (known,) if isinstance(known, str) else tuple(known)
        lacking += [not_(In(column, values)) for column in _read_columns(bound)]
    return and_(_parse_where(bound), or_(*lacking))


def _ask_have(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    return _ask_count(world, bound, lambda m, name: _is_incomplete(m, name, bound), _parse_where(bound))


def _judge_have(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    about, columns = answer.question.about, list_names(_read_columns(bound))
    known = bound.parameters.get("one_of")
    what = f"{columns} (one of {list_names((known,) if isinstance(known, str) else known)})" if known else columns
    if answer.count:
        says = f"{spell_rows(answer.count)} of {about} have no {what}"
        hint = (
            f"{_suggest_query(bound)}; fill it in where it is known, and delete the rows where not:"
            f" {_locate_collection(world, answer)}"
        )
        public = f"{spell_kinds(answer.count, about)} without {list_names(map(spell_name, _read_columns(bound)))}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        public = f"all {pluralise_kind(about)} have their {list_names(map(spell_name, _read_columns(bound)))}"
        yield build_finding(bound, answer, Verdict.KEPT, f"every row of {about} has {what}", count=0, public=public)


def _plant_have(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _bind_collection(world, bound):
        cells = {
            **(satisfy_predicate(_parse_where(bound)) or {}),
            **make_key(m, name),
            **dict.fromkeys(_read_columns(bound)),
        }
        says = f"a row of {m.system.name}.{name} without {list_names(_read_columns(bound))}"
        yield Plant(says, rows=((f"{m.system.name}.{name}", cells),))


# --- at most -------------------------------------------------------------------------------------------------


def read_duration(text: str) -> Period:
    """Return the period that ``text`` says, ISO 8601 in whole days, weeks, months or years."""
    import isodate  # start-up: 15 ms

    parsed = isodate.parse_duration(text)
    if isinstance(parsed, timedelta):
        return Period(0, parsed.days)
    return Period(int(parsed.years) * 12 + int(parsed.months), parsed.tdelta.days)


def _find_first_day(bound: Bound, today: date) -> date:
    within = read_duration(str(bound.parameters["within"]))
    months = today.year * 12 + today.month - 1 - within.months
    year, month = divmod(months, 12)
    day = min(today.day, 28 if month == 1 else 30 if month in {3, 5, 8, 10} else 31)
    return date(year, month + 1, day) - timedelta(days=within.days)


def _read_groups(bound: Bound) -> tuple[str, ...]:
    per = bound.parameters.get("per") or ()
    return (per,) if isinstance(per, str) else tuple(per)


def _ask_at_most(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from _ask_unread(world, bound)
    for name, m in _bind_collection(world, bound):
        recent = Compare(str(bound.parameters["at"]), ">", _find_first_day(bound, world.now.date()))
        trace = trace_rows(m, name, and_(_parse_where(bound), recent))
        counting, among = Groups(trace, ASKED, _read_groups(bound), int(bound.parameters["most"])), _parse_where(bound)
        about, system, sized = f"{m.system.name}.{name}", m.system.name, _name_size("rows", among)
        whole = SetCount(trace_rows(m, name, among), ASKED)
        yield CheckQuestion(about, "count", system, counting, whole=whole, sized=sized)
        lost = SetCount(trace_rows(m, name, and_(among, _has_no_day(m, name, str(bound.parameters["at"])))), ASKED)
        yield CheckQuestion(about, "count", system, lost, "undated", whole=whole, sized=sized)


def _has_no_day(m: BoundMap, name: str, column: str) -> Predicate:
    """Return the predicate that a row cannot be told to be within a time: its date is empty, or none."""
    may_be_any = not m.schema.kind.has_typed_columns and m.bound[name].table.columns[column].kind in {
        ColumnKind.DATE,
        ColumnKind.TIME,
    }
    return or_(IsNull(column), NotADay(column)) if may_be_any else IsNull(column)


def _judge_at_most(_world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    if answer.question.part == "undated":
        yield from _judge_undated(bound, answer)
        return
    about, most = answer.question.about, int(bound.parameters["most"])
    within = period_words(read_duration(str(bound.parameters["within"])))
    one = list_names(_read_groups(bound)) or "firm"
    if answer.count:
        who = f"for {spell_count(answer.count, 'value')} of {one}" if _read_groups(bound) else "in all"
        says = f"{about} has more than {spell_count(most, 'row')} within {within}, {who}"
        hint = f"send fewer, or say another number in the notice and at {spell_place(bound.place)}"
        public = f"there were more than {spell_kinds(most, about)} within {within}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        says = f"{about} has at most {spell_count(most, 'row')} within {within} per {one}"
        public = f"there were at most {spell_kinds(most, about)} within {within}"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, public=public)


def _judge_undated(bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    if answer.count:
        about, column = answer.question.about, str(bound.parameters["at"])
        says = f"{spell_rows(answer.count)} of {about} have no date in {column}, so that nobody can tell when they were"
        hint = (
            f"{_suggest_query(bound)}; fill {column} in, or leave such rows out by where: at {spell_place(bound.place)}"
        )
        public = f"{spell_kinds(answer.count, about)} without a date"
        there = answer.whole if isinstance(answer.whole, int) else None
        looked = None if there is None else there - answer.count
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, says, hint, count=answer.count, public=public, looked=looked, among=there
        )


def _plant_at_most(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _bind_collection(world, bound):
        cells = {**(satisfy_predicate(_parse_where(bound)) or {}), **dict.fromkeys(_read_groups(bound), 1)}
        cells[str(bound.parameters["at"])] = world.now.date()
        number = int(bound.parameters["most"]) + 1
        row = (f"{m.system.name}.{name}", cells)
        yield Plant(f"{number} rows of {m.system.name}.{name} today", rows=(row,) * number)


# --- look like -----------------------------------------------------------------------------------------------


def _choose_tests(bound: Bound) -> Mapping[str, Callable[[str], bool]]:
    """Return how values begin that are encrypted or hashed, and the test of the whole value."""
    own = bound.parameters.get("starts") or ()
    signs = (own,) if isinstance(own, str) else tuple(own)
    return {sign: build_sign_test(sign) for sign in signs} or FORMS[str(bound.parameters.get("form", "encrypted"))]


def _ask_look_like(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from _ask_unread(world, bound)
    tests = _choose_tests(bound)
    for name, m in _bind_collection(world, bound):
        for column in _read_columns(bound):
            about, system = f"{m.system.name}.{name}", m.system.name
            if m.bound[name].table.columns[column].kind.value != "text":
                yield CheckQuestion(about, "policy", system, part=column)
                continue
            full, begun = and_(_parse_where(bound), not_(_is_empty(m, name, column))), Starts(column, tuple(tests))
            whole, sized = (
                SetCount(trace_rows(m, name, full), ASKED),
                _name_size(f"values:{column}", _parse_where(bound)),
            )
            unlike = SetCount(trace_rows(m, name, and_(full, not_(begun))), ASKED)
            yield CheckQuestion(about, "count", system, unlike, column, whole=whole, sized=sized)
            # What does not begin like ciphertext may be in the clear, and is not read at all.
            form = Cells(trace_rows(m, name, and_(full, begun)), ASKED, column, build_sorter(tests))
            whole = SetCount(trace_rows(m, name, and_(full, begun)), ASKED)
            yield CheckQuestion(about, "count", system, form, f"{_FORM}{column}", whole=whole, sized=f"{sized}:begun")


_FORM = "form of "
"""Begins the part of a question that asks whether values are what they begin like."""


def _judge_look_like(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    column, form = answer.question.part.removeprefix(_FORM), str(bound.parameters.get("form", "encrypted"))
    about, what = (
        f"{answer.question.about}.{column}",
        f"the {spell_name(column)} of {pluralise_kind(answer.question.about)}",
    )
    if answer.question.kind == "policy":
        hint = f"attest it instead, or look at how {about} is written: {_locate_collection(world, answer)}"
        public = f"whether {what} is {form} cannot be told by looking"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, f"{about} holds no text, and bytes do not tell", hint, public=public
        )
    elif answer.question.part != column:
        yield from _judge_form(bound, answer, about, what, form)
    elif answer.count:
        says = f"{spell_rows(answer.count)} hold a value in {about} that does not look {form}"
        hint = f"have the application encrypt {about}, the old values too; or name its sign under starts"
        public = f"{answer.count:,} times {what} does not look {form}"
        hint = f"{hint}: {spell_place(bound.place)}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        public = f"{what} looks {form} wherever there is one"
        yield build_finding(bound, answer, Verdict.KEPT, f"every value in {about} looks {form}", count=0, public=public)


def _judge_form(bound: Bound, answer: CheckAnswer, about: str, what: str, form: str) -> Iterator[CheckFinding]:
    """Yield whether what begins like ciphertext is some, by its whole form: every value, or it is said how many."""
    sorts = {str(word): int(count) for word, count in answer.value}
    looked, unsound = sum(sorts.values()), sorts.get(UNSOUND, 0) + sorts.get(OTHER, 0)
    there = answer.whole if isinstance(answer.whole, int) else looked
    there = max(there, looked)  # rows may have come in between
    if unsound and bound.parameters.get("starts"):
        says = (
            f"{spell_rows(unsound)} hold a value in {about} of which only the beginning looks {form}: the rest"
            " is neither"
        )
        says = f"{says} base64 nor hexadecimal of what looks random"
        hint = (
            f"see how the application writes {about}, and put attested in place of this check:"
            f" {spell_place(bound.place)}"
        )
        verdict, public = Verdict.UNKNOWN, f"of {unsound:,} times {what} it cannot be told whether it is {form}"
    elif unsound:
        says = f"{spell_rows(unsound)} hold a value in {about} that begins like an {form} value and is none"
        says = says.replace("an hashed", "a hashed")
        hint = f"have the application encrypt {about}, the old values too: {spell_place(bound.place)}"
        verdict, public = Verdict.BROKEN, f"{unsound:,} times {what} only begins as if it were {form}"
    elif there == 0 or (looked == there and looked):
        if there:
            says, public = f"every value in {about} has the form of what is {form}", f"{what} has the form of what is"
            yield build_finding(bound, answer, Verdict.KEPT, says, count=0, public=f"{public} {form}", looked=looked)
        return
    else:
        says = f"{looked:,} of {spell_count(there, 'value')} looked at in {about}: there was no time for the rest"
        hint = f"look again when the system has less to do, or narrow the check by where: {spell_place(bound.place)}"
        verdict, public = Verdict.UNKNOWN, f"only part of {what} could be looked at"
    count = unsound or None
    yield build_finding(bound, answer, verdict, says, hint, count=count, public=public, looked=looked, among=there)


def _plant_look_like(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _bind_collection(world, bound):
        for column in _read_columns(bound):
            if m.bound[name].table.columns[column].kind.value == "text":
                cells = {**make_key(m, name), column: "a password in the clear"}
                yield Plant(
                    f"a plain text in {m.system.name}.{name}.{column}", rows=((f"{m.system.name}.{name}", cells),)
                )
                if not bound.parameters.get("starts"):
                    cells = {**make_key(m, name), column: f"{next(iter(_choose_tests(bound)))} is how it begins"}
                    says = f"a text in {m.system.name}.{name}.{column} that only begins as if it were encrypted"
                    yield Plant(says, rows=((f"{m.system.name}.{name}", cells),))


CHECKS = (
    Check(
        "rows.only_where",
        "Rows are there only where something holds",
        "Counts the rows of a collection for which a condition does not hold, on the row itself or on the one that it "
        "leads to; recordings, where nobody switched recording on. Broken where there are any.",
        _ask_only_where,
        _judge_only_where,
        _plant_only_where,
        {
            "collection": COLLECTION,
            "where": Parameter("condition", "what must hold, as under when: of a map", required=True),
            "via": Parameter(
                "texts", "the collections on the way to the row that `where` is about, the last one its own"
            ),
            "since": Parameter("text", "a column of the last row: from when on it holds"),
            "at": Parameter("text", "a column of the row before the last: when it happened"),
            MAY_BE_EMPTY: EMPTY,
        },
    ),
    Check(
        "rows.have",
        "Every row has what it needs",
        "Counts the rows in which a column is empty, or holds none of the values given: list members without an "
        "origin, mailings without a way to unsubscribe. Broken where there are any.",
        _ask_have,
        _judge_have,
        _plant_have,
        {
            "collection": COLLECTION,
            "columns": Parameter("texts", "columns that must be filled in", required=True),
            "one_of": Parameter("texts", "the values that may stand there"),
            "where": WHERE,
            MAY_BE_EMPTY: EMPTY,
        },
    ),
    Check(
        "rows.at_most",
        "Not more rows than was said",
        "Counts, within a period up to today, the groups with more rows than the most: mailings to one address. Broken "
        "where there are any; unknown where rows have no date.",
        _ask_at_most,
        _judge_at_most,
        _plant_at_most,
        {
            "collection": COLLECTION,
            "at": Parameter("text", "the column with the date", required=True),
            "within": Parameter("period", "how long back, ISO 8601", required=True),
            "most": Parameter("number", "the most rows", required=True),
            "per": Parameter("texts", "columns that tell groups apart; left out: all rows are one group"),
            "where": WHERE,
            MAY_BE_EMPTY: EMPTY,
        },
    ),
    Check(
        "cells.look_like",
        "Values look encrypted or hashed",
        "Counts the values of a column that do not begin as those of the usual tools do, and reads each of the others: "
        "what follows is decoded, and its version, its lengths and its randomness are held against the tool's format. "
        "Broken where one is not of the form; unknown where the column holds bytes, where there was no time for every "
        "value, and where a value begins with a sign of the firm's own and the rest does not look random. No value is "
        "kept or told; keys are not looked at.",
        _ask_look_like,
        _judge_look_like,
        _plant_look_like,
        {
            "collection": COLLECTION,
            "columns": Parameter("texts", "the columns", required=True),
            "form": Parameter("text", "what they look like; left out: encrypted", one_of=("encrypted", "hashed")),
            "starts": Parameter("texts", "how such values begin here, instead of the usual signs"),
            "where": WHERE,
            MAY_BE_EMPTY: EMPTY,
        },
        unit="value",
    ),
)
