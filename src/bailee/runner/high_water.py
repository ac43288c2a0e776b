"""The high-water mark: what was done, outside of the books, so that books out of a backup do not pass for today's.

Each plan that begins, each hold, restriction and objection, and each use of a link to a copy has the next number. The
books keep the last one. A file beside the master key keeps them all, a line each, and a system keeps those of its plans
where the firm allows Bailee a table there. Where these are ahead, the books are older: nothing is destroyed until a
person has seen what is missing. Nobody's data is in any of it.

Where that file was put back with the books, as it can be where it lies among them, nothing tells that a link was used
since. So all links and codes that open a copy and were sent before a person has confirmed the books are over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailee.connectors.base import ConnectorError, Session
from bailee.plan import Plan
from bailee.runner.allowed import NotAllowed
from bailee.runner.state import HIGH_WATER, State, StateError, master_in

if TYPE_CHECKING:
    from bailee.runner.house import House

PLAN, HOLD, RESTRICTION, OBJECTION, LINK = "plan", "hold", "restriction", "objection", "link"
KINDS = (PLAN, HOLD, RESTRICTION, OBJECTION, LINK)

NUMBER = "number"
"""Where the books keep the last number, on the shelf `HIGH_WATER`."""

TAIL = 1 << 16
"""Bytes of the file, from its end, that are read: some six hundred lines."""

_HINT = "put today's books back; or see to what is missing, and say: bailee confirm books"


class RestoredBooks(NotAllowed):
    """The books are older than what was done."""

    code = "restored_books"


class BegunBefore(RestoredBooks):
    """A plan was begun before the books were put back: what became of it, only the systems know."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done: ``kind`` is one of `KINDS`, ``about`` a plan's hash or the id of a row of the books.

    ``at``: when (UTC, ISO 8601). ``where``: what keeps it, a system or the file.
    """

    number: int
    kind: str
    about: str
    at: str
    where: str = ""

    def __str__(self) -> str:
        """Return it in words, without anybody's data."""
        words = {PLAN: f"plan {self.about[:12]} was begun", HOLD: "a hold was placed or lifted"}
        other = {RESTRICTION: "a restriction began or was lifted", OBJECTION: "an objection to mailings was recorded"}
        words |= other | {LINK: "the link to a copy was used"}
        return f"{self.at[:16].replace('T', ' ')} UTC: {words[self.kind]}"


def file_of(state: State) -> Path | None:
    """Return the file beside the master key; ``None`` where that is in no file. Raises `StateError`, `VaultError`."""
    path = getattr(master_in(state), "path", None)
    return None if path is None else path.with_name(f"{path.name}.mark")


def note(state: State, kind: str, about: str, now: datetime) -> Done:
    """Give what is about to be done the next number, and return it: the books have it with what is written next.

    `keep` is for when they do. Raises `StateError`.
    """
    kept = state.get(HIGH_WATER, NUMBER) or {}
    number = kept.get("last", 0) + 1
    in_file = kept.get("in_file", False) or (not kept and _begun(file_of(state)))
    state.put_later(HIGH_WATER, NUMBER, {**kept, "last": number, "in_file": in_file})
    return Done(number, kind, about, now.isoformat())


def _begun(path: Path | None) -> bool:
    """Begin the file beside the master key, and return whether there is one: some places cannot be written.

    It is there before the books have a number; from then on one that is not there was lost.
    """
    if path is None:
        return False
    try:
        path.touch(mode=0o600)
    except OSError:
        return False
    return True


def keep(state: State, done: Done) -> None:
    """Write ``done`` into the file beside the master key, if there is one, durably. Raises `StateError`."""
    path = file_of(state)
    if path is None or not is_in_file(state):
        return
    line = json.dumps({name: value for name, value in asdict(done).items() if name != "where"}) + "\n"
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


def is_in_file(state: State) -> bool:
    """Whether a file beside the master key knows what was done. Raises `StateError`."""
    return bool((state.get(HIGH_WATER, NUMBER) or {}).get("in_file"))


def note_in(house: House, session: Session, plan: Plan) -> None:
    """Put ``plan`` into the system's own table of plans, in the transaction that carries it out."""
    note_plan = getattr(session, "note_plan", None)
    if note_plan is not None:
        last = (house.state.get(HIGH_WATER, NUMBER) or {}).get("last", 0)
        note_plan(last, plan.digest, house.now.isoformat())


def keep_when_written(state: State, kind: str, about: str, now: datetime) -> None:
    """Note what was done in the books' own transaction, and keep it outside once that is committed."""
    from django.db import transaction

    done = note(state, kind, about, now)
    state.write_waiting()
    transaction.on_commit(lambda: keep(state, done))


def must_be_newest(state: State, connectors: Callable[[], Mapping[str, Any]]) -> None:
    """Raise `RestoredBooks` where what was done is ahead of the books. Raises `StateError`."""
    if lost := lost_file(state):
        raise RestoredBooks(f"{lost}, the high-water mark, is missing", f"put it back; or {_HINT}")
    found = missing(state, connectors())
    if found:
        count = f"{len(found)} things were" if len(found) > 1 else "something was"
        raise RestoredBooks(f"{count} done that these books do not know: they are out of a backup", _HINT)


def must_not_have_been_done(state: State, plan: str) -> None:
    """Raise `BegunBefore` where ``plan`` (its hash) was begun before the books were put back. Raises `StateError`."""
    at = (state.get(HIGH_WATER, NUMBER) or {}).get("begun", {}).get(plan)
    if at:
        message = f"the plan was begun on {at[:10]}, before the books were put back"
        raise BegunBefore(message, "look whether there is anything left to do, and make a new plan for that")


def lost_file(state: State) -> Path | None:
    """Return the file beside the master key where there was one, and there is none any more. Raises `StateError`."""
    path = file_of(state)
    return path if path is not None and is_in_file(state) and not path.exists() else None


def missing(state: State, connectors: Mapping[str, Any]) -> tuple[Done, ...]:
    """Return what was done and is not in the books, the oldest first. Raises `StateError`.

    The books have each thing before anything else has it. So they are asked once more after what is ahead of them was
    found: somebody else may have done it at this moment.
    """
    last = _last(state.get(HIGH_WATER, NUMBER))
    told = [*_in_systems(connectors, last), *_in_file(state, last)]
    if not told:
        return ()
    last = _last(state.get_now(HIGH_WATER, NUMBER))
    found = {(done.number, done.kind, done.about): done for done in told if done.number > last}
    return tuple(found[place] for place in sorted(found))


def _last(kept: Mapping[str, Any] | None) -> int:
    last: int = (kept or {}).get("last", 0)
    return last


def _in_file(state: State, last: int) -> Iterator[Done]:
    path = file_of(state)
    try:
        lines = _tail(path) if path is not None else []
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateError(
            f"{path} cannot be read: {os.strerror(error.errno or 0)}", "let Bailee read beside the master key"
        ) from None
    for line in lines:
        done = _read(line)
        if done is not None and done.number > last:
            yield done


def _tail(path: Path) -> list[bytes]:
    """Return the whole lines at the end of the file."""
    with path.open("rb") as file:
        begin = max(0, file.seek(0, os.SEEK_END) - TAIL)
        file.seek(begin)
        return file.read().split(b"\n")[1 if begin else 0 : -1]


def _read(line: bytes) -> Done | None:
    """Return what a line says; ``None`` of one that a machine which lost its power has torn: the books have that."""
    try:
        content = json.loads(line)
        done = Done(content["number"], content["kind"], content["about"], content["at"], "beside the master key")
    except (ValueError, KeyError, TypeError):
        return None
    return done if type(done.number) is int and done.kind in KINDS else None


def _in_systems(connectors: Mapping[str, Any], last: int) -> Iterator[Done]:
    for name, connector in connectors.items():
        ask = getattr(connector, "plans_after", None)
        with suppress(ConnectorError):  # a system that does not answer cannot tell; nothing is changed in it either
            for number, plan, at in ask(last) if ask else ():
                yield Done(number, PLAN, plan, at, f"system {name!r}")


def confirm(state: State, connectors: Mapping[str, Any], now: datetime) -> Sequence[Done]:
    """Go on with these books, since a person has seen to what is missing; return what that was. Raises `StateError`.

    Plans that were begun meanwhile are not carried out a second time, and what was sent before ``now`` (UTC) to open a
    copy is over.
    """
    kept, found = state.get(HIGH_WATER, NUMBER) or {}, missing(state, connectors)
    begun = {**kept.get("begun", {}), **{done.about: done.at for done in found if done.kind == PLAN}}
    last = max([_last(kept), *(done.number for done in found)])
    told = {"last": last, "begun": begun, "in_file": _begun(file_of(state)), "confirmed": now.isoformat()}
    state.put(HIGH_WATER, NUMBER, {**kept, **told})
    return found


def is_over_since_restored(state: State, sent_at: datetime) -> bool:
    """Whether what was sent at ``sent_at`` (UTC), and opens a copy once, may have been used in books that are lost.

    The file beside the master key alone is asked: a page does not wait for systems. Raises `StateError`.
    """
    confirmed = (state.get(HIGH_WATER, NUMBER) or {}).get("confirmed")
    if confirmed and sent_at <= datetime.fromisoformat(confirmed):
        return True
    return lost_file(state) is not None or bool(missing(state, {}))
