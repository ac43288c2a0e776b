"""Who looked at a person's data, when, and why: written down before it is shown.

Loaded after `open_context`: it needs the books' models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.db.models import Q

from bailee.store.context import Context
from bailee.store.models import Reading, Request


class Reason(StrEnum):
    """Why somebody looks. Words of their own could name a person, and would stand in the books unsealed."""

    REQUEST = "to answer a request"
    CONTACT = "the person is in contact with us"
    IDENTITY = "to see whether they are who they say"
    QUALITY = "to mend wrong data"
    LEGAL = "a legal claim, or a duty to an authority"
    SECURITY = "to look into an incident"


def log_access_by_tags(
    context: Context, what: str, reason: Reason, tags: Iterable[str], request: Request | None = None
) -> None:
    """Write down that ``context.staff`` is about to read ``what`` of the person whose identities have ``tags``.

    ``what``: a word for the place, as ``find`` or ``asked``. Where it cannot be written nothing must be shown.
    """
    Reading.objects.bulk_create(
        Reading(staff_id=context.staff or None, request=request, tag=tag, what=what, reason=str(reason), at=context.now)
        for tag in dict.fromkeys(tags)
    )


def log_access(context: Context, what: str, reason: Reason, request: Request) -> None:
    """Write down that ``context.staff`` is about to read ``what`` of the person who made ``request``."""
    log_access_by_tags(context, what, reason, list(request.tags.values_list("tag", flat=True)) or [""], request)


def list_accesses(request: Request) -> Iterator[Reading]:
    """Yield who read what of a request's person, the latest first, also where they looked without the request."""
    tags = list(request.tags.values_list("tag", flat=True))
    yield from Reading.objects.filter(Q(request=request) | Q(tag__in=tags)).order_by("-id")
