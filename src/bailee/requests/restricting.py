"""Restriction: a person's data is stored and no more (Art. 18), from the moment it is asked for until it is lifted.

It takes effect at once, since it can do no harm; the Data Controller may lift it, and the person is told before
(Art. 18(3)). Tags tell the person's identities again; what they are stands sealed under a key of its own, so that
retention leaves the rows (`staying`), and is destroyed when the request is forgotten.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from bailee.engine.high_water import RESTRICTION, keep_when_written
from bailee.engine.house import House
from bailee.engine.people import search
from bailee.engine.plans import NotAllowed
from bailee.jobs.due import later
from bailee.requests.asked import open_asked, tags_of
from bailee.requests.closing import end, forget_on
from bailee.requests.plan_rows import release_later
from bailee.requests.recipients import notify
from bailee.requests.roles import Act
from bailee.requests.saying import say
from bailee.requests.states import midnight, turn
from bailee.requests.timeline import tell
from bailee.store.models import Outcome, Request, Restriction, Status
from bailee.store.office import Office
from bailee.store.restricted import StoredOnly, end_on, put, write_page
from bailee.trace import Known


def restrict(office: Office, house: House, request: Request) -> None:
    """Restrict the data of the person who asked, by every identity of theirs. A second time nothing happens."""
    if not office.staff and request.status != Status.OPEN:
        return
    asked = open_asked(office, request).identities
    with search(house, asked, despite="restriction they asked for") as found:
        known = tuple(dict.fromkeys((*(Known(*seed) for seed in found.seeds), *found.persons.known)))
    with turn(office, request, Act.RESTRICT):
        tags = tags_of(office, sorted({(k.attribute, k.value) for k in known}))
        Restriction.objects.bulk_create(Restriction(request=request, tag=tag, since=office.now) for tag in tags)
        _write_page(office)
        put(office.state, request.id, StoredOnly(office.now, None, known))
        keep_when_written(office.state, RESTRICTION, request.id, office.now)
        notify(office, request, tags)
        end(office, request, Outcome.DONE)
        say(office, request, "restricted")


def lift(office: Office, request: Request, reasons: str, ends: date) -> None:
    """Lift a restriction on the day ``ends``, and tell the person why, now, since they must know before (Art. 18(3)).

    By the Data Controller alone. Raises `NotAllowed` where none stands, or the day is not to come.
    """
    with turn(office, request, Act.LIFT):
        standing = Restriction.objects.filter(request=request, lifted_at=None)
        if not standing.exists():
            raise NotAllowed("no restriction stands by this request", "nothing need be lifted")
        if ends <= office.today:
            raise NotAllowed("the person must be told before it ends", "name a day to come (Art. 18(3))")
        if not reasons.strip():
            raise NotAllowed("the person must be told why", "say why it ends")
        at, tags = office.begin_of(ends), list(standing.values_list("tag", flat=True))
        standing.update(lifted_at=at)
        _write_page(office)
        end_on(office.state, request.id, at)
        keep_when_written(office.state, RESTRICTION, request.id, office.now)
        release_later(tags, at)
        request.forget_on = max(forget_on(office), ends)
        request.save(update_fields=["forget_on"])
        later("forget", request.id, at=midnight(request.forget_on))
        say(office, request, "restriction_ends", reasons=(reasons,), ends=ends)
        tell(office, request, "restriction_ends", ends=ends.isoformat())


def _write_page(office: Office) -> None:
    """Write down whose data is restricted where commands look that open no books, in the caller's transaction."""
    standing = Restriction.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=office.now))
    ends: dict[str, datetime | None] = {}
    for tag, until in standing.values_list("tag", "lifted_at"):
        known = ends.get(tag, until)
        ends[tag] = None if until is None or known is None else max(until, known)
    write_page(office.state, ends)
