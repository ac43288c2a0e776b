"""The clock of a request: the day on which it must be answered, and what moves that day.

`bailee.clock` knows the law; here the dates of a request are given to it, and `due_on` is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from django.db import transaction
from django.db.models import Q

from bailee import clock
from bailee.clock import Acknowledgement, Answer, ClockError, Received, acknowledge_by, answer_by
from bailee.engine.plans import NotAllowed
from bailee.jobs.due import later
from bailee.requests.letters.facts import ACKNOWLEDGES, ASKS_WHO, Template
from bailee.requests.owed import ANSWERS, has_no_answer
from bailee.requests.roles import Act
from bailee.requests.saying import say
from bailee.requests.states import STATUTORY, turn
from bailee.requests.timeline import tell
from bailee.store.events import LetterFailed, LetterLeft, NoAddress, on
from bailee.store.models import Event, Pause, Request, Right, Status
from bailee.store.office import Office

_RIGHTS = {
    Right.COPY: clock.Right.ACCESS,
    Right.CORRECT: clock.Right.RECTIFICATION,
    Right.ERASE: clock.Right.ERASURE,
    Right.RESTRICT: clock.Right.RESTRICTION,
    Right.PORTABILITY: clock.Right.PORTABILITY,
    Right.OBJECT: clock.Right.OBJECTION,
}

_DIVISIONS = {"uk": "england-and-wales", "eu": "eu"}
"""Where a request names no division."""

_MOVES_THE_DAY = frozenset({Template.CLARIFY, Template.EXTEND})

_ANSWERED = frozenset({Status.HELD, Status.CLOSED})
"""The answer of Art. 12(3) was given: what comes later is promised in it. One that reached nobody is none."""


def answer_of(request: Request, pauses: Sequence[Pause] | None = None) -> Answer | Acknowledgement | None:
    """Return by when ``request`` must be answered and why, or a complaint acknowledged.

    ``None`` for a question, for which the law sets no day, and while identity that was asked for is not shown: the
    clock has not started (DPA 2018 s. 54(3)). ``pauses``: what `pauses_of` returned just now; ``None`` has them read.
    Raises `ClockError`.
    """
    return _answer_of(request, pauses, is_asked=request.identity_asked_on is not None)


def _answer_of(
    request: Request, pauses: Sequence[Pause] | None = None, *, is_asked: bool
) -> Answer | Acknowledgement | None:
    """Return what `answer_of` does where the person was or was not asked who they are."""
    right, division = Right(request.right), request.division or _DIVISIONS[request.regime]
    if right is Right.COMPLAINT and request.regime == "uk":  # DPA 2018 s. 164A; the EU sets no day
        return acknowledge_by(request.received_on, division)
    if right not in STATUTORY or (is_asked and request.identified_on is None):
        return None
    stood = pauses_of(request) if pauses is None else pauses
    return answer_by(
        Received(
            request.received_on,
            _RIGHTS[right],
            request.identified_on if is_asked else None,
            request.fee_paid_on,
            tuple(clock.Pause(p.asked_on, p.answered_on) for p in stood),
            extended=request.extended_on is not None,
            regime="uk" if request.regime == "uk" else "eu",
            division=division,
        )
    )


def pauses_of(request: Request) -> list[Pause]:
    """Return when the clock of ``request`` stood, the oldest first."""
    return list(request.pauses.order_by("asked_on"))


RUNS = ~Q(status=Status.UNVERIFIED) | Q(identity_asked_on=None)
"""Of which requests the day that is written down counts: of one whose person was asked who they are it is a guess."""


def renew(_office: Office, request: Request) -> None:
    """Write down the day on which ``request`` is due as things stand now, ``None`` where none is.

    Of one that is unverified it is the day at worst: counted from receipt, whether identity was asked for or not. A
    letter that a server took can still be lost, and then the time has run all along. So it does where an answer was
    written and has reached nobody. Raises `ClockError`.
    """
    request.due_on = _due_on(request)
    request.save(update_fields=["due_on"])


def identity_asked(office: Office, request_id: str, *, by: str) -> None:
    """Note that a letter has left which asks who they are: from now on the clock waits for that (DPA 2018 s. 54(3)).

    A mail server has taken it, or it is in the post. In a request that is identified, or was asked before, nothing
    changes. ``by``: the letter's name. The acknowledgement asks everybody, but not of a copy: that may go to an address
    on file without a question (Art. 12(6)), so the letter with the code alone asks there.
    """
    asks = Request.objects.filter(id=request_id, status=Status.UNVERIFIED, right__in=STATUTORY)
    if by == "acknowledge":
        asks = asks.exclude(right__in=(Right.COPY, Right.PORTABILITY))
    asks.filter(identity_asked_on=None).update(identity_asked_on=office.today)


def not_acknowledged(office: Office, request_id: str) -> None:
    """Note that the letter which acknowledges a request has reached nobody: of a complaint the day for that stands."""
    with transaction.atomic():
        request = Request.objects.select_for_update().filter(id=request_id).exclude(acknowledged_on=None).first()
        if request is None:
            return
        request.acknowledged_on = None
        request.save(update_fields=["acknowledged_on"])
        if request.status != Status.CLOSED:
            renew(office, request)


def not_told(office: Office, request: Request, template: str, written_on: date) -> None:
    """Note that the letter ``template``, written on that day, has reached nobody, so that its effects are none.

    Where it was the answer, the day for that is back. A question that the person does not know of stops no clock, and
    time that they were not told of is not taken (Art. 12(3)).
    """
    if template == Template.CLARIFY:
        _take_back_question(office, request, written_on)
    elif template == Template.EXTEND and request.extended_on is not None:
        request.extended_on = None
        request.save(update_fields=["extended_on"])
        renew(office, request)
    elif template in ANSWERS and request.status in _ANSWERED:
        renew(office, request)


def _take_back_question(office: Office, request: Request, asked_on: date) -> None:
    question = request.pauses.filter(answered_on=None).first()
    if question is None:
        return
    if question.asked_on < asked_on:  # it went on from one that was answered on that day
        question.answered_on = asked_on
        question.save(update_fields=["answered_on"])
    else:
        question.delete()
    renew(office, request)


def told_now(office: Office, request: Request, template: str) -> None:
    """Note that the person knows since today what the letter ``template`` says, which had reached nobody.

    The clock stops for a question from today on. The time is longer if the first month is not over. Raises
    `ClockError`.
    """
    answer = None if request.status == Status.CLOSED else answer_of(request)
    if not isinstance(answer, Answer):
        return
    today = office.today
    has_question = request.pauses.filter(answered_on=None).exists()
    if template == Template.CLARIFY and not has_question and (answer.due is None or today <= answer.due):
        Pause.objects.create(request=request, asked_on=today)
        renew(office, request)
        tell(office, request, "asked", clock_stops=request.due_on is None)
    in_time = request.extended_on is None and answer.notice_by is not None and today <= answer.notice_by
    if template == Template.EXTEND and in_time:
        request.extended_on = today
        request.save(update_fields=["extended_on"])
        renew(office, request)
        tell(office, request, "extended", due=str(request.due_on or ""))


def _due_on(request: Request) -> date | None:
    if request.status == Status.UNVERIFIED and request.right in STATUTORY:
        answer = _answer_of(request, is_asked=False)
        return answer.due if isinstance(answer, Answer) else None
    answer = answer_of(request)
    if isinstance(answer, Acknowledgement):  # an outcome that the person was not told of is none
        return None if request.acknowledged_on else answer.target
    is_answered = request.status in _ANSWERED and not has_no_answer(request)
    return answer.due if answer and not is_answered else None


def acknowledged(office: Office, request: Request) -> None:
    """Note that the person knows that we have their request; a second time nothing happens."""
    if request.acknowledged_on is None:
        request.acknowledged_on = office.today
        request.save(update_fields=["acknowledged_on"])
        tell(office, request, "acknowledged")
    renew(office, request)


def ask(office: Office, request: Request, words: str) -> None:
    """Ask the person what the request is about. For a copy the clock stops until it is answered (DPA 2018 s. 54(3C)).

    A question on the day on which the one before was answered goes on from that one. Raises `NotAllowed` where one is
    still open, or the last day is past: that would stop no clock.
    """
    if not words.strip():
        raise NotAllowed("nothing is asked", "say what you need to know")
    with turn(office, request, Act.ASK):
        last = request.pauses.order_by("asked_on").last()
        if last is not None and last.answered_on is None:
            raise NotAllowed(f"a question of {last.asked_on} is still open", "wait for its answer, or note it")
        if last is not None and last.answered_on == office.today:
            last.answered_on = None
            last.save(update_fields=["answered_on"])
        else:
            _refuse_late(request, office)
            Pause.objects.create(request=request, asked_on=office.today)
        renew(office, request)
        stops = request.due_on is None
        if say(office, request, "clarify", asks=(words,), clock_stops=stops):
            tell(office, request, "asked", clock_stops=stops)


def _refuse_late(request: Request, office: Office) -> None:
    answer = answer_of(request)
    if isinstance(answer, Answer) and answer.due is not None and office.today > answer.due:
        raise NotAllowed(f"the last day was {answer.due}: a question stops no clock any more", "answer the request")


def answered(office: Office, request: Request) -> None:
    """Note that the person has said what is meant: the clock goes on. Raises `NotAllowed` where nothing was asked."""
    with turn(office, request, Act.ANSWERED):
        open_ = request.pauses.filter(answered_on=None).first()
        if open_ is None:
            raise NotAllowed("no question is open", "nothing need be done")
        open_.answered_on = office.today
        open_.save(update_fields=["answered_on"])
        renew(office, request)
        later("plan", request.id, at=office.now)  # what waited for the answer
        tell(office, request, "answered", due=str(request.due_on or ""))


def extend(
    office: Office, request: Request, reason: str, *, ground: Literal["complexity", "number"] = "complexity"
) -> None:
    """Take up to three months from the start, and tell the person why (Art. 12(3)).

    ``ground``: the complexity or the number of requests, which is kept; the ``reason`` stands in the letter alone.

    Raises `NotAllowed` without a reason, a second time, while the clock stands, and after the first month.
    """
    if not reason.strip():
        raise NotAllowed("an extension needs a reason", "say why the request is complex, or that there are many")
    with turn(office, request, Act.EXTEND):
        if request.extended_on is not None:
            raise NotAllowed(f"the time was extended on {request.extended_on}", "it can be extended once")
        answer = answer_of(request)
        if not isinstance(answer, Answer) or answer.notice_by is None:
            raise NotAllowed("the clock does not run", "extend the time when it does")
        if office.today > answer.notice_by:
            hint = "answer now: the person had to be told within the first month (Art. 12(3))"
            raise NotAllowed(f"the last day to tell the person was {answer.notice_by}", hint)
        request.extended_on, request.extension_reason = office.today, ground
        request.save(update_fields=["extended_on", "extension_reason"])
        renew(office, request)
        if say(office, request, "extend", reasons=(reason,)):
            tell(office, request, "extended", due=str(request.due_on or ""))


# --- letters that left, or did not ----------------------------------------------------------------------------


def letter_left(office: Office, left: LetterLeft) -> None:
    """Note what a letter has set going, now that a mail server has it, or the post."""
    if left.template in ASKS_WHO:
        identity_asked(office, left.request_id, by=left.template)
    failed_before = Request.objects.filter(id=left.request_id, status__in=_ANSWERED, due_on__isnull=False).first()
    if left.template in ANSWERS and failed_before is not None:
        renew(office, failed_before)  # it was sent once more: it is told now
    if left.template in _MOVES_THE_DAY and _was_lost(left):
        told_now(office, Request.objects.get(id=left.request_id), left.template)


def _was_lost(left: LetterLeft) -> bool:
    """Whether the letter that left had reached nobody before, and nothing of its kind was written since."""
    events = Event.objects.filter(request=left.request_id).order_by("-id")
    lost = events.filter(kind="letter_failed", facts__letter=left.template).first()
    return lost is not None and not events.filter(kind__in=("asked", "answered", "extended"), id__gt=lost.id).exists()


def letter_failed(office: Office, failed: LetterFailed) -> None:
    """Put on the request's timeline that a letter did not reach the person: somebody has to see to it.

    That a code was to go out is nobody's business but the staff's: it would tell that the person is known.
    """
    if failed.template in ACKNOWLEDGES:
        not_acknowledged(office, failed.request_id)
    kind = "identity.letter_failed" if failed.template == Template.IDENTITY else "letter_failed"
    request = Request.objects.get(id=failed.request_id)
    tell(office, request, kind, letter=failed.template, message=failed.message_id, why=failed.problem)
    not_told(office, request, failed.template, failed.written_on)


def no_address(office: Office, event: NoAddress) -> None:
    """Give a request its day back of which the answer had no address."""
    not_told(office, event.request, event.template, office.today)


HEARS = (on(LetterLeft, letter_left), on(LetterFailed, letter_failed), on(NoAddress, no_address))

__all__ = [
    "HEARS", "RUNS", "ClockError", "acknowledged", "answer_of", "answered", "ask", "extend", "identity_asked",
    "not_acknowledged", "not_told", "renew", "told_now",
]  # fmt: skip
