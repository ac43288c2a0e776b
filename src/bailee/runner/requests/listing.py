"""Requests as staff see them in a list: by the day on which they must be answered."""

from __future__ import annotations

from django.db.models import F

from bailee.books.models import Request, Status


def overview(status: Status | None = None) -> tuple[list[Request], int]:
    """Return the requests in ``status``, or all that are open, the most urgent first; and how many are unverified.

    What nobody has confirmed is not among the open ones: anybody can fill in a form.
    """
    apart = (Status.UNVERIFIED, Status.CLOSED)
    found = Request.objects.exclude(status__in=apart) if status is None else Request.objects.filter(status=status)
    ordered = found.order_by(F("due_on").asc(nulls_last=True), "received_at", "id")
    return list(ordered), Request.objects.filter(status=Status.UNVERIFIED).count()
