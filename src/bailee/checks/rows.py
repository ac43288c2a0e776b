"""What stands in rows: only where something was switched on, with an origin, not too many, not in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from bailee.checks.made_up import failing, keyed, satisfying
from bailee.checks.model import Answer, Check, Failure, Finding, Parameter, Plant, Question, Verdict, World, found
from bailee.checks.scope import laid
from bailee.checks.words import at, kinds, listed, many, of_kind, rows, worded
from bailee.policy.conditions import parse
from bailee.policy.dates import words as period_words
from bailee.policy.model import Bound, EdgeKind, Period
from bailee.policy.predicate import ALWAYS, Compare, In, IsNull, Predicate, columns_read
from bailee.trace import Map
from bailee.trace.counting import ASKED, Groups, NotBefore, Rows, Starts, asking
from bailee.trace.sets import Through, both, either, unless

COLLECTION = Parameter("collection", "a collection, as system.collection", required=True)
WHERE = Parameter("condition", "only the rows for which this holds, as under when: of a map")


def _asked(world: World, bound: Bound) -> Iterator[tuple[str, Map]]:
    """Yield the map and the name of the collection that ``bound`` names, where it can be asked."""
    _, m, there = laid(world, str(bound.parameters["collection"]))
    if m is not None and there is not None and not _lost(m, there.name, bound):
        yield there.name, m


def _lost(m: Map, name: str, bound: Bound) -> list[str]:
    """Return the columns that ``bound`` names and the tables do not have."""
    path = (name, *_path(bound))
    named = {(path[-1], c) for c in columns_read(_where(bound))}
    for parameter, collection in (("columns", name), ("per", name), ("since", path[-1]), ("at", path[-2:][0])):
        given = bound.parameters.get(parameter) or ()
        named |= {(collection, c) for c in ((given,) if isinstance(given, str) else given)}
    return sorted(f"{c}.{n}" for c, n in named if c not in m.bound or n not in m.bound[c].table.columns)


def _unread(world: World, bound: Bound) -> Iterator[Question]:
    """Yield why the collection that ``bound`` names cannot be asked, if it cannot."""
    about = str(bound.parameters["collection"])
    system, m, there = laid(world, about)
    if system in world.unread:
        yield Question(about, "reach", system)
    elif m is None or there is None:
        failure = Failure("T401", f"{about} is not on the map", f"correct it at {at(bound.place)}")
        yield Question(about, "reach", system, failure=failure)
    elif lost := _lost(m, there.name, bound):
        hint = f"compare {at(bound.place)} with the tables as they are now"
        yield Question(about, "reach", system, failure=Failure("T402", f"there is no column {listed(lost)}", hint))


def _counting(world: World, bound: Bound, where: Any) -> Iterator[Question]:
    yield from _unread(world, bound)
    for name, m in _asked(world, bound):
        predicate = where(m, name)
        system = m.system.name
        yield Question(f"{system}.{name}", "count", system, Rows(asking(m, name, predicate), ASKED))


def _where(bound: Bound, parameter: str = "where") -> Predicate:
    text = bound.parameters.get(parameter)
    return parse(str(text)) if text else ALWAYS


def _see(bound: Bound) -> str:
    return f"`bailee check {bound.check} --sql` shows the query that finds them"


def _place(world: World, answer: Answer) -> str:
    system, _, name = answer.question.about.partition(".")
    return at(world.policy.systems[system].collections[name].place)


# --- only where ----------------------------------------------------------------------------------------------


def _pairs(m: Map, child: str, parent: str) -> tuple[tuple[str, str], ...]:
    """Return how a row of ``child`` points to one of ``parent``: (their column, own column)."""
    for edge in m.bound[child].collection.edges:
        if edge.to == parent and edge.kind in {EdgeKind.OWNED_BY, EdgeKind.BELONGS_TO, EdgeKind.ACCESSED_BY}:
            return edge.on
    for reference in m.references:
        if (reference.child, reference.parent) == (child, parent):
            return reference.on
    return ()


def _path(bound: Bound) -> tuple[str, ...]:
    via = bound.parameters.get("via") or ()
    return (via,) if isinstance(via, str) else tuple(via)


def _is_right(m: Map, name: str, bound: Bound) -> Predicate:
    """Return the predicate that a row is where it may be: itself, or the row at the end of the path."""
    path, own = (name, *_path(bound)), _where(bound)
    since, at_ = bound.parameters.get("since"), bound.parameters.get("at")
    if len(path) == 1:
        return own
    before, last = path[-2], path[-1]
    on = _pairs(m, before, last)
    if since and at_:
        where: Predicate = NotBefore(str(at_), last, on, str(since), own)
    else:
        where = Through(last, on, own)
    for child, parent in reversed(list(pairwise(path[:-1]))):
        where = Through(parent, _pairs(m, child, parent), where)
    return where


def _only_where(world: World, bound: Bound) -> Iterator[Question]:
    return _counting(world, bound, lambda m, name: unless(_is_right(m, name, bound)))


def _judge_only_where(world: World, bound: Bound, answer: Answer) -> Iterator[Finding]:
    about, condition = answer.question.about, str(bound.parameters["where"])
    of = f" of their {_path(bound)[-1]}" if _path(bound) else ""
    since = f" and {bound.parameters['since']} is not later" if bound.parameters.get("since") else ""
    if answer.count:
        says = f"{rows(answer.count)} of {about} are there although it is not so that {condition}{since}{of}"
        hint = f"{_see(bound)}; delete them, or correct what is said of{of or ' them'}: {_place(world, answer)}"
        public = f"{of_kind(answer.count, about)} where none should be"
        yield found(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        says = f"every row of {about} is where {condition}{since}{of}"
        yield found(
            bound, answer, Verdict.KEPT, says, count=0, public=f"no {kinds(about)} are there where none should be"
        )


def _plant_only_where(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _asked(world, bound):
        path = (name, *_path(bound))
        cells = {c: keyed(m, c) for c in path}
        for child, parent in pairwise(path):
            for theirs, own in _pairs(m, child, parent):
                cells[child].setdefault(own, 1)
                cells[parent][theirs] = cells[child][own]
        wrong = failing(_where(bound))
        if wrong is not None:
            cells[path[-1]] |= wrong
            made = tuple((f"{m.system.name}.{c}", row) for c, row in cells.items())
            yield Plant(f"a row of {m.system.name}.{name} where {bound.parameters['where']} does not hold", rows=made)


# --- have ----------------------------------------------------------------------------------------------------


def _is_empty(m: Map, name: str, column: str) -> Predicate:
    kind = m.bound[name].table.columns[column].kind.value
    return either(IsNull(column), Compare(column, "=", "")) if kind == "text" else IsNull(column)


def _columns(bound: Bound) -> tuple[str, ...]:
    named = bound.parameters["columns"]
    return (named,) if isinstance(named, str) else tuple(named)


def _lacks(m: Map, name: str, bound: Bound) -> Predicate:
    lacking = [_is_empty(m, name, column) for column in _columns(bound)]
    known = bound.parameters.get("one_of")
    if known:
        values = (known,) if isinstance(known, str) else tuple(known)
        lacking += [unless(In(column, values)) for column in _columns(bound)]
    return both(_where(bound), either(*lacking))


def _have(world: World, bound: Bound) -> Iterator[Question]:
    return _counting(world, bound, lambda m, name: _lacks(m, name, bound))


def _judge_have(world: World, bound: Bound, answer: Answer) -> Iterator[Finding]:
    about, columns = answer.question.about, listed(_columns(bound))
    known = bound.parameters.get("one_of")
    what = f"{columns} (one of {listed((known,) if isinstance(known, str) else known)})" if known else columns
    if answer.count:
        says = f"{rows(answer.count)} of {about} have no {what}"
        hint = f"{_see(bound)}; fill it in where it is known, and delete the rows where not: {_place(world, answer)}"
        public = f"{of_kind(answer.count, about)} without {listed(map(worded, _columns(bound)))}"
        yield found(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        public = f"all {kinds(about)} have their {listed(map(worded, _columns(bound)))}"
        yield found(bound, answer, Verdict.KEPT, f"every row of {about} has {what}", count=0, public=public)


def _plant_have(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _asked(world, bound):
        cells = {**(satisfying(_where(bound)) or {}), **keyed(m, name), **dict.fromkeys(_columns(bound))}
        says = f"a row of {m.system.name}.{name} without {listed(_columns(bound))}"
        yield Plant(says, rows=((f"{m.system.name}.{name}", cells),))


# --- at most -------------------------------------------------------------------------------------------------


def period(text: str) -> Period:
    """Return the period that ``text`` says, ISO 8601 in whole days, weeks, months or years."""
    import isodate

    parsed = isodate.parse_duration(text)
    if isinstance(parsed, timedelta):
        return Period(0, parsed.days)
    return Period(int(parsed.years) * 12 + int(parsed.months), parsed.tdelta.days)


def _first_day(bound: Bound, today: date) -> date:
    within = period(str(bound.parameters["within"]))
    months = today.year * 12 + today.month - 1 - within.months
    year, month = divmod(months, 12)
    day = min(today.day, 28 if month == 1 else 30 if month in {3, 5, 8, 10} else 31)
    return date(year, month + 1, day) - timedelta(days=within.days)


def _per(bound: Bound) -> tuple[str, ...]:
    per = bound.parameters.get("per") or ()
    return (per,) if isinstance(per, str) else tuple(per)


def _at_most(world: World, bound: Bound) -> Iterator[Question]:
    yield from _unread(world, bound)
    for name, m in _asked(world, bound):
        recent = Compare(str(bound.parameters["at"]), ">", _first_day(bound, world.now.date()))
        trace = asking(m, name, both(_where(bound), recent))
        counting = Groups(trace, ASKED, _per(bound), int(bound.parameters["most"]))
        yield Question(f"{m.system.name}.{name}", "count", m.system.name, counting)


def _judge_at_most(_world: World, bound: Bound, answer: Answer) -> Iterator[Finding]:
    about, most = answer.question.about, int(bound.parameters["most"])
    within = period_words(period(str(bound.parameters["within"])))
    one = listed(_per(bound)) or "firm"
    if answer.count:
        who = f"for {many(answer.count, 'value')} of {one}" if _per(bound) else "in all"
        says = f"{about} has more than {many(most, 'row')} within {within}, {who}"
        hint = f"send fewer, or say another number in the notice and at {at(bound.place)}"
        public = f"there were more than {of_kind(most, about)} within {within}"
        yield found(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        says = f"{about} has at most {many(most, 'row')} within {within} per {one}"
        public = f"there were at most {of_kind(most, about)} within {within}"
        yield found(bound, answer, Verdict.KEPT, says, count=0, public=public)


def _plant_at_most(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _asked(world, bound):
        cells = {**(satisfying(_where(bound)) or {}), **dict.fromkeys(_per(bound), 1)}
        cells[str(bound.parameters["at"])] = world.now.date()
        number = int(bound.parameters["most"]) + 1
        row = (f"{m.system.name}.{name}", cells)
        yield Plant(f"{number} rows of {m.system.name}.{name} today", rows=(row,) * number)


# --- look like -----------------------------------------------------------------------------------------------

SIGNS = {
    "encrypted": (
        "gAAAAA",  # Fernet
        "vault:v",  # HashiCorp Vault, transit
        "age-encryption.org/",
        "-----BEGIN AGE ENCRYPTED FILE-----",
        "-----BEGIN PGP MESSAGE-----",
        "U2FsdGVkX1",  # openssl enc, salted
        "$ANSIBLE_VAULT;",
        "{cipher}",
        "eyJhbGciOiJkaXIi",  # JWE, direct
        "eyJhbGciOiJSU0Et",  # JWE, RSA
        "enc:",
    ),
    "hashed": ("$2a$", "$2b$", "$2y$", "$argon2", "$scrypt$", "$5$", "$6$", "$y$", "pbkdf2_", "{SSHA"),
}
"""How values begin that somebody encrypted or hashed with one of the usual tools."""


def _signs(bound: Bound) -> tuple[str, ...]:
    own = bound.parameters.get("starts") or ()
    return ((own,) if isinstance(own, str) else tuple(own)) or SIGNS[str(bound.parameters.get("form", "encrypted"))]


def _unlike(m: Map, name: str, bound: Bound) -> Predicate:
    (column,) = _columns(bound)[:1]
    full = both(_where(bound), unless(_is_empty(m, name, column)))
    return both(full, unless(Starts(column, _signs(bound))))


def _look_like(world: World, bound: Bound) -> Iterator[Question]:
    yield from _unread(world, bound)
    for name, m in _asked(world, bound):
        columns = m.bound[name].table.columns
        for column in _columns(bound):
            about, one = f"{m.system.name}.{name}", Bound(bound.check, {**bound.parameters, "columns": column})
            if columns[column].kind.value == "text":
                trace = asking(m, name, _unlike(m, name, one))
                yield Question(about, "count", m.system.name, Rows(trace, ASKED), column)
            else:
                yield Question(about, "policy", m.system.name, part=column)


def _judge_look_like(world: World, bound: Bound, answer: Answer) -> Iterator[Finding]:
    about, form = f"{answer.question.about}.{answer.question.part}", bound.parameters.get("form", "encrypted")
    what = f"the {worded(answer.question.part)} of {kinds(answer.question.about)}"
    if answer.question.kind == "policy":
        hint = f"attest it instead, or look at how {about} is written: {_place(world, answer)}"
        public = f"whether {what} is {form} cannot be told by looking"
        yield found(
            bound, answer, Verdict.UNKNOWN, f"{about} holds no text, and bytes do not tell", hint, public=public
        )
    elif answer.count:
        says = f"{rows(answer.count)} hold a value in {about} that does not look {form}"
        hint = f"have the application encrypt {about}, the old values too; or name its sign under starts"
        public = f"{answer.count:,} times {what} does not look {form}"
        hint = f"{hint}: {at(bound.place)}"
        yield found(bound, answer, Verdict.BROKEN, says, hint, count=answer.count, public=public)
    else:
        public = f"{what} looks {form} wherever there is one"
        yield found(bound, answer, Verdict.KEPT, f"every value in {about} looks {form}", count=0, public=public)


def _plant_look_like(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in _asked(world, bound):
        for column in _columns(bound):
            if m.bound[name].table.columns[column].kind.value == "text":
                cells = {**keyed(m, name), column: "a password in the clear"}
                yield Plant(
                    f"a plain text in {m.system.name}.{name}.{column}", rows=((f"{m.system.name}.{name}", cells),)
                )


CHECKS = (
    Check(
        "rows.only_where",
        "Rows are there only where something holds",
        "Counts the rows of a collection for which a condition does not hold, on the row itself or on the one that it "
        "leads to; recordings, where nobody switched recording on. Broken where there are any.",
        _only_where,
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
        },
    ),
    Check(
        "rows.have",
        "Every row has what it needs",
        "Counts the rows in which a column is empty, or holds none of the values given: list members without an "
        "origin, mailings without a way to unsubscribe. Broken where there are any.",
        _have,
        _judge_have,
        _plant_have,
        {
            "collection": COLLECTION,
            "columns": Parameter("texts", "columns that must be filled in", required=True),
            "one_of": Parameter("texts", "the values that may stand there"),
            "where": WHERE,
        },
    ),
    Check(
        "rows.at_most",
        "Not more rows than was said",
        "Counts, within a period up to today, the groups with more rows than the most: mailings to one address. Broken "
        "where there are any.",
        _at_most,
        _judge_at_most,
        _plant_at_most,
        {
            "collection": COLLECTION,
            "at": Parameter("text", "the column with the date", required=True),
            "within": Parameter("period", "how long back, ISO 8601", required=True),
            "most": Parameter("number", "the most rows", required=True),
            "per": Parameter("texts", "columns that tell groups apart; left out: all rows are one group"),
            "where": WHERE,
        },
    ),
    Check(
        "cells.look_like",
        "Values look encrypted or hashed",
        "Counts the values of a column that do not begin as those of the usual tools do. Broken where there are any; "
        "unknown where the column holds bytes. A value that only looks so is taken for one; keys are not looked at.",
        _look_like,
        _judge_look_like,
        _plant_look_like,
        {
            "collection": COLLECTION,
            "columns": Parameter("texts", "the columns", required=True),
            "form": Parameter("text", "what they look like; left out: encrypted", one_of=("encrypted", "hashed")),
            "starts": Parameter("texts", "how such values begin here, instead of the usual signs"),
            "where": WHERE,
        },
    ),
)
