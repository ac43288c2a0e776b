"""What a person must be told and no letter can tell them: staff do, and say so; until then it waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, QuerySet

from bailee.books.models import Event, Request, Right
from bailee.runner.letters import Template
from bailee.runner.office import Office
from bailee.runner.plans import NotAllowed
from bailee.runner.requests.clocks import acknowledged
from bailee.runner.requests.roles import Act
from bailee.runner.requests.states import turn
from bailee.runner.requests.timeline import tell

UNREACHABLE, BY_HAND = "unreachable", "told_by_hand"
"""Events: there was no address for a letter; staff have told the person what such letters would have said."""

_NOT_OWED = frozenset(
    {Template.ACKNOWLEDGE, Template.IDENTITY, Template.VISIT, Template.VERIFIED, Template.WITHDRAWN, Template.EXPIRED}
)
"""Letters with nothing that whoever asked does not know, or need not know."""


def waiting() -> QuerySet[Request]:
    """Return the requests of which the person must be told something by staff, the oldest first."""
    left = _left().filter(request=OuterRef("pk"))
    return Request.objects.filter(Exists(left)).order_by("received_at", "id")


def untold(requests: Iterable[Request]) -> Mapping[str, list[str]]:
    """Return, by the ids of ``requests``, the letters that had no address, and of which nobody has told the person."""
    found: dict[str, list[str]] = {}
    for one in _left().filter(request__in=[request.id for request in requests]).order_by("id"):
        letters = found.setdefault(one.request_id, [])
        if one.facts["letter"] not in letters:
            letters.append(one.facts["letter"])
    return found


def untold_of(request: Request) -> list[str]:
    """Return what `untold` does, of one."""
    return untold([request]).get(request.id, [])


def _left() -> QuerySet[Event]:
    since = Event.objects.filter(request=OuterRef("request"), kind=BY_HAND, id__gt=OuterRef("id"))
    left = Event.objects.filter(kind=UNREACHABLE, facts__letter__in=sorted(set(Template) - _NOT_OWED))
    return left.exclude(Exists(since))


def told(office: Office, request: Request) -> None:
    """Note that whoever acts has told the person what letters without an address would have said.

    A complaint is acknowledged by that. Raises `NotAllowed` where nothing is left to be told.
    """
    with turn(office, request, Act.TELL_THEM):
        letters = untold_of(request)
        if not letters:
            raise NotAllowed("no letter about this request lacks an address", "nothing need be done")
        if request.right == Right.COMPLAINT:
            acknowledged(office, request)
        tell(office, request, BY_HAND, letters=", ".join(letters))
