"""Restriction: a person's data is stored and no more (Art. 18), from the moment it is asked for until it is lifted.

It takes effect at once, since it can do no harm; the Data Controller may lift it, and it ends when the person was told
before, not otherwise (Art. 18(3)). Tags tell the person's identities again; what they are stands sealed under a key of
its own, so that retention leaves the rows (`staying`), and is destroyed when the request is forgotten.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from bailee.engine.high_water import RESTRICTION, note_on_commit
from bailee.engine.people import search_person
from bailee.engine.plans import NotAllowed
from bailee.engine.systems import Systems
from bailee.jobs.due_items import schedule_due
from bailee.requests import permissions
from bailee.requests.letters import Template
from bailee.requests.letters.outbox import FAILED, QUEUED, SENDING, SENT, TO_PRINT
from bailee.requests.owed_letters import BY_HAND
from bailee.requests.plan_rows import schedule_release
from bailee.requests.recipients import notify_recipients
from bailee.requests.request_content import open_asked, tag_identities
from bailee.requests.request_end import calculate_forget_day, end_request
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import calculate_midnight, locked_request
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.events import LetterFailed, LetterLeft, make_subscription
from bailee.store.models import Due, Message, Outcome, Request, Restriction, Status
from bailee.store.restrictions import StoredOnly, end_restriction, put_restriction, write_page
from bailee.trace import KnownValue

ANNOUNCED, ENDS = "end_announced", "restriction_ends"
"""Events: a letter was written that says when a restriction ends; the person knows it, and it does."""


def restrict_person(context: Context, systems: Systems, request: Request) -> None:
    """Restrict the data of the person who asked, by every identity of theirs. A second time nothing happens."""
    if not context.staff and request.status != Status.OPEN:
        return
    asked = open_asked(context, request).identities
    with search_person(systems, asked, despite="restriction they asked for") as found:
        known = tuple(dict.fromkeys((*(KnownValue(*seed) for seed in found.seeds), *found.persons.known)))
    with locked_request(context, request, permissions.RESTRICT):
        tags = tag_identities(context, sorted({(k.attribute, k.value) for k in known}))
        Restriction.objects.bulk_create(Restriction(request=request, tag=tag, since=context.now) for tag in tags)
        _write_page(context)
        put_restriction(context.store, request.id, StoredOnly(context.now, None, known))
        note_on_commit(context.store, RESTRICTION, request.id, context.now)
        notify_recipients(context, request, tags)
        end_request(context, request, Outcome.DONE)
        send_letter(context, request, "restricted")


def lift_restriction(context: Context, request: Request, reasons: str, ends: date) -> None:
    """Tell the person why their data is used again from the day ``ends`` on; then the restriction ends (Art. 18(3)).

    They must know before: the restriction stands until the letter has left, or staff have told them, and for as long as
    it takes (`note_end_told`). By the Data Controller alone. Raises `NotAllowed` where none stands, the day is not to
    come, or a letter that says so has yet to leave.
    """
    with locked_request(context, request, permissions.LIFT):
        if not Restriction.objects.filter(request=request, lifted_at=None).exists():
            raise NotAllowed("this request has no restriction in force", "nothing need be lifted")
        if ends <= context.today:
            raise NotAllowed("the person must be told before it ends", "name a day to come (Art. 18(3))")
        if not reasons.strip():
            raise NotAllowed("the person must be told why", "say why it ends")
        letters = _list_end_letters(request)
        if letters.filter(state__in=(QUEUED, SENDING, TO_PRINT)).exists():
            raise NotAllowed("the letter that says when it ends has not left yet", "see to it: bailee letters list")
        letters.filter(state=FAILED).update(sealed=None)  # another one says it now
        note_event(context, request, ANNOUNCED, ends=ends.isoformat())
        send_letter(context, request, "restriction_ends", reasons=(reasons,), ends=ends)


def note_end_told(context: Context, request: Request) -> None:
    """Let the restriction of ``request`` end on the day that its person knows of now, in the caller's transaction.

    Never on a day that has begun: they know of it before. Nothing happens where it ends already.
    """
    about = Request.objects.select_for_update().get(id=request.merged_into_id or request.id)
    standing = Restriction.objects.filter(request=about, lifted_at=None)
    announced = about.events.filter(kind__in=(ANNOUNCED, ENDS)).order_by("id").last()
    if announced is None or not standing.exists():
        return
    ends = max(date.fromisoformat(announced.facts["ends"]), context.today + timedelta(days=1))
    at, tags = context.begin_of(ends), list(standing.values_list("tag", flat=True))
    standing.update(lifted_at=at)
    _set_end(context, about, at)
    schedule_release(tags, at)
    about.forget_on = max(calculate_forget_day(context), ends)
    about.save(update_fields=["forget_on"])
    schedule_due("forget", about.id, at=calculate_midnight(about.forget_on))
    note_event(context, about, ENDS, ends=ends.isoformat())


def end_announced_restriction(context: Context, left: LetterLeft) -> None:
    """Let a restriction end of which the letter that says so has left."""
    if left.template == Template.RESTRICTION_ENDS:
        note_end_told(context, Request.objects.get(id=left.request_id))


def keep_unannounced_restriction(context: Context, failed: LetterFailed) -> None:
    """Let a restriction stand of whose end nobody was told: the letter was given up, or came back.

    Also where its day is past: what is left of the data is stored and no more. Nothing happens where another letter has
    arrived, or staff have told the person.
    """
    if failed.template != Template.RESTRICTION_ENDS:
        return
    request = Request.objects.get(id=failed.request_id)
    about = Request.objects.select_for_update().get(id=request.merged_into_id or request.id)
    ended = Restriction.objects.filter(request=about).exclude(lifted_at=None)
    announced = about.events.filter(kind__in=(ANNOUNCED, ENDS)).order_by("id").values_list("id", flat=True).last() or 0
    by_hand = about.events.filter(kind=BY_HAND, id__gt=announced).exists()
    if not ended.exists() or by_hand or _list_end_letters(about).filter(state=SENT).exists():
        return
    ended.update(lifted_at=None)
    _set_end(context, about, None)
    about.forget_on = None
    about.save(update_fields=["forget_on"])
    Due.objects.filter(kind="forget", about=about.id, done_at=None).update(done_at=context.now)
    note_event(context, about, "restriction_stays")


def _list_end_letters(request: Request) -> QuerySet[Message]:
    """Return the letters that say when the restriction of ``request`` ends, wherever its person has asked."""
    about = Q(request=request) | Q(request__merged_into=request)
    return Message.objects.filter(about, template=Template.RESTRICTION_ENDS)


def _set_end(context: Context, request: Request, at: datetime | None) -> None:
    """Write down wherever it is looked when the restriction of ``request`` ends, ``None``: it stands."""
    _write_page(context)
    end_restriction(context.store, request.id, at)
    note_on_commit(context.store, RESTRICTION, request.id, context.now)


def _write_page(context: Context) -> None:
    """Write down whose data is restricted where commands look that open no books, in the caller's transaction."""
    standing = Restriction.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=context.now))
    ends: dict[str, datetime | None] = {}
    for tag, until in standing.values_list("tag", "lifted_at"):
        known = ends.get(tag, until)
        ends[tag] = None if until is None or known is None else max(until, known)
    write_page(context.store, ends)


HEARS = (
    make_subscription(LetterLeft, end_announced_restriction),
    make_subscription(LetterFailed, keep_unannounced_restriction),
)
