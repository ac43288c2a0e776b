"""What must be true at every minute, asked from outside: by plain SQL, by the pages, by the commands of an operator."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.kills.firm import SYSTEMS
from tests.soak.faults import Fault, Faults
from tests.soak.visitors import SLOW, Crowd, Person
from tests.soak.world import CAROLS, World

LATE = timedelta(minutes=16)
"""So long after its time the doctor has to say that a thing is late: it does from 15 minutes on."""

BUSY = 3.0
"""Processes that wait for each core, on average of a minute, above which pages are not judged by their time."""

SLOW_BOOKS = 60.0
"""Seconds that a page may take while the books are away, or each statement to them takes 0.8 s: it must answer."""

TABLES = ("people", "notes", "tapes")
BEGUN = {"acting", "settling"}
UNTOUCHED = {"unverified", "open", "planned", "approved"}
Row = tuple[str, str, int]


@dataclass
class Seen:
    """One look at everything. ``broken``: what is not as it must be. ``left_out``: what could not be looked at."""

    at: float
    fault: str
    broken: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)


class Invariants:
    """Looks, and knows what there was at first."""

    def __init__(self, world: World, crowd: Crowd, faults: Faults) -> None:
        self.world, self.crowd, self.faults = world, crowd, faults
        self.carols = self._carols()
        self.seen: list[Seen] = []
        self.without_books: list[tuple[float, float]] = []
        self._heard = 0

    def look(self, fault: Fault | None) -> Seen:
        """Look at everything once, and keep what was seen."""
        seen = Seen(time.monotonic() - self.world.started, f"{fault.kind}: {fault.how}" if fault else "")
        for name, look in (
            ("pages", self._pages),
            ("rows", self._rows),
            ("ledger", self._ledger),
            ("doctor", self._doctor),
            ("logs", self._logs),
        ):
            try:
                seen.broken += [f"{name}: {says}" for says in look(seen, fault)]
            except Wrong as why:
                seen.broken.append(f"{name}: {why}")
            except Unseen as why:
                seen.left_out.append(f"{name}: {why}")
        self.seen.append(seen)
        return seen

    # --- pages -------------------------------------------------------------------------------------------------

    def _pages(self, seen: Seen, fault: Fault | None) -> Iterator[str]:
        is_down = fault is not None and fault.is_web_down
        longest = 0.0
        for path in ("/", "/ask", "/request"):
            began = time.monotonic()
            try:
                status: int | str = self.world.get(path, seconds=SLOW + 5)[0]
            except OSError as error:
                status = type(error).__name__
            took = time.monotonic() - began
            longest = max(longest, took)
            if took > SLOW and not self._busy():
                yield f"{path} took {took:.1f} s"
            elif status != 200 and not is_down:
                yield f"{path} answered {status}"
        seen.counts["page_seconds"] = round(longest, 2)
        seen.counts["load"] = round(os.getloadavg()[0], 1)
        times, self._heard = self.crowd.times[self._heard :], len(self.crowd.times)
        now = [(fault.began, time.monotonic())] if fault is not None and is_down else []
        away = [*self.without_books, *now]
        slow = [took for began, took, _ in times if took > (SLOW_BOOKS if _meets(away, began, took) else SLOW)]
        if slow and self._busy():
            raise Unseen(f"{len(slow)} pages took up to {max(slow):.1f} s, on a machine with other work")
        if slow:
            yield f"{len(slow)} of {len(times)} pages of persons took longer than {SLOW:.0f} s, at most {max(slow):.1f}"

    def _busy(self) -> bool:
        """Whether this machine has so much else to do that nothing can be said about how long a page takes."""
        return os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)

    # --- rows --------------------------------------------------------------------------------------------------

    def _rows(self, seen: Seen, fault: Fault | None) -> Iterator[str]:
        try:
            requests, carols = _requests(), self._carols()  # first: what is done later is no contradiction
            plans = _plans()
            before, left, gone = self.world.firm.gone(), self._left(), self.world.firm.gone()
        except Exception as error:
            if fault is None or fault.kind not in {"restart", "disk", "network"}:
                raise
            raise Unseen(type(error).__name__) from None
        if carols != self.carols:
            yield "rows of persons who asked for nothing have changed"
        twice = sum(times != 1 for times in gone.values())
        if twice:
            yield f"{twice} rows went twice"
        named = {one["about"] for one in self.faults.missing}
        states = Counter(outcome or status for _, status, outcome in requests.values())
        seen.counts |= {"requests": dict(states), "gone": len(gone), "people": len(self.crowd.people)}
        for person in self.crowd.people:
            mine = self.world.firm.rows_of(person.number)
            went = {row for row in mine if row in gone}
            there = {row for row in mine if row in left}
            if there & before.keys() or (went | there) != mine:
                yield f"person {person.number}: rows are neither there nor gone"
            request = requests.get(person.reference)
            is_named = not named.isdisjoint(person.plans | plans.get(request[0] if request else "", set()))
            yield from _bears(person, request, len(went), len(mine), is_named, fault)

    def _carols(self) -> str:
        found = hashlib.sha256()
        for system in SYSTEMS:
            for table, column in (("people", "id"), ("notes", "person_id"), ("tapes", "person_id")):
                rows = self.world.firm.run(system, f"SELECT * FROM {table} WHERE {column} <= {CAROLS} ORDER BY id")
                found.update(repr([tuple(map(str, row)) for row in rows]).encode())
        for number in range(1, CAROLS + 1):
            found.update((self.world.firm.folder / "tapes" / f"{number}.wav").read_bytes())
        return found.hexdigest()

    def _left(self) -> set[tuple[str, object, object]]:
        return {
            (system, table, id)
            for system in SYSTEMS
            for table in TABLES
            for (id,) in self.world.firm.run(system, f"SELECT id FROM {table}")
        }

    # --- what an operator sees ---------------------------------------------------------------------------------

    def _ledger(self, seen: Seen, fault: Fault | None) -> Iterator[str]:
        told = self._told(fault, "ledger", "verify", "--json")
        seen.counts["entries"] = told["entries"]
        for finding in told["findings"]:
            if not (fault is not None and fault.kind == "restore" and finding["what"] == "restored"):
                yield f"{finding['what']}: {finding['says']}"

    def _doctor(self, seen: Seen, fault: Fault | None) -> Iterator[str]:
        late = _late()
        told = self._told(fault, "doctor", "--json")
        wrong = {one["about"] for one in told["findings"] if not one["well"]}
        seen.counts["doctor"] = sorted(wrong)
        if late and "due" not in wrong:
            yield f"late by {LATE}, and the doctor says that nothing is: {', '.join(late)}"
        if fault is not None and fault.kind == "clock" and "clock" not in wrong:
            yield "the clock is wrong, and the doctor says that it is right"

    def _told(self, fault: Fault | None, *arguments: str) -> Any:
        try:
            done = self.world.run(*arguments)
        except subprocess.TimeoutExpired:
            raise Unseen(f"{' '.join(arguments)} took longer than two minutes") from None
        try:
            told = json.loads(done.stdout)
        except ValueError:
            told = {}
        if "findings" in told:
            return told
        if told_of(done.stderr) == "L603":  # no plan has begun yet
            return {"entries": 0, "findings": []}
        if fault is None:
            raise Wrong(f"{' '.join(arguments)} ended with {done.returncode}, {told_of(done.stderr)}")
        raise Unseen(f"it ended with {done.returncode}")

    def _logs(self, _seen: Seen, _fault: Fault | None) -> Iterator[str]:
        for line in self.world.personal_lines():
            yield f"something personal stands in {line}"


def told_of(error: str) -> str:
    """Return the code of what a command says on standard error; nothing where it says none."""
    try:
        return str(json.loads(error)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


class Wrong(Exception):
    """Something does not work that must, with no fault."""


class Unseen(Exception):
    """Something could not be looked at, and why."""


def _bears(
    person: Person, request: tuple[str, str, str] | None, went: int, of: int, is_named: bool, fault: Fault | None
) -> Iterator[str]:
    """Yield what a request says that its person's rows do not bear.

    ``is_named``: a plan of theirs was named as missing when books were put back.
    """
    if went and person.right != "erase":
        yield f"person {person.number} asked for {person.right}, and {went} rows are gone"
    if request is None:
        if went and not is_named and not (fault and fault.kind == "restore"):
            yield f"person {person.number} was erased, the books do not know, and nobody was told"
        return
    _, status, outcome = request
    says = f"person {person.number}: {person.right} is {outcome or status}, and {went} of {of} rows are gone"
    if person.right != "erase" or is_named or (fault and fault.kind == "restore"):
        return
    if (status == "closed" and outcome == "done" and went != of) or (
        (status in UNTOUCHED or outcome in {"expired", "withdrawn", "refused"}) and went and not _is_begun(request[0])
    ):
        yield says


def _requests() -> dict[str, tuple[str, str, str]]:
    """Return all requests: reference -> id, status, outcome; of one that was merged, what the other says."""
    from bailee.store.models import Request

    rows = list(Request.objects.values_list("id", "reference", "status", "outcome", "merged_into_id"))
    by_id = {row[0]: row for row in rows}

    def last(row: Any) -> Any:
        while row[3] == "merged" and row[4] in by_id:
            row = by_id[row[4]]
        return row

    return {row[1]: (last(row)[0], last(row)[2], last(row)[3]) for row in rows}


def _plans() -> dict[str, set[str]]:
    """Return the hashes of the plans of each request: of one whose page did not come, nobody else knows them."""
    from bailee.store.models import Plan

    found: dict[str, set[str]] = {}
    for request, digest in Plan.objects.exclude(request=None).values_list("request_id", "digest"):
        found.setdefault(request, set()).add(digest)
    return found


def _is_begun(request: str) -> bool:
    """Whether a plan of the request is in hand at this moment."""
    from bailee.store.models import Step

    return Step.objects.filter(plan__request_id=request).exists()


def _late() -> list[str]:
    from django.utils import timezone

    from bailee.store.models import Due

    found = Due.objects.filter(done_at=None, problem="", at__lt=timezone.now() - LATE)
    return sorted(set(found.values_list("kind", flat=True)))


def _meets(away: list[tuple[float, float]], began: float, took: float) -> bool:
    """Whether a page was asked for, or waited, in one of the times in which nothing was promised of its speed."""
    return any(began < ended and began + took > begun for begun, ended in away)
