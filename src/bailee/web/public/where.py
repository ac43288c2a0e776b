"""Where a request is, in words: the heading of its page, and the steps from the question to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bailee.plan import Result
from bailee.requests.codes import CALL_BACK, CODE, LETTER, LINK
from bailee.requests.rights import PLANNED, STATUTORY
from bailee.store.context import Context
from bailee.store.models import Outcome, Request, Right, Status
from bailee.views.public_request import Course
from bailee.web.pages.template_tags import long_day, long_moment

State = Literal["done", "now", "todo"]


@dataclass(frozen=True, slots=True)
class Headline:
    """``says``, and then a ``day`` whose words stay together; its year is told where it is not ``year``."""

    says: str
    on: date | None
    year: int

    @property
    def day(self) -> str:
        """The day in words, as ``Monday 21 December``."""
        if self.on is None:
            return ""
        return formats.date_format(self.on, "l j F" if self.on.year == self.year else "j F Y")


def write_headline(context: Context, request: Request, course: Course, *, is_open: bool) -> Headline:
    """Return what the page says first."""
    says: str
    on: date | None = request.due_on
    if request.status == Status.CLOSED:
        says, on = _describe_end(context, request, course), None
    elif request.status == Status.HELD:
        on = request.held_until
        says = _("It is done, but for what we must keep until") if on else _("It is done, but for what the law keeps")
    elif request.status == Status.UNVERIFIED:
        says, on = _("We still have to see that you may ask for this"), None
    elif on is None:
        says = _("The clock is paused until you answer us") if is_open else _("We have it, and a person answers")
    elif context.today > on:
        says = _("We are late: we should have answered by")
    elif request.right == Right.COMPLAINT:
        says = _("We must tell you that we have it by")
    else:
        says = _("We must answer by")
    return Headline(says, on, context.today.year)


def _describe_end(context: Context, request: Request, course: Course) -> str:
    waits = any(parcel.gone_at is None and parcel.expires_at > context.now for parcel in course.parcels)
    if waits and course.fetched_at is None:
        return _("What you asked for is ready")
    if request.outcome == Outcome.PARTLY and course.result in {Result.TO_CONFIRM, Result.REFUSED}:
        return _("We have answered: nothing was done, and we say why")
    return {
        str(Outcome.DONE): _("It is answered") if request.right not in STATUTORY else _("It is done"),
        str(Outcome.PARTLY): _("It is done in part"),
        str(Outcome.REFUSED): _("We have refused it, and say why"),
        str(Outcome.WITHDRAWN): _("You have taken it back"),
        str(Outcome.EXPIRED): _("It has run out, as nobody showed who they are"),
        str(Outcome.MERGED): _("You had asked for this before"),
    }[request.outcome]


def list_exceptions(request: Request) -> str:
    """Return by which exceptions of the law something stays though its erasure was asked for (Art. 17(3))."""
    if request.right != Right.ERASE:
        return ""
    law = {"law": "UK GDPR" if request.regime == "uk" else "GDPR"}
    says = _(
        "The right to erasure does not reach what a law obliges us to keep (%(law)s, Art. 17(3)(b)), nor what a legal "
        "claim needs (Art. 17(3)(e))."
    )
    return says % law


@dataclass(frozen=True, slots=True)
class CourseStep:
    """``says`` what happens, ``more`` about it, ``on`` which day. ``state``: done, now, or to come."""

    says: str
    more: str
    on: date | datetime | None
    state: State

    @property
    def symbol(self) -> str:
        """The shape that says so."""
        return f"s-{self.state}"


_Told = tuple[str, str, "date | datetime | None"]


def list_steps(request: Request, course: Course) -> list[CourseStep]:
    """Return the steps; of a request that ended otherwise, those that were taken, and how it ended."""
    told = list(_make_steps(request, course))
    at = _find_reached(request, course)
    if request.status == Status.CLOSED and request.outcome not in {Outcome.DONE, Outcome.PARTLY}:
        taken = [CourseStep(*one, state="done") for one in told[: 2 if request.identified_on else 1]]
        return [*taken, CourseStep(_describe_proof(request), "", request.closed_at, "done")]
    is_planned = request.right in PLANNED
    if request.status == Status.CLOSED and is_planned and "acted" not in course.events:
        taken = [CourseStep(*one, state="done") for one in told[:2]]  # no plan was carried out, nor looked at again
        return [
            *taken,
            CourseStep(_("We answered it"), _("Our letter below says what was done."), request.closed_at, "done"),
        ]
    states: list[State] = ["done" if n < at else "now" if n == at else "todo" for n in range(len(told))]
    return [CourseStep(*one, state=state) for one, state in zip(told, states, strict=True)]


def _describe_proof(request: Request) -> str:
    return {
        str(Outcome.REFUSED): _("We refused it"),
        str(Outcome.WITHDRAWN): _("You took it back"),
        str(Outcome.EXPIRED): _("It ran out"),
        str(Outcome.MERGED): _("It goes on with what you had asked before"),
    }[request.outcome]


def _find_reached(request: Request, course: Course) -> int:
    """Return which step is under way; one past the last where all are done."""
    last = len(list(_make_steps(request, course)))
    if request.status == Status.CLOSED:
        return last - 1 if course.parcels and course.fetched_at is None else last
    if request.right == Right.COMPLAINT:
        return 2 if request.acknowledged_on else 1
    if request.right == Right.QUESTION:
        return 1
    order = {
        Status.UNVERIFIED: 1,
        Status.OPEN: 2,
        Status.PLANNED: 3,
        Status.APPROVED: 4,
        Status.ACTING: 4,
        Status.SETTLING: 4,
        Status.HELD: 6,
    }
    return min(order[Status(request.status)], last - 1)


def _make_steps(request: Request, course: Course) -> Iterator[_Told]:
    wrote = _("We wrote to you straight away.") if request.acknowledged_on == request.received_on else ""
    yield _("You asked"), wrote, request.received_on
    if request.right == Right.QUESTION:
        yield _("A person reads it"), "", None
        yield _("You have the answer"), "", request.closed_at
        return
    if request.right == Right.COMPLAINT:
        yield _("We tell you that we have it"), "", request.acknowledged_on
        yield _("We look into it"), _("We tell you how far we are, if it takes time."), _find_moment(course, "progress")
        yield _("You have the outcome"), "", request.closed_at
        return
    if course.is_without_code:
        by_link = _("By a link to the address that we have on file. We ask for no code (Art. 12(6)).")
        yield _("We make sure that it reaches you"), by_link, request.identified_on
    else:
        yield _("We make sure that it is you"), _describe_means(course), request.identified_on
    match request.right:
        case Right.COPY | Right.PORTABILITY:
            yield (
                _("We put it together"),
                _("From the records where we know that personal data is."),
                _find_moment(course, "packed"),
            )
            until = _("Here, for 30 days, or for 24 hours after you have downloaded it. Then it is destroyed.")
            yield _("You fetch it"), until, course.fetched_at
        case Right.RESTRICT:
            yield _("A person looks at your reason"), "", None
            yield _("It is frozen"), _("We keep it, and use it for nothing else."), request.closed_at
        case Right.OBJECT:
            yield _("Your address is blocked"), _("At once, whatever list comes back."), request.identified_on
            yield _("Our systems forget it for marketing"), "", request.closed_at
        case _:
            yield from _describe_plan(request, course)


_BY_WHAT = {
    CODE: gettext_lazy("By a code to an address that we had before."),
    LINK: gettext_lazy("By a link to an address that we had before."),
    LETTER: gettext_lazy("By a code in a letter to an address that we had before."),
    CALL_BACK: gettext_lazy("By a call to a number that we had before."),
    "in person": gettext_lazy("You showed it to us in person."),
    "document": gettext_lazy("By a document that you showed to us."),
    "known": gettext_lazy("You are known to us."),
}
"""The method by which a person has shown who they are -> what they read of it."""


def _describe_means(course: Course) -> str:
    """Return by what the person has shown who they are; before that, by what most do: it tells nobody what is found."""
    if not course.is_identified:
        return str(_BY_WHAT[CODE])
    return str(_BY_WHAT.get(course.identified_by, ""))


_FOUND = {
    Result.REFUSED: gettext_lazy("Other people’s records point to yours. A person decides how to go on."),  # noqa: RUF001
    Result.TO_CONFIRM: gettext_lazy("Some records may be yours. A person looks at them."),
    Result.NOBODY: gettext_lazy("We have found nothing under what you gave us."),
}
"""What a plan that does nothing comes to -> what its person reads."""


def _describe_plan(request: Request, course: Course) -> Iterator[_Told]:
    found = ""
    if course.rows is not None:
        found = ngettext("%(rows)d record", "%(rows)d records", course.rows) % {"rows": course.rows}
        found = ngettext(
            "%(found)s in %(systems)d system.", "%(found)s in %(systems)d systems.", course.systems
        ) % {"found": found, "systems": course.systems}  # fmt: skip
    found = str(_FOUND.get(course.result, found)) if course.result is not None else found
    yield _("We find what is yours"), found, _find_moment(course, "planned")
    alone = _("Nobody here can change anything alone. This mostly takes a day.")
    yield _("A second person checks the plan"), alone, course.approved_at
    waits = ""
    if request.status == Status.APPROVED and course.acts_at is not None:
        waits = _("It can still be stopped until %(moment)s.") % {"moment": long_moment(course.acts_at)}
    if request.right == Right.ERASE:
        yield _("We erase, then look at the same records again"), waits, _find_moment(course, "acted")
    else:
        yield _("We correct it, then look at the same records again"), waits, _find_moment(course, "acted")
    yield _("You get a receipt that anybody can verify"), "", next((r.issued_at for r in course.receipts), None)
    if request.status == Status.HELD:
        until = ""
        if request.held_until is not None:
            until = _("From %(day)s the rest goes by itself.") % {"day": long_day(request.held_until)}
        yield _("What a law makes us keep goes when its time is over"), until, None


def _find_moment(course: Course, kind: str) -> datetime | None:
    event = course.events.get(kind)
    return event.at if event is not None else None
