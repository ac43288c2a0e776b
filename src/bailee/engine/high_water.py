"""The high-water mark: what was done, outside of the books, so that books out of a backup do not pass for today's.

Each system that a plan is about to change, each look after it, each hold, restriction and objection, each plan that is
called off and request that is taken back, and each use of a link to a copy has a number and an id. A plan is noted
where its case is sealed: before a system's commit, and where nothing can be taken back, before its first change too.
Books out of a backup of before that know the plan, and not what it did there.

The books keep it as a row of its own, which is put in and never changed, so that two processes that note something at
one moment lose nothing; a file beside the master key keeps them all, a line each, and a system keeps those of its plans
where the firm allows Bailee a table there. What the mark has, and the books have not, is missing from them: they are
older. Nothing that is noted in them later changes that: nothing is destroyed until a person has seen what is missing.
Nobody's data is in any of it.

So that the rows do not grow for ever, the books note now and then how far the mark was found complete, and let older
rows go. A line of the file counts by its place there, since books that were put back give numbers a second time; a row
of a system, of which there is no place, by its number.

Where the file was put back with the books, as it can be where it lies among them, nothing tells that a link was used
since. So all links and codes that open a copy and were sent before a person has confirmed the books are over.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from socket import gethostname
from typing import Any, BinaryIO

from bailee.connectors.base import ConnectorError, PlanKeeping, PlanNoting, Session
from bailee.engine.errors import NotAllowed
from bailee.store.sealed_store import HIGH_WATER, StateError, Store, find_master

PLAN, HOLD, RESTRICTION, OBJECTION, LINK = "plan", "hold", "restriction", "objection", "link"
SETTLED, CALLED_OFF, WITHDRAWN = "settled", "called_off", "withdrawn"
KINDS = (PLAN, HOLD, RESTRICTION, OBJECTION, LINK, SETTLED, CALLED_OFF, WITHDRAWN)

_OF_PLANS = frozenset({PLAN, SETTLED, CALLED_OFF})
"""Kinds of which ``about`` is a plan's hash: a plan of which one is missing is carried out by nobody any more."""

NUMBER, CHECKED = "number", "checked"
"""Where the books keep, on the shelf `HIGH_WATER`, the last number, a hint for the next; and up to where the mark was
found complete. All other names there are ids of what was done."""

MOST, NEWEST = 96, 32
"""Rows that the books keep before older ones go, and how many of the newest stay then."""

_MARKS = 16
"""Files, one beside each machine's master key, of which the books know how long they were."""

_FIRST = 4096
"""Bytes in which the first line of a file is looked for, by which it is known again."""

_BEFORE = 256
"""Bytes of the file right before a place in it, by which it is known again."""

_WAIT = 20.0  # seconds

LOOK = "look whether there is anything left to do, and make a new plan for that"

_HINT = "put today's books back; or see to what is missing, and say: bailee confirm books"


class RestoredBooks(NotAllowed):
    """The books are older than what was done."""

    code = "restored_books"


class BegunBefore(NotAllowed):
    """A plan was begun, and these books do not know what became of it: only the systems do."""

    code = "begun_before"


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """Something that was done: ``kind`` is one of `KINDS`, ``about`` a plan's hash or the id of a row of the books.

    ``at``: when (UTC, ISO 8601). ``id``: like no other's; of what an earlier version noted of a plan, the plan's hash;
    of what a system tells, the hash and the number. ``where``: what keeps it, a system or the file.
    """

    number: int
    kind: str
    about: str
    at: str
    id: str
    where: str = ""

    def __str__(self) -> str:
        """Return it in words, without anybody's data."""
        words = {PLAN: f"plan {self.about[:12]} was begun", HOLD: "a hold was placed or lifted"}
        other = {RESTRICTION: "a restriction began or was lifted", OBJECTION: "an objection to mailings was recorded"}
        plans = {SETTLED: f"plan {self.about[:12]} was looked at once more", CALLED_OFF: "a plan was called off"}
        words |= other | plans | {LINK: "the link to a copy was used", WITHDRAWN: "a request was taken back"}
        return f"{self.at[:16].replace('T', ' ')} UTC: {words[self.kind]}"


def find_file(store: Store) -> Path | None:
    """Return the file beside the master key; ``None`` where that is in no file. Raises `StateError`, `VaultError`."""
    path = getattr(find_master(store), "path", None)
    return None if path is None else path.with_name(f"{path.name}.mark")


PLACES = ((HIGH_WATER, NUMBER), (HIGH_WATER, CHECKED))
"""Where in the books stands what is asked for when something is noted."""


def assign_number(store: Store, kind: str, about: str, now: datetime) -> MarkEntry:
    """Give what is about to be done the next number, and return it: the books have it with what is written next.

    `append_to_file` is for when they do. A plan is noted at each seal, also of a system that a run before has sealed
    and not changed: what was sealed then is not what is about to be done now. Raises `StateError`.
    """
    kept = store.get(HIGH_WATER, NUMBER) or {}
    number = max(kept.get("last", 0), (store.get(HIGH_WATER, CHECKED) or {}).get("number", 0)) + 1
    done = MarkEntry(number, kind, about, now.isoformat(), secrets.token_hex(8))
    in_file = kept.get("in_file", False) or _begin_file(find_file(store))
    row = {"number": number, "kind": kind, "at": done.at}
    store.put_later(HIGH_WATER, done.id, {**row, "plan": about} if kind == PLAN else row)
    known = _add_file(kept, _read_file(find_file(store)))
    store.put_later(HIGH_WATER, NUMBER, {**kept, "last": number, "in_file": in_file, **known})
    return done


def _begin_file(path: Path | None) -> bool:
    """Begin the file beside the master key, and return whether there is one: some places cannot be written.

    It is there before the books have a number that it has; from then on one that is not there was lost. What cannot be
    written at one time may be at the next: a disk was full.
    """
    if path is None:
        return False
    try:
        path.touch(mode=0o600)
    except OSError:
        return False
    return True


def append_to_file(store: Store, done: MarkEntry) -> None:
    """Write ``done`` into the file beside the master key, if there is one, durably. Raises `StateError`."""
    path = find_file(store)
    if path is None or not is_in_file(store):
        return
    _append_line(path, {name: value for name, value in asdict(done).items() if name != "where"})


def _append_line(path: Path, content: Mapping[str, object]) -> None:
    line = json.dumps(content) + "\n"
    try:
        with path.open("ab+") as file:
            if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                line = f"\n{line}"  # after one that was torn
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StateError(
            f"{path} cannot be written: {os.strerror(error.errno or 0)}", "let Bailee write beside the master key"
        ) from None


def is_in_file(store: Store) -> bool:
    """Whether a file beside the master key knows what was done. Raises `StateError`."""
    return bool((store.get(HIGH_WATER, NUMBER) or {}).get("in_file"))


def note_in_system(session: Session, done: MarkEntry) -> None:
    """Put what a plan is about to do into the system's own table of plans, in the transaction that does it."""
    if isinstance(session, PlanNoting):
        session.note_plan(done.number, done.about, done.at)


def note_on_commit(store: Store, kind: str, about: str, now: datetime) -> None:
    """Note what was done in the books' own transaction, and keep it outside once that is committed."""
    from django.db import transaction  # start-up: 53 ms

    done = assign_number(store, kind, about, now)
    store.write_waiting()
    transaction.on_commit(lambda: append_to_file(store, done))


def must_be_newest(store: Store, connectors: Callable[[], Mapping[str, Any]]) -> None:
    """Raise `RestoredBooks` where something was done that the books do not have, or a system that may know is silent.

    Raises `StateError`.
    """
    _must_have_file(store)
    look = _compare_books(store, connectors())
    _must_be_known(look.found)
    if look.told.silent:
        names = ", ".join(map(repr, look.told.silent))
        message = (
            f"nobody can tell whether these books are out of a backup: no answer from {names}, where plans are noted"
        )
        raise RestoredBooks(message, "wait until it answers, or take plans_in off its map")


def _must_have_file(store: Store) -> None:
    if lost := find_lost_file(store):
        raise RestoredBooks(f"{lost}, the high-water mark, is missing", f"put it back; or {_HINT}")
    path = find_file(store)
    kept, file = store.get(HIGH_WATER, NUMBER) or {}, _read_file(path)
    if file is None or _is_whole(kept, file):
        return
    if file.id in kept.get("marks", {}):
        raise RestoredBooks(f"{path}, the high-water mark, was cut: it only grows", f"put it back; or {_HINT}")
    message = f"{path} is no high-water mark that these books know: it was cut, or another was put in its stead"
    raise RestoredBooks(message, f"put it back; or {_HINT}")


@dataclass(frozen=True, slots=True)
class _File:
    """The file on this machine. ``id``: digest of its first line, empty where it has none; ``size`` in bytes.

    Machines and containers change their names, and share files or do not: so the file is known by what it begins with,
    which is like no other's and never changes.
    """

    id: str
    size: int


def _read_file(path: Path | None) -> _File | None:
    """Return the file at ``path``; ``None`` where there is none, or it cannot be read."""
    try:
        if path is None:
            return None
        with path.open("rb") as file:
            first = file.readline(_FIRST)
            size = file.seek(0, os.SEEK_END)
    except OSError:
        return None
    return _File(hashlib.sha256(first).hexdigest() if first.endswith(b"\n") else "", size)


def _is_whole(kept: Mapping[str, Any], file: _File) -> bool:
    """Whether ``file`` is one that the books know, as long as it was; or the first that they get to know.

    An earlier version knew files by the name of their machine: such a file is known by that once.
    """
    marks, machines = kept.get("marks", {}), kept.get("sizes", {})
    if file.id in marks:
        return bool(file.size >= marks[file.id])
    if gethostname() in machines:
        return bool(file.size >= machines[gethostname()])
    return not marks


def _add_file(kept: Mapping[str, Any], file: _File | None) -> dict[str, dict[str, int]]:
    """Return what the books know of files from now on: no file gets shorter, and none that is not whole is added."""
    marks, machines = dict(kept.get("marks", {})), dict(kept.get("sizes", {}))
    if file is not None and file.id and _is_whole(kept, file):
        marks.pop(file.id, None)  # the last is the latest
        marks[file.id] = file.size
        machines.pop(gethostname(), None)
    return {"marks": dict(list(marks.items())[-_MARKS:]), "sizes": machines}


def _confirm_files(kept: Mapping[str, Any], path: Path | None, now: datetime) -> dict[str, dict[str, int]]:
    """Return what the books know of files once a person has confirmed them: the one here as it is.

    Of those of other machines it is known that they are there; how long they are is noted when they next grow. A file
    that has no first line yet is given one, by which it is known again. Raises `StateError`.
    """
    file = _read_file(path)
    if path is not None and file is not None and not file.id:
        _append_line(path, {"confirmed": secrets.token_hex(8), "at": now.isoformat()})
        file = _read_file(path)
    marks, machines = dict.fromkeys(kept.get("marks", {}), 0), dict.fromkeys(kept.get("sizes", {}), 0)
    machines.pop(gethostname(), None)
    if file is not None and file.id:
        marks.pop(file.id, None)
        marks[file.id] = file.size
    return {"marks": dict(list(marks.items())[-_MARKS:]), "sizes": machines}


def _must_be_known(found: Sequence[MarkEntry]) -> None:
    if found:
        count = f"{len(found)} things were" if len(found) > 1 else "something was"
        raise RestoredBooks(f"{count} done that these books do not know: they are out of a backup", _HINT)


def must_not_have_been_done(store: Store, plan: str) -> None:
    """Raise `BegunBefore` where ``plan`` (its hash) was begun before the books were put back. Raises `StateError`."""
    at = _read_begun_before(store.get(HIGH_WATER, NUMBER), store.get(HIGH_WATER, CHECKED)).get(plan)
    if at:
        message = f"the plan was begun or called off on {at[:10]}, before the books were put back"
        raise BegunBefore(message, LOOK)


def is_alone(store: Store) -> bool:
    """Whether no other machine has a longer file than this one: what that one did this one could not tell."""
    file, kept = _read_file(find_file(store)), store.get(HIGH_WATER, NUMBER) or {}
    here = 0 if file is None else file.size
    return all(size <= here for size in (*kept.get("marks", {}).values(), *kept.get("sizes", {}).values()))


def find_lost_file(store: Store) -> Path | None:
    """Return the file beside the master key where there was one, and there is none any more. Raises `StateError`."""
    path = find_file(store)
    return path if path is not None and is_in_file(store) and not path.exists() else None


def find_missing(store: Store, connectors: Mapping[str, Any]) -> tuple[MarkEntry, ...]:
    """Return what was done and is not in the books, the oldest first. Raises `StateError`."""
    return find_missing_and_silent(store, connectors)[0]


def find_missing_and_silent(
    store: Store, connectors: Mapping[str, Any]
) -> tuple[tuple[MarkEntry, ...], tuple[str, ...]]:
    """Return what `find_missing` does, and the systems in which plans are noted and that did not say which."""
    look = _compare_books(store, connectors)
    return look.found, look.told.silent


def _make_id(plan: str, number: int) -> str:
    return f"{plan} {number}"


@dataclass(frozen=True, slots=True)
class _BooksContent:
    """What the books know. ``rows``: id -> number of what was noted. ``number``: up to it systems told all of it.

    ``place``: where in the file what is not known to be complete begins, ``None``: what has a higher number;
    ``before``: digest of what stands right before it. ``passed``: ids of what is not in the rows, and need not be.
    ``going``: ids of rows of which an earlier run has noted that they go. ``begun``: plans that a person has seen
    missing, and when they were begun. ``confirmed``: when a person last said so. ``in_systems``: ids of the rows as
    systems tell them.
    """

    rows: Mapping[str, int]
    number: int
    place: int | None
    before: str
    passed: frozenset[str]
    going: frozenset[str]
    begun: Mapping[str, str]
    confirmed: str = ""
    in_systems: frozenset[str] = frozenset()

    def knows(self, done: MarkEntry) -> bool:
        """Whether the books have what the mark has, or a person has seen it missing."""
        return done.id in self.rows or done.id in self.passed or done.about in self.begun or done.id in self.in_systems


def _read_books(store: Store) -> _BooksContent:
    """Return what the books know at this moment, whatever this thread remembers.

    In books in which nobody has noted yet how far the mark is complete, every row since the first one is there; what
    an earlier version noted has a number alone.
    """
    rows = dict(store.all(HIGH_WATER))
    last, checked = rows.pop(NUMBER, {}), rows.pop(CHECKED, None)
    numbers = {id: row["number"] for id, row in rows.items()}
    plans = {id: row for id, row in rows.items() if row["kind"] == PLAN}
    in_systems = frozenset(_make_id(row.get("plan", id), row["number"]) for id, row in plans.items())
    begun = _read_begun_before(last, checked)
    if checked is None:
        first = min(numbers.values(), default=last.get("last", 0) + 1)
        nothing = frozenset[str]()
        return _BooksContent(
            numbers, first - 1, None, "", nothing, nothing, begun, last.get("confirmed", ""), in_systems
        )
    passed, going = frozenset(checked["passed"]), frozenset(checked["going"])
    confirmed = checked["confirmed"] or last.get("confirmed", "")
    place, before = checked["place"], checked["before"]
    return _BooksContent(numbers, checked["number"], place, before, passed, going, begun, confirmed, in_systems)


def _read_books_at_once(store: Store) -> _BooksContent:
    """Return what `_read_books` does, not read while rows went."""
    while True:
        checked = store.get_now(HIGH_WATER, CHECKED)
        kept = _read_books(store)
        if store.get_now(HIGH_WATER, CHECKED) == checked:
            return kept


def _read_begun_before(last: Mapping[str, Any] | None, checked: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Return the plans that were begun before books were put back, and when; an earlier version had them elsewhere."""
    return {**(last or {}).get("begun", {}), **(checked or {}).get("begun", {})}


@dataclass(frozen=True, slots=True)
class _MarkContent:
    """What the mark has. ``systems``; those that are ``silent``; ``lines`` of the file, each with its place.

    ``end`` of the lines; ``None`` where there is no file. ``by_place``: they begin where the books know that they do.
    """

    systems: Sequence[MarkEntry] = ()
    silent: tuple[str, ...] = ()
    lines: Sequence[tuple[int, MarkEntry]] = ()
    end: int | None = None
    by_place: bool = False

    def find_unknown(self, kept: _BooksContent) -> Iterator[MarkEntry]:
        """Yield what the books should have, and have not."""
        for done in self.systems:
            if done.number > kept.number and not kept.knows(done):
                yield done
        for _, done in self.lines:
            if (self.by_place or done.number > kept.number) and not kept.knows(done):
                yield done


@dataclass(frozen=True, slots=True)
class _BooksAndMark:
    """What the books know, what the mark had right before that, and what is ``found`` missing from the books."""

    kept: _BooksContent
    told: _MarkContent
    found: tuple[MarkEntry, ...] = field(default=())


def _compare_books(store: Store, connectors: Mapping[str, Any]) -> _BooksAndMark:
    """Hold the books against the mark.

    The books have each thing before anything else has it. So they are asked once more after something that they do not
    have was found: somebody else may have done it at this moment, or let rows go.
    """
    kept = _read_books(store)
    told = replace(_read_mark(store, kept), **_ask_systems(connectors, kept.number))
    ahead = {done.id for done in told.find_unknown(kept)}
    if not ahead:
        return _BooksAndMark(kept, told)
    kept = _read_books_at_once(store)
    again = replace(_read_mark(store, kept), systems=told.systems)
    still = [done for done in again.find_unknown(kept) if done.id in ahead]
    found: dict[str, MarkEntry] = {}
    for done in sorted(still, key=lambda done: (done.number, done.kind, done.id)):
        found.setdefault(done.about if done.kind == PLAN else done.id, done)  # a plan once, where it began
    return _BooksAndMark(kept, told, tuple(found.values()))


def _read_mark(store: Store, kept: _BooksContent) -> _MarkContent:
    """Return the lines of the file.

    They begin at the place that the books know. Where that is not in this file, since another was put in its stead, or
    the books know none, it is the whole file.
    """
    path = find_file(store)
    if path is None or not path.exists():
        return _MarkContent()
    with _open_file(path) as file:
        by_place = kept.place is not None and _digest_before(file, kept.place) == kept.before
        place, found = file.seek((kept.place or 0) if by_place else 0), list[tuple[int, MarkEntry]]()
        for line in file:
            if not line.endswith(b"\n"):  # somebody is about to write the rest, or was
                break
            done = _parse_line(line)
            if done is not None:
                found.append((place, done))
            place += len(line)
    return _MarkContent(lines=found, end=place, by_place=by_place)


@contextmanager
def _open_file(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise StateError(
            f"{path} cannot be read: {os.strerror(error.errno or 0)}", "let Bailee read beside the master key"
        ) from None


def _digest_before(file: BinaryIO, place: int) -> str:
    """Return SHA-256 of what stands in ``file`` right before ``place``, in hexadecimal; empty where that is behind."""
    begin = max(0, place - _BEFORE)
    file.seek(begin)
    found = file.read(place - begin)
    return hashlib.sha256(found).hexdigest() if len(found) == place - begin else ""


def _parse_line(line: bytes) -> MarkEntry | None:
    """Return what a line says; ``None`` of one that a machine which lost its power has torn: the books have that."""
    try:
        content = json.loads(line)
        number, kind, about, at = (content[name] for name in ("number", "kind", "about", "at"))
        of_old = about if kind == PLAN else f"{number} {kind} {about} {at}"
        done = MarkEntry(number, kind, about, at, content.get("id", of_old), "beside the master key")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return done if type(done.number) is int and done.kind in KINDS and type(done.id) is str else None


def _ask_systems(connectors: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return what systems know with a higher number, and the names of those that keep plans and do not answer."""
    found, silent = list[MarkEntry](), list[str]()
    for name, connector in connectors.items():
        try:
            told = list(connector.plans_after(number) if isinstance(connector, PlanKeeping) else ())
        except ConnectorError:
            silent.append(name)
            continue
        found += [MarkEntry(n, PLAN, plan, at, _make_id(plan, n), f"system {name!r}") for n, plan, at in told]
    return {"systems": found, "silent": tuple(silent)}


# --- letting rows go -----------------------------------------------------------------------------------------


def compact_mark(store: Store, connectors: Callable[[], Mapping[str, Any]]) -> None:
    """Let older rows go where there are many; the books are held alone.

    Not while a system that keeps plans does not answer: what it has would not be missed any more. Raises
    `RestoredBooks`, `StateError`.
    """
    last, checked = store.get(HIGH_WATER, NUMBER) or {}, store.get(HIGH_WATER, CHECKED)
    if last.get("last", 0) - (checked or {}).get("number", 0) <= MOST:
        return
    _must_have_file(store)
    look = _compare_books(store, connectors())
    _must_be_known(look.found)
    rows, number = sorted(look.kept.rows.values()), look.kept.number
    if not look.told.silent and (len(rows) > MOST or checked is None):
        if len(rows) > NEWEST:
            number = max(number, min(rows[-NEWEST - 1], rows[-NEWEST] - 1))
        _drop_older(store, look, number, in_file=is_in_file(store))


def confirm_books(store: Store, connectors: Mapping[str, Any], now: datetime) -> Sequence[MarkEntry]:
    """Go on with these books, since a person has seen to what is missing; return what that was. Raises `StateError`.

    Plans that were begun meanwhile are not carried out a second time, and what was sent before ``now`` (UTC) to open a
    copy is over. A system that does not answer is asked later for the same numbers, and names then what nobody has
    seen by now.
    """
    with store.alone(_WAIT):
        look = _compare_books(store, connectors)
        begun = {**look.kept.begun, **{done.about: done.at for done in look.found if done.kind in _OF_PLANS}}
        number, in_file = look.kept.number, _begin_file(find_file(store))
        last = store.get(HIGH_WATER, NUMBER) or {}
        if not look.told.silent:
            number = max(number, last.get("last", 0), *look.kept.rows.values(), *(done.number for done in look.found))
        kept = replace(look.kept, begun=begun, confirmed=now.isoformat())
        _drop_older(store, replace(look, kept=kept), number, in_file=in_file)
        now_last = {**last, "last": max(last.get("last", 0), number), "in_file": in_file}
        store.put(HIGH_WATER, NUMBER, {**now_last, **_confirm_files(last, find_file(store), now)})
        return look.found


def _drop_older(store: Store, look: _BooksAndMark, number: int, *, in_file: bool) -> None:
    """Note up to which ``number``, and to where in the file, the mark was found complete; then let older rows go.

    In this order where a place cannot do it at once: rows of which a run that died has noted that they go, and that are
    there, go with the next. A row stays of which the file has no line yet: somebody else is about to write it. The
    place is before the lines of all rows that stay.
    """
    rows, lines = look.kept.rows, look.told.lines
    written = {done.id for _, done in lines} if in_file else rows.keys()
    going = {id for id, of in rows.items() if id in look.kept.going or (of <= number and id in written)}
    stay = rows.keys() - going
    path = find_file(store) if in_file else None
    place, before, passed = None, "", set[str]()
    if path is not None:
        place = min([look.told.end or 0, *(at for at, done in lines if done.id in stay)])
        passed = {done.id for at, done in lines if at >= place} - stay
        with _open_file(path) as file:
            before = _digest_before(file, place)
    checked = {
        "number": number, "place": place, "before": before, "passed": sorted(passed), "going": sorted(going),
        "begun": dict(look.kept.begun), "confirmed": look.kept.confirmed,
    }  # fmt: skip
    with store.at_once():
        store.put(HIGH_WATER, CHECKED, checked)
        for id in sorted(going):
            store.remove(HIGH_WATER, id)


def is_over_since_restored(store: Store, sent_at: datetime) -> bool:
    """Whether what was sent at ``sent_at`` (UTC), and opens a copy once, may have been used in books that are lost.

    The file beside the master key alone is asked: a page does not wait for systems. Raises `StateError`.
    """
    confirmed = read_restored_at(store)
    if confirmed is not None and sent_at <= confirmed:
        return True
    return find_lost_file(store) is not None or bool(find_missing(store, {}))


def read_restored_at(store: Store) -> datetime | None:
    """Return when a person last confirmed books that were put back (UTC). Raises `StateError`."""
    confirmed = _read_books(store).confirmed
    return datetime.fromisoformat(confirmed) if confirmed else None
