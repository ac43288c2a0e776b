"""What there is around a request, asked together with it: so that nothing is read that is not there.

A look is worth something as long as nobody can add to what it has seen: while the request is locked, or where whoever
adds to it sees to what follows by themselves.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from bailee.books.models import Confirmation, Disclosure, Plan, Request, RequestTag, Status
from bailee.books.models.requests import Around

_MARK = "around_"


def looked(found: QuerySet[Any], *names: str, of: str = "", by: str = "") -> QuerySet[Any]:
    """Return ``found``, rows that are read with a look around their requests for what `Around` calls ``names``.

    ``of``: how a row leads to its request (``request__``); ``by``: the id of whoever acts.
    """
    here = OuterRef(f"{of}pk")
    tags = RequestTag.objects.filter(request=OuterRef(here)).values("tag")
    same = Request.objects.filter(tags__tag__in=tags, right=OuterRef(f"{of}right")).exclude(status=Status.CLOSED)
    there: dict[str, QuerySet[Any]] = {
        "planned": Plan.objects.filter(request=here),
        "confirmed": Confirmation.objects.filter(request=here),
        "by_me": Confirmation.objects.filter(request=here, by=by),
        "twins": Request.objects.filter(merged_into=here, sealed__isnull=False),
        "disclosed": Disclosure.objects.filter(tag__in=tags),
        "others": same.exclude(pk=here),
    }
    more: QuerySet[Any] = found.annotate(**{f"{_MARK}{name}": Exists(there[name]) for name in names})
    return more


def seen(row: Model) -> Around:
    """Return what the look has seen with which ``row`` was read."""
    names = (field.name for field in fields(Around))
    return Around(**{name: getattr(row, f"{_MARK}{name}", None) for name in names})
