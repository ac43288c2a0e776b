"""Letters that wait for somebody: to be printed, or seen to since they did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from bailee.requests import permissions
from bailee.requests.letters.outbox import FAILED, TO_PRINT
from bailee.store.models import Message, Role, Status

PAGE = 50


@dataclass(frozen=True, slots=True)
class LetterList:
    """One page, the oldest first. ``after``: the id that the next page follows, empty on the last one."""

    rows: Sequence[Message]
    after: str


def waiting(after: str = "") -> LetterList:
    """Return the page of letters that follows the one with the id ``after``, or the first. What they say is sealed."""
    found = Message.objects.filter(state__in=(TO_PRINT, FAILED), sealed__isnull=False).order_by("made_at", "id")
    last = Message.objects.defer("sealed").filter(id=after).first() if after else None
    if last is not None:
        found = found.filter(Q(made_at__gt=last.made_at) | Q(made_at=last.made_at, id__gt=last.id))
    page = list(found.select_related("request").defer("sealed", "request__sealed")[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    return LetterList(page, page[-1].id if more else "")


def counts() -> tuple[int, int]:
    """Return how many letters are to be printed, and how many did not arrive: of those in `list_waiting_letters`.

    A code that came back is not among them: its letter is destroyed, and `list_requests_to_identify` has its request.
    """
    there = Message.objects.filter(sealed__isnull=False, state__in=(TO_PRINT, FAILED))
    states = dict(there.values_list("state").annotate(Count("id")).order_by())
    return states.get(TO_PRINT, 0), states.get(FAILED, 0)


def by_id(message_id: str, role: Role, *, is_readable: bool = True) -> Message | None:
    """Return a letter that can still be read, unless ``is_readable`` is false; ``None`` where there is none.

    So it is where its request is not for ``role`` to see.
    """
    there = Message.objects.select_related("request").filter(id=message_id)
    found = (there.filter(sealed__isnull=False) if is_readable else there).first()
    if found is None or found.request is None:
        return None
    if found.request.status == Status.UNVERIFIED and role not in permissions.TAKE_IN.roles:
        return None
    return found
