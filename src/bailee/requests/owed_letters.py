"""Letters that a person is owed and that reached nobody: they had no address, were refused, or came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from bailee.requests.letters import Template
from bailee.requests.letters.outbox import FAILED
from bailee.store.models import Event, Message, Request

UNREACHABLE, BY_HAND = "unreachable", "told_by_hand"
"""Events: there was no address for a letter; staff have told the person what such letters would have said."""

_NOT_OWED = frozenset(
    {Template.ACKNOWLEDGE, Template.IDENTITY, Template.VISIT, Template.VERIFIED, Template.WITHDRAWN, Template.EXPIRED}
)
"""Letters that say nothing but what the person knows, or need not know."""

_OWED = sorted(set(Template) - _NOT_OWED)

ANSWERS = frozenset(
    {
        Template.COMPLETE, Template.PARTLY, Template.REFUSE, Template.HELD, Template.RESTRICTED, Template.OBJECTED,
        Template.DOWNLOAD_READY,
    }
)  # fmt: skip
"""Letters that answer a request: until the person has what they say, the time of Art. 12(3) runs.

The link to a copy is not among them: where it reaches nobody, its request is open again (`without_code`).
"""


def list_owed_requests() -> QuerySet[Request]:
    """Return the requests of which the person must be told something by staff, the oldest first."""
    mine = Q(request=OuterRef("pk"))
    left = Exists(_find_without_address().filter(mine)) | Exists(_find_failed_letters().filter(mine))
    return Request.objects.filter(left).order_by("received_at", "id")


def find_untold_letters(requests: Iterable[Request]) -> Mapping[str, list[str]]:
    """Return, by the ids of ``requests``, the letters that reached nobody, and of which nobody has told the person."""
    ids = [request.id for request in requests]
    found: dict[str, list[str]] = {}
    without = _find_without_address().filter(request__in=ids).order_by("id").values_list("request", "facts__letter")
    failed = _find_failed_letters().filter(request__in=ids).order_by("made_at", "id").values_list("request", "template")
    for request, letter in (*without, *failed):
        letters = found.setdefault(str(request), [])
        if letter not in letters:
            letters.append(str(letter))
    return found


def list_untold_letters(request: Request) -> list[str]:
    """Return what `find_untold_letters` does, of one."""
    return find_untold_letters([request]).get(request.id, [])


def list_undelivered_letters(request: Request) -> list[str]:
    """Return the letters of `list_untold_letters` that could not be delivered: the others had no address."""
    failed = set(_find_failed_letters().filter(request=request).values_list("template", flat=True))
    return [letter for letter in list_untold_letters(request) if letter in failed]


def has_no_answer(request: Request) -> bool:
    """Whether an answer to ``request`` was written that has reached nobody, and the person does not know it yet."""
    return not ANSWERS.isdisjoint(list_untold_letters(request))


def _find_without_address() -> QuerySet[Event]:
    since = Event.objects.filter(request=OuterRef("request"), kind=BY_HAND, id__gt=OuterRef("id"))
    left = Event.objects.filter(kind=UNREACHABLE, facts__letter__in=_OWED)
    return left.exclude(Exists(since))


def _find_failed_letters() -> QuerySet[Message]:
    return Message.objects.filter(state=FAILED, template__in=_OWED, sealed__isnull=False)
