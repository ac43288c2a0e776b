"""What there is around a request, asked together with it: so that nothing is read that is not there.

A look is worth something as long as nobody can add to what it has seen: while the request is locked, or where whoever
adds to it sees to what follows by themselves.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from bailee.store.models import Confirmation, Disclosure, Plan, Request, RequestTag, Status
from bailee.store.models.requests import Around

_MARK = "around_"


def select_with_context(found: QuerySet[Any], *names: str, of: str = "", by: str = "") -> QuerySet[Any]:
    """Return ``found``, rows that are read with a look around their requests for what `Around` calls ``names``.

    ``of``: how a row leads to its request (``request__``); ``by``: the id of whoever acts.
    """
    more: QuerySet[Any] = found.annotate(**{f"{_MARK}{name}": Exists(_select_named(name, of, by)) for name in names})
    return more


def _select_named(name: str, of: str, by: str) -> QuerySet[Any]:
    """Return the rows that are asked for where `Around` calls them ``name``."""
    here = OuterRef(f"{of}pk")
    tags = RequestTag.objects.filter(request=OuterRef(here)).values("tag")
    match name:
        case "planned":
            return Plan.objects.filter(request=here)
        case "confirmed":
            return Confirmation.objects.filter(request=here)
        case "by_me":
            return Confirmation.objects.filter(request=here, by=by)
        case "twins":
            return Request.objects.filter(merged_into=here, sealed__isnull=False)
        case "disclosed":
            return Disclosure.objects.filter(tag__in=tags)
        case _:
            others = Request.objects.filter(tags__tag__in=tags, right=OuterRef(f"{of}right"))
            return others.exclude(status=Status.CLOSED).exclude(pk=here)


def read_context(row: Model) -> Around:
    """Return what the look has seen with which ``row`` was read."""
    names = (field.name for field in fields(Around))
    return Around(**{name: getattr(row, f"{_MARK}{name}", None) for name in names})
