"""A request as its person sees it: what was found, what stays and why, letters, what can be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bailee.plan import PlanDocument, Result, SystemPlan, choose_result
from bailee.requests.codes import AUTHORITY, ON_FILE, VISIT
from bailee.requests.letters import CODES
from bailee.requests.letters.outbox import FAILED, QUEUED, SENDING, TOLD, open_letter
from bailee.requests.plan_rows import find_newest_plan, read_document
from bailee.requests.refusals import GROUNDS, Ground
from bailee.requests.timeline import list_public_events
from bailee.store.context import Context
from bailee.store.models import Event, Parcel, PlanState, Receipt, Request
from bailee.vault import InvalidVaultSealError

_DONE = frozenset({"erased", "anonymised", "left", "unlinked", "corrected", "objected"})


@dataclass(frozen=True, slots=True)
class Stays:
    """Rows that are kept: how many of ``what``, in which ``system``, by which ``law``, until which day if known."""

    count: int
    what: str
    system: str
    law: str
    until: date | None


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter in full. ``text`` is empty where its words are destroyed, or hold a code.

    ``missed``: whether it has not reached the person: it was refused, or it came back. ``is_told``: staff have told
    them since what it says.
    """

    at: datetime
    template: str
    subject: str
    text: str
    missed: bool = False
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """``events``: kind -> the last of that kind. ``approved_at``, ``acts_at``: of the plan, if it was approved.

    ``rows``: how many rows a plan is about, ``None`` without one; ``systems``: in how many systems they are.
    ``result``: what the plan comes to; ``None`` without one. ``is_without_code``: it goes to the address on file.
    ``identified_by``: the method of the first proof by which the person showed who they are; empty where there is none,
    or it was deleted. ``fetched_at``: when the person downloaded a copy first; what staff fetch does not count.
    """

    events: dict[str, Event]
    rows: int | None
    systems: int
    approved_at: datetime | None
    acts_at: datetime | None
    stays: tuple[Stays, ...]
    letters: tuple[SentLetter, ...]
    parcels: tuple[Parcel, ...]
    receipts: tuple[Receipt, ...]
    ground: Ground | None
    result: Result | None = None
    is_without_code: bool = False
    is_identified: bool = False
    identified_by: str = ""
    fetched_at: datetime | None = None


def course_of(context: Context, request: Request) -> Course:
    """Return all that the person of ``request`` may see of its course. Raises `PlanError` of a damaged plan."""
    told = list_public_events(request)
    events = {event.kind: event for event in told}
    row = find_newest_plan(request)
    plan = read_document(row) if row is not None and row.state != PlanState.CANCELLED else None
    approval = getattr(row, "approval", None) if row is not None else None
    is_valid = approval is not None and approval.cancelled_at is None
    refused = events.get("refused")
    return Course(
        events=events,
        rows=sum(_done(plan)) if plan else None,
        systems=sum(any(step.count and step.fate in _DONE for step in system.steps) for system in plan.systems)
        if plan
        else 0,
        approved_at=approval.at if approval is not None and is_valid else None,
        acts_at=approval.acts_at if approval is not None and is_valid else None,
        stays=tuple(stays_of(plan)) if plan else (),
        letters=tuple(letters_of(context, request)),
        parcels=tuple(request.parcels.order_by("made_at", "id")),
        receipts=tuple(request.receipts.exclude(sealed=None).order_by("issued_at", "id")),
        ground=GROUNDS.get(str(refused.facts.get("grounds"))) if refused else None,
        result=choose_result(plan) if plan else None,
        is_without_code=request.proofs.filter(method=ON_FILE, failed_at=None).exists(),
        is_identified=request.identified_on is not None,
        identified_by=_identified_by(request),
        fetched_at=next((event.at for event in told if event.kind == "fetched" and event.by_id is None), None),
    )


def _identified_by(request: Request) -> str:
    proven = request.proofs.filter(proven_at__isnull=False).exclude(method__in=(VISIT, ON_FILE, AUTHORITY))
    return proven.order_by("proven_at", "id").values_list("method", flat=True).first() or ""


def _done(plan: PlanDocument) -> Iterator[int]:
    for system in plan.systems:
        yield from _done_in(system)


def _done_in(system: SystemPlan) -> Iterator[int]:
    yield from (step.count for step in system.steps if step.fate in _DONE)


def stays_of(plan: PlanDocument) -> Iterator[Stays]:
    """Yield what holds keep of a plan."""
    for system in plan.systems:
        for step in system.steps:
            count = step.count if step.fate == "kept" else step.withheld
            if count:
                for law in step.laws:
                    until = date.fromisoformat(law.until) if law.until else None
                    yield Stays(count, step.collection.replace("_", " "), system.title, law.law, until)


def letters_of(context: Context, request: Request) -> Iterator[SentLetter]:
    """Yield the letters about ``request``, the oldest first; of codes, that they were sent is told to nobody."""
    failed_once = set(request.events.filter(kind="letter_failed").values_list("facts__message", flat=True))
    for message in request.messages.exclude(template__in=CODES).order_by("made_at", "id"):
        subject = text = ""
        if message.sealed is not None:
            try:
                letter = open_letter(context, message).letter
                subject, text = letter.subject, letter.text
            except InvalidVaultSealError:  # the request was forgotten meanwhile
                pass
        is_under_way = message.state in {QUEUED, SENDING} and message.id in failed_once  # it is sent once more
        missed = message.state in {FAILED, TOLD} or is_under_way
        yield SentLetter(message.made_at, message.template, subject, text, missed, message.state == TOLD)
