"""What happened to a request, a line each: states, counts and names of templates, and nobody's data."""

from __future__ import annotations

from bailee.store.context import Context
from bailee.store.events import RequestEvent
from bailee.store.models import Event, Request


def note_event(context: Context, request: Request, kind: str, **facts: str | int | bool | None) -> None:
    """Write down that ``kind`` has happened. ``facts`` are shown to whoever may see the timeline: no data of anybody's.

    Kinds that begin with ``identity.`` would tell whether a person is known; the public is shown none of them. Programs
    that listen are told of the rest.
    """
    context.emit(RequestEvent(kind, request.reference, request.right, request.status))
    Event(request=request, at=context.now, kind=kind, by_id=context.staff or None, facts=facts).save(force_insert=True)


def list_public_events(request: Request) -> list[Event]:
    """Return what the person may see of the timeline, the oldest first."""
    return list(request.events.exclude(kind__startswith="identity.").order_by("id"))
