"""The copy of what is held about a person: what was located, masked where it is others', and the words of Art. 15."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from pathlib import Path

from bailee.connectors.base import Row, RowPage
from bailee.engine.package import (
    About,
    Duration,
    FileEntry,
    PackageSummary,
    PackingProgress,
    Record,
    Section,
    SystemAbout,
    write_package,
)  # fmt: skip
from bailee.engine.package.cells import WITHHELD, humanise_name
from bailee.engine.people import Search, call_system
from bailee.engine.recipients import list_recipients, list_transfers
from bailee.engine.shared_files import File, find_named_files
from bailee.engine.step_counts import list_files
from bailee.engine.systems import Systems
from bailee.policy import Collection, Hold, RetentionRule, RoundTo, Until, notice, promises
from bailee.policy.countries import country_name
from bailee.policy.dates import words as period_words
from bailee.policy.predicate import Predicate, Scalar
from bailee.trace import KnownValue
from bailee.trace.check.coverage import find_not_looked_at
from bailee.trace.copy_cells import is_shown
from bailee.trace.coverage import describe_for_person
from bailee.trace.normal import is_spelling
from bailee.trace.sets import Spells
from bailee.trace.validity import Validity, read_moment

WHY: Mapping[str, str] = {"own": "owned", "owned": "owned", "touch": "accessed"}
"""The mode of a row -> the package's word for it."""


def write_copy(
    found: Search, target: Path, progress: Callable[[PackingProgress], None] = lambda _: None, *, reference: str = ""
) -> PackageSummary:
    """Write the copy of all that was ``found`` to ``target``, a ZIP, and tell what is inside (GDPR Art. 15(3)).

    Rows stream from the systems into it: memory does not grow with them. ``reference``: of the request, if it is one.
    Raises `PackageError`, `ConnectorError`: then nothing of it is left.
    """
    held = {(h.system, h.collection): None for h in found.find_holdings()}
    return write_package(
        target, describe_processing(found, list(held), reference), read_sections(found, list(held)), progress
    )


def write_portable_copy(found: Search, target: Path, reference: str) -> PackageSummary:
    """Write what the person has provided, under consent or a contract, as JSON and CSV (GDPR Art. 20); as `write_copy`.

    It is the rows of collections that are declared ``portable``, less those in which they are merely seen.
    """
    collections = found.systems.policy.systems
    held = {
        (h.system, h.collection): None
        for h in found.find_holdings()
        if h.mode != "touch" and collections[h.system].collections[h.collection].portable
    }
    what = describe_processing(found, list(held), reference)
    return write_package(target, what, read_sections(found, list(held), theirs=True), lambda _: None, pages=False)


# --- the words -----------------------------------------------------------------------------------------------


def describe_processing(found: Search, held: Sequence[tuple[str, str]], reference: str = "") -> About:
    """Return what Art. 15(1)(a) to (h) asks for, from the policy, about the collections ``held`` (system, collection).

    Where nothing is held it is about all systems that were looked in.
    """
    policy, firm, today = found.systems.policy, found.systems.policy.firm, found.systems.now.date()
    collections = [policy.systems[system].collections[name] for system, name in held]
    file_stores = [c.file.root for c in collections if c.file]
    systems = dict.fromkeys([*(system for system, _ in held), *file_stores] or found.sessions)
    return About(
        firm=firm.name,
        regime=firm.regime,
        controller=firm.controller,
        deputy=firm.deputy,
        regulator=firm.regulator,
        made_at=found.systems.now.astimezone(UTC),
        reference=reference,
        systems=tuple(_describe_system(found.systems, name) for name in systems),
        categories=tuple(dict.fromkeys(map(_describe_category, collections))),
        recipients=tuple(list_recipients(policy, systems, today)),
        retention=tuple(_describe_retention(policy.retention, collections)),
        automated_decisions=_describe_automated_decisions(found.systems.folder),
        holds=tuple(
            _describe_hold(policy.holds[name]) for name in dict.fromkeys(n for c in collections for n in c.hold)
        ),
        transfers=tuple(list_transfers(policy, systems, today)),
        not_looked_at=list_missed(found),
        interests=_quote_interests(found.systems),
        rests_on=tuple(dict.fromkeys(p for n in systems for p in policy.systems[n].purposes if _INTEREST.search(p))),
    )


def _quote_interests(systems: Systems) -> tuple[str, ...] | None:
    """Return what the firm's notice says of the legitimate interests that it rests on (Art. 13(1)(d)), in its words.

    It is read from the folder, since what opens systems leaves it unread. ``None``: there is none that can be read.
    """
    said = notice(systems.folder, systems.policy)
    return None if said is None else tuple(dict.fromkeys(s.words for s in said.sentences if _INTEREST.search(s.words)))


_INTEREST = re.compile(r"legitimate(?:ly)?\b.{0,40}\binterest|6\s*\(\s*1\s*\)\s*\(\s*f\s*\)", re.IGNORECASE)
"""Words that name a legitimate interest, or the article that makes it a basis (GDPR Art. 6(1)(f))."""


def list_missed(found: Search) -> tuple[str, ...]:
    """Return what of the systems that were looked in is on no map, in words for the person."""
    systems = found.systems
    return tuple(
        describe_for_person(
            (systems.policy.systems[name].title, find_not_looked_at(systems.maps[name])) for name in found.sessions
        )
    )


def _describe_system(systems: Systems, name: str) -> SystemAbout:
    system = systems.policy.systems[name]
    where = replace(system.location, country=country_name(system.location.country))
    return SystemAbout(name, system.title, system.purposes, where, system.role, system.source)


def _describe_automated_decisions(folder: Path) -> str:
    """Return what the firm promises of decisions that no person makes (Art. 15(1)(h), 22); empty: nothing."""
    said = [p.says for p in promises(folder).values() if p.promise == "no-automated-decisions"]
    return f"We promise: {'; '.join(said)}." if said else ""


def _describe_category(collection: Collection) -> str:
    """Return the kinds of data in a collection, in the words of the map: ``contact: full name, email``."""
    attributes = (identity.attribute.rpartition(".")[2] for identity in collection.identities)  # less its issuer
    kinds = dict.fromkeys([*collection.fields, *attributes])
    if not kinds:
        return humanise_name(collection.name)
    return f"{humanise_name(collection.name)}: {', '.join(map(humanise_name, kinds))}"


def _describe_retention(rules: Mapping[str, RetentionRule], collections: Sequence[Collection]) -> Iterator[Duration]:
    by_rule: dict[str | None, list[Collection]] = {}
    for collection in collections:
        by_rule.setdefault(collection.retain, []).append(collection)
    for name, those in by_rule.items():
        what = ", ".join(dict.fromkeys(humanise_name(c.name) for c in those))
        if name is None:
            yield Duration(what, "our policy sets no period")
            continue
        rule = rules[name]
        title = f"{rule.title} ({what})" if rule.title else what
        yield Duration(title, f"{period_words(rule.period)} {_describe_start(rule, those)}", rule.law)


def _describe_start(rule: RetentionRule, collections: Iterable[Collection]) -> str:
    if not rule.from_:
        return "from the end of your business with us"
    dates = dict.fromkeys(rule.from_.get(c.name, rule.from_.get("*", "")) for c in collections)
    return f"from {' or '.join(_quote_column(column) for column in dates if column)}"


def _describe_hold(hold: Hold) -> Duration:
    return Duration(hold.title or humanise_name(hold.name), _describe_until(hold.until), hold.law)


def _describe_until(until: Until) -> str:
    if until.day:
        when = date.fromisoformat(until.day)
        return f"until {when.day} {when:%B %Y}"
    begin = _quote_column(until.column or "")
    ends = {RoundTo.DAY: begin, RoundTo.MONTH_END: f"the end of the month of {begin}"}
    return f"{period_words(until.period)} from {ends.get(until.round_to, f'the end of the financial year of {begin}')}"


def _quote_column(column: str) -> str:
    return f"“{humanise_name(column)}”"


# --- the rows ------------------------------------------------------------------------------------------------


def read_sections(found: Search, held: Iterable[tuple[str, str]], *, theirs: bool = False) -> Iterator[Section]:
    """Yield the rows of the collections ``held``, read as they are asked for; or those that are ``theirs`` alone."""
    for system, name in held:
        bound = found.systems.maps[system].bound[name]
        title = found.systems.policy.systems[system].title
        yield Section(
            system,
            title,
            name,
            tuple(bound.table.columns),
            (r for r in _read_records(found, system, name) if not theirs or r.why == "owned"),
            bound.collection.file is not None,
        )


def _read_records(found: Search, system: str, name: str) -> Iterator[Record]:
    link = found.systems.maps[system].bound[name].collection.file
    others = _find_shared_files(found, system, name) if link is not None and not link.shared else frozenset()
    lists = list(_find_lists(found, system, name))
    pages = found.sessions[system].read(name)
    for whole in _read_rows(system, pages):
        row = _keep_own_elements(whole, lists)
        file = None
        if link is not None and link.column not in row.masked and row.values[link.column] is not None:
            text = str(row.values[link.column])
            opener = partial(found.systems.file_stores[link.root].open, text)
            file = FileEntry(text, None if (link.root, text) in others else opener)
        yield Record(row.values, row.masked, WHY[row.mode], file)


def _find_shared_files(found: Search, system: str, name: str) -> frozenset[File]:
    """Return the files that rows of a collection name and that a row names, too, of which a copy does not show that.

    A row that two persons own is whole each one's, its file as well (26). One that is merely seen counts for the person
    where the map shows them its file. What is left names somebody else's file: a row of others, of nobody, of a person
    who is yet to be confirmed, or of a system in which the person is not looked for.
    """
    session = found.sessions[system]
    modes = found.systems.trace(system).located.get(name, {})
    files = dict.fromkeys(
        file
        for one in modes.values()
        for file in call_system(system, list, list_files(found.systems, system, session, {name: one}))
    )
    return find_named_files(found.systems, files, found.sessions, partial(_is_shown, found.systems))


def _is_shown(systems: Systems, system: str, collection: str, column: str) -> Predicate:
    trace = systems.trace(system)
    return is_shown(trace.located.get(collection, {}), trace.masks.get(collection, ()), column)


def _read_rows(system: str, pages: Iterator[RowPage]) -> Iterator[Row]:
    while (page := call_system(system, next, pages, None)) is not None:
        yield from page.rows()


# --- lists: of several people's values in one cell, the person's own -----------------------------------------


@dataclass(frozen=True, slots=True)
class _List:
    """A column that holds a list, and what of it may be shown: the elements that spell one of ``known``."""

    column: str
    spells: Spells
    known: tuple[KnownValue, ...]
    region: str


def _find_lists(found: Search, system: str, collection: str) -> Iterator[_List]:
    masks = found.systems.trace(system).masks.get(collection, ())
    for mask in masks:
        if mask.elements is not None:
            spells = mask.elements
            known = tuple(k for k in found.batch.known if k.attribute == spells.attribute)
            yield _List(spells.column, spells, known, found.systems.policy.firm.region)


def _keep_own_elements(row: Row, lists: Iterable[_List]) -> Row:
    """Return ``row`` with its masked lists cut down to the person's own elements, where there are any."""
    for one in lists:
        cell = row.values[one.column]
        if one.column not in row.partly or cell is None:
            continue
        at = row.values[one.spells.at] if one.spells.at else None
        elements = str(cell).split(one.spells.stored.text)
        mine = [e for e in elements if any(_is_own(one, e, k) and _is_valid_at(one.spells, at, k) for k in one.known)]
        if mine:
            others = [WITHHELD] if len(mine) < len(elements) else []
            text = one.spells.stored.text.join([*mine, *others])
            left = {one.column}
            row = replace(
                row, values={**row.values, one.column: text}, masked=row.masked - left, partly=row.partly - left
            )
    return row


def _is_own(one: _List, element: str, known: KnownValue) -> bool:
    return is_spelling(known.attribute, element, known.value, one.spells.stored, one.region)


def _is_valid_at(spells: Spells, at: Scalar, known: KnownValue) -> bool:
    """Whether ``known`` was theirs at the moment ``at``; an empty one is no moment (4)."""
    if spells.at is None:
        return True
    try:
        when = read_moment(at)
    except ValueError:
        return False
    return when is not None and Validity(known.since, known.until).contains(when)
