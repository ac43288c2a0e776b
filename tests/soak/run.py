"""The soak itself: people come, staff approve, faults begin and are lifted, and every minute all is looked at."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import DatabaseError

from bailee.store.context import Context
from tests.soak.faults import PROMISED, Fault, Faults
from tests.soak.invariants import Invariants, Seen, _requests
from tests.soak.visitors import Crowd
from tests.soak.world import World

LOOKS_EVERY = 60.0
BACKS_UP_EVERY = 45.0
GRACE = 10.0
"""Seconds in which what was begun before a fault may still come to its end."""

RESTS = (6.0, 15.0)
"""Seconds between two faults, at least and at most."""


class Soak:
    """``only``: the kind of fault that happens, else all. ``say``: is told what happens."""

    def __init__(self, world: World, seed: int, *, every: float, only: str | None, say: Callable[[str], None]) -> None:
        self.world, self.every, self.only, self.say = world, every, only, say
        self.faults, self.crowd = Faults(world, seed, say), Crowd(world, seed + 1)
        self.fault: Fault | None = None
        self.past: list[tuple[Fault, float]] = []
        self.broken: list[str] = []
        self._gone: int | None = None
        self._next: dict[str, float] = {}

    def run(self, *, minutes: float, drain: float) -> dict[str, Any]:
        """Run for so many minutes, then lift all and let it end; return what happened."""
        with self.world.firm.context() as context:
            self._open(context)
            self.faults.back_up()
            self.looks = Invariants(self.world, self.crowd, self.faults)
            until = time.monotonic() + 60 * minutes
            while time.monotonic() < until:
                self._turn(context, comes=True)
                time.sleep(0.2)
            if self.fault:
                self._lift()
            self._drain(context, time.monotonic() + 60 * drain)
            self.crowd.close()
            self._look()
            return self._found()

    def keep_logs(self, folder: Path) -> None:
        """Copy what processes said."""
        shutil.copytree(self.world.logs, folder, dirs_exist_ok=True)

    def _open(self, context: Context) -> None:
        from bailee.store import staff
        from bailee.store.models import Role

        admin = staff.add_staff(context, "ada@soak.example", "Ada", Role.ADMINISTRATOR)
        self.officer = staff.add_staff(context.by(admin.id), "olu@soak.example", "Olu", Role.OFFICER).id
        self.support = staff.add_staff(context.by(admin.id), "sam@soak.example", "Sam", Role.SUPPORT).id
        until = time.monotonic() + 60
        while not self.world.is_up():
            assert time.monotonic() < until, "the web does not answer"
            time.sleep(0.5)

    def _is_time(self, what: str, every: float) -> bool:
        if time.monotonic() < self._next.setdefault(what, time.monotonic() + every):
            return False
        self._next[what] = time.monotonic() + every
        return True

    def _turn(self, context: Context, *, comes: bool) -> None:
        """Do what there is to do at this moment."""
        if comes and self._may_come() and self._is_time("person", self.every):
            self.crowd.come()
        if comes:
            self._faults()
        with suppress(DatabaseError):
            self.crowd.look_around()
            self._as_staff(context)
        if not self.fault and self._is_time("backup", BACKS_UP_EVERY):
            self.faults.back_up()
        if self._has_books() and self._is_time("look", LOOKS_EVERY):
            self._look()

    def _has_books(self) -> bool:
        """Whether the books' own server is there at this moment: a look asks it."""
        return self.fault is None or not self.fault.how.startswith("server of books")

    def _may_come(self) -> bool:
        """Whether the firm's own programs can enter a person at this moment."""
        return self.fault is None or not (self.fault.kind == "disk" or self.fault.how.startswith("server"))

    # --- faults ------------------------------------------------------------------------------------------------

    def _faults(self) -> None:
        now = time.monotonic()
        if self.fault is None:
            if now > self._next.setdefault("fault", now + 20):
                self._begin()
            return
        if self.fault.stops and self._gone is None and now > self.fault.began + GRACE:
            self._gone = self._count_gone()
        if now > self.fault.began + self.fault.lasts:
            self._lift()

    def _begin(self) -> None:
        fault = self.faults.draw()
        while self.only and fault.kind != self.only:
            fault = self.faults.draw()
        self._let_go()
        fault.begin()
        fault.began, self.fault, self._gone = time.monotonic(), fault, None
        self.say(f"{fault.kind}: {fault.how}, for {fault.lasts:.0f} s")

    def _lift(self) -> None:
        assert self.fault is not None
        fault, count = self.fault, self._count_gone() if self._gone is not None else None
        if count != self._gone:
            self._break(f"{fault.kind} ({fault.how}): {count} rows were gone at its end, and {self._gone} at its begin")
        fault.lift()
        self.say(f"{fault.kind}: lifted")
        self.past.append((fault, time.monotonic() - fault.began))
        if fault.is_web_down:
            self.looks.without_books.append((fault.began, time.monotonic()))
        self.fault, self._gone = None, None
        self._next["fault"] = time.monotonic() + self.faults.chance.uniform(*RESTS)
        self._next["look"] = max(self._next.get("look", 0), time.monotonic() + 5)
        if fault.kind == "restore":
            self._ask_again()

    def _count_gone(self) -> int:
        return len(self.world.firm.gone())

    def _let_go(self) -> None:
        from django.db import connections

        connections.close_all()

    # --- people ------------------------------------------------------------------------------------------------

    def _as_staff(self, context: Context) -> None:
        """Approve what waits for it."""
        from bailee.engine.errors import NotAllowed
        from bailee.jobs.worker_context import utc_now
        from bailee.requests.approval import approve_plan
        from bailee.store.models import Request, Status

        if not self._is_time("staff", 1.0) or (self.fault and self.fault.kind == "restore"):
            return
        by_reference = {person.reference: person for person in self.crowd.people}
        for request in Request.objects.filter(status=Status.PLANNED):
            for plan in request.plans.filter(state="proposed"):
                if request.reference in by_reference:
                    by_reference[request.reference].plans.add(plan.digest)
                with suppress(NotAllowed):
                    approve_plan(context.at(utc_now()).by(self.officer), plan.id, plan.digest[:10])
        if not self.fault and self._is_time("stuck", 20.0):
            self._plan_again(context.at(utc_now()).by(self.support))

    def _plan_again(self, context: Context) -> None:
        """Plan what no worker plans: plans that were begun before the books were put back."""
        from bailee.engine.errors import NotAllowed
        from bailee.engine.people import UnknownPerson
        from bailee.engine.systems import open_systems_of_context
        from bailee.requests.request_plans import plan_request
        from bailee.store.models import Request, Status

        stuck = [r for r in Request.objects.filter(status=Status.OPEN, right="erase") if _is_left_to_staff(r)]
        if not stuck:
            return
        with patch.dict(os.environ, self.world.environment), open_systems_of_context(context) as systems:
            for request in stuck:
                with suppress(NotAllowed, UnknownPerson):
                    plan_request(context, systems, request)

    def _ask_again(self) -> None:
        """Let those ask again of whom the books that were put back know nothing, if they are not erased."""
        known, gone = _requests(), {row[2] for row in self.world.firm.gone() if row[1] == "people"}
        for person in self.crowd.people:
            if person.reference not in known and person.number not in gone and not person.is_busy:
                self.crowd.again(person)

    # --- looks -------------------------------------------------------------------------------------------------

    def _look(self) -> Seen:
        with suppress(DatabaseError):
            self._let_go()
        seen = self.looks.look(self.fault)
        for says in (*seen.broken, *self.faults.slow_ends):
            self._break(f"minute {seen.at / 60:.1f} ({seen.fault or 'no fault'}): {says}")
        self.faults.slow_ends.clear()
        self.say(f"look: {seen.counts} {'; '.join(seen.left_out)}")
        return seen

    def _break(self, says: str) -> None:
        self.broken.append(says)
        self.say(f"BROKEN {says}")

    def _drain(self, context: Context, until: float) -> None:
        """Let what was begun come to its end, with no fault; what does not is not done."""
        while time.monotonic() < until and self._open_ones():
            self._turn(context, comes=False)
            time.sleep(0.5)

    def _open_ones(self) -> int:
        from bailee.store.models import Due

        with suppress(DatabaseError):
            kinds = ("identify", "plan", "act", "settle", "package", "deliver")
            return Due.objects.filter(done_at=None, kind__in=kinds).count()
        return 1

    def _found(self) -> dict[str, Any]:
        requests, faults = _requests(), {}
        for kind in PROMISED:
            mine = [(fault, lasted) for fault, lasted in self.past if fault.kind == kind]
            if mine:
                how = dict.fromkeys(fault.how for fault, _ in mine)
                faults[kind] = {"times": len(mine), "seconds": sum(lasted for _, lasted in mine), "how": list(how)}
        seen = self.looks.seen
        ended = Counter(
            f"{person.right} {'lost' if one is None else one[2] or one[1]}"
            for person in self.crowd.people
            for one in [requests.get(person.reference)]
        )
        times = sorted(took for _, took, _ in self.crowd.times)
        return {
            "faults": faults,
            "people": len(self.crowd.people),
            "ended": dict(sorted(ended.items())),
            "looks": len(seen),
            "left_out": sum(len(one.left_out) for one in seen),
            "pages": len(times),
            "p95": round(times[int(len(times) * 0.95)], 3) if times else None,
            "slowest": round(times[-1], 3) if times else None,
            "troubles": self.crowd.troubles,
            "named": len(self.faults.missing),
            "seen": [vars(one) for one in seen],
            "broken": self.broken,
        }


def _is_left_to_staff(request: Any) -> bool:
    last = request.events.order_by("-id").first()
    return last is not None and last.kind == "not_planned"
