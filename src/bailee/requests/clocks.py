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
from bailee.clock import Acknowledgement, AnswerBy, ClockError, Received, acknowledge_by, answer_by
from bailee.engine.plans import NotAllowed
from bailee.jobs.due_items import schedule_due
from bailee.requests import codes, permissions
from bailee.requests.letters.facts import ACKNOWLEDGES, ASKS_WHO, Template
from bailee.requests.letters.outbox import QUEUED, SENDING, SENT
from bailee.requests.owed_letters import ANSWERS, UNREACHABLE, has_no_answer
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import locked_request
from bailee.requests.rights import PARCELS, STATUTORY, find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.events import LetterFailed, LetterLeft, NoAddress, make_subscription
from bailee.store.models import Event, Message, Pause, Request, Status

_DIVISIONS = {"uk": "england-and-wales", "eu": "eu"}
"""Where a request names no division."""

_MOVES_THE_DAY = frozenset({Template.CLARIFY, Template.EXTEND})

EXTENSION_TOO_LATE = "extension_too_late"
"""Event: the letter that says that it takes longer left when the first month was over, so the time is not longer.

`untold_extensions` finds that, by a clock that is right.
"""

_ANSWERED = frozenset({Status.HELD, Status.CLOSED})
"""The answer of Art. 12(3) was given: what comes later is promised in it. One that reached nobody is none."""


def calculate_answer(request: Request, pauses: Sequence[Pause] | None = None) -> AnswerBy | Acknowledgement | None:
    """Return by when ``request`` must be answered and why, or a complaint acknowledged.

    ``None`` for a question, for which the law sets no day, and while identity that was asked for is not shown: the
    clock has not started (DPA 2018 s. 54(3)). ``pauses``: what `list_pauses` returned just now; ``None`` has them read.
    Raises `ClockError`.
    """
    return _calculate_answer(request, pauses, is_asked=request.identity_asked_on is not None)


def _calculate_answer(
    request: Request, pauses: Sequence[Pause] | None = None, *, is_asked: bool
) -> AnswerBy | Acknowledgement | None:
    """Return what `calculate_answer` does where the person was or was not asked who they are."""
    rules, division = find_rules(request.right), request.division or _DIVISIONS[request.regime]
    if rules.is_acknowledged_by_law and request.regime == "uk":  # the EU sets no day
        return acknowledge_by(request.received_on, division)
    if rules.clock is None or (is_asked and request.identified_on is None):
        return None
    stood = list_pauses(request) if pauses is None else pauses
    return answer_by(
        Received(
            request.received_on,
            rules.clock,
            request.identified_on if is_asked else None,
            request.fee_paid_on,
            tuple(clock.ClockPause(p.asked_on, p.answered_on) for p in stood),
            extended=request.extended_on is not None,
            regime="uk" if request.regime == "uk" else "eu",
            division=division,
        )
    )


def list_pauses(request: Request) -> list[Pause]:
    """Return when the clock of ``request`` stood, the oldest first."""
    return list(request.pauses.order_by("asked_on"))


RUNS = ~Q(status=Status.UNVERIFIED) | Q(identity_asked_on=None)
"""Of which requests the day that is written down counts: of one whose person was asked who they are it is a guess."""


def renew_due_day(_context: Context, request: Request) -> None:
    """Write down the day on which ``request`` is due as things stand now, ``None`` where none is.

    Of one that is unverified it is the day at worst: counted from receipt, whether identity was asked for or not. A
    letter that a server took can still be lost, and then the time has run all along. So it does where an answer was
    written and has reached nobody. Raises `ClockError`.
    """
    request.due_on = _calculate_due_day(request)
    request.save(update_fields=["due_on"])


def note_identity_asked(context: Context, request_id: str, *, by: str) -> None:
    """Note that a letter has left which asks who they are: from now on the clock waits for that (DPA 2018 s. 54(3)).

    A mail server has taken it, or it is in the post. In a request that is identified, or was asked before, nothing
    changes. ``by``: the letter's name. The acknowledgement asks everybody, but not of a copy: that may go to an address
    on file without a question (Art. 12(6)), so the letter with the code alone asks there. Where it comes back it has
    asked nothing (`note_identity_not_asked`).
    """
    asks = Request.objects.filter(id=request_id, status=Status.UNVERIFIED, right__in=STATUTORY)
    if by == "acknowledge":
        asks = asks.exclude(right__in=PARCELS)
    asks.filter(identity_asked_on=None).update(identity_asked_on=context.today)


def note_identity_not_asked(context: Context, request: Request) -> None:
    """Note that a letter about ``request`` which asks who they are has reached nobody: it has asked nothing.

    Then the clock waits since the first day on which another such letter has left that arrived, before the person had
    shown who they are; without one it runs from receipt. Nothing changes where the person has shown a code out of a
    letter: they were asked. The clock of a request that was merged into another, and came first, is the other's.
    """
    about = Request.objects.select_for_update().get(id=request.merged_into_id or request.id)
    twin = Request.objects.filter(merged_into=about, received_at=about.received_at).first()  # whose clock it has
    if about.identity_asked_on is None or (twin or about).id != request.id:
        return
    if request.proofs.filter(method__in=codes.BY_LETTER, proven_at__isnull=False).exists():
        return
    asks = {Template.IDENTITY} if request.right in PARCELS else ASKS_WHO
    arrived = request.messages.filter(template__in=asks, state=SENT, sent_at__isnull=False)
    shown = request.events.filter(kind__in=("verified", "identity.link_used")).order_by("id").first()
    if shown is not None:
        arrived = arrived.filter(sent_at__lte=shown.at)
    first = arrived.order_by("sent_at").values_list("sent_at", flat=True).first()
    about.identity_asked_on = request.identity_asked_on = context.day_of(first) if first else None
    about.save(update_fields=["identity_asked_on"])
    Request.objects.filter(id=request.id).update(identity_asked_on=about.identity_asked_on)
    _renew_without_questions_too_late(context, about)


def note_not_acknowledged(context: Context, request_id: str) -> None:
    """Note that the letter which acknowledges a request has reached nobody: of a complaint the day for that stands."""
    with transaction.atomic():
        request = Request.objects.select_for_update().filter(id=request_id).exclude(acknowledged_on=None).first()
        if request is None:
            return
        request.acknowledged_on = None
        request.save(update_fields=["acknowledged_on"])
        if request.status != Status.CLOSED:
            renew_due_day(context, request)


def _calculate_due_day(request: Request) -> date | None:
    if request.status == Status.UNVERIFIED and request.right in STATUTORY:
        answer = _calculate_answer(request, is_asked=False)
        return answer.due if isinstance(answer, AnswerBy) else None
    answer = calculate_answer(request)
    if isinstance(answer, Acknowledgement):  # an outcome that the person was not told of is none
        return None if request.acknowledged_on else answer.target
    is_answered = request.status in _ANSWERED and not has_no_answer(request)
    return answer.due if answer and not is_answered else None


def note_acknowledged(context: Context, request: Request) -> None:
    """Note that the person knows that we have their request; a second time nothing happens."""
    if request.acknowledged_on is None:
        request.acknowledged_on = context.today
        request.save(update_fields=["acknowledged_on"])
        note_event(context, request, "acknowledged")
    renew_due_day(context, request)


def ask_clarification(context: Context, request: Request, words: str) -> None:
    """Ask the person what the request is about. For a copy the clock stops until it is answered (DPA 2018 s. 54(3C)).

    A question on the day on which the one before was answered goes on from that one. Raises `NotAllowed` where one is
    still open, or the last day is past: that would stop no clock.
    """
    if not words.strip():
        raise NotAllowed("nothing is asked", "say what you need to know")
    with locked_request(context, request, permissions.CLARIFY):
        last = request.pauses.order_by("asked_on").last()
        if last is not None and last.answered_on is None:
            raise NotAllowed(f"a question of {last.asked_on} is still open", "wait for its answer, or note it")
        if last is None or last.answered_on != context.today:
            _refuse_late(request, context)
        question = _open_question(request, context.today)
        renew_due_day(context, request)
        stops = request.due_on is None
        if not send_letter(context, request, "clarify", asks=(words,), clock_stops=stops):
            _take_back_question(context, request, question, context.today)
            return
        question.message = _find_last_letter(request, Template.CLARIFY)
        question.save(update_fields=["message"])
        note_event(context, request, "asked", clock_stops=stops)


def _open_question(request: Request, today: date, message: str = "") -> Pause:
    """Return a question that is open from ``today``, asked by the letter ``message``, once it is written down."""
    last = request.pauses.order_by("asked_on").last()
    if last is None or last.answered_on != today:
        return Pause.objects.create(request=request, asked_on=today, message=message)
    last.answered_on, last.message = None, message
    last.save(update_fields=["answered_on", "message"])
    return last


def _find_last_letter(request: Request, template: Template) -> str:
    """Return the id of the letter about ``request``, or a request that was merged into it, that was written last."""
    about = Q(request=request) | Q(request__merged_into=request)
    return (
        Message.objects.filter(about, template=template).order_by("made_at", "id").values_list("id", flat=True).last()
        or ""
    )


def _refuse_late(request: Request, context: Context) -> None:
    answer = calculate_answer(request)
    if isinstance(answer, AnswerBy) and answer.due is not None and context.today > answer.due:
        raise NotAllowed(f"the last day was {answer.due}: a question stops no clock any more", "answer the request")


def note_clarified(context: Context, request: Request) -> None:
    """Note that the person has said what is meant: the clock goes on. Raises `NotAllowed` where nothing was asked."""
    with locked_request(context, request, permissions.ANSWERED):
        open_ = request.pauses.filter(answered_on=None).first()
        if open_ is None:
            raise NotAllowed("no question is open", "nothing need be done")
        open_.answered_on = context.today
        open_.save(update_fields=["answered_on"])
        renew_due_day(context, request)
        schedule_due("plan", request.id, at=context.now)  # what waited for the answer
        note_event(context, request, "answered", due=str(request.due_on or ""))


def extend_time(
    context: Context, request: Request, reason: str, *, ground: Literal["complexity", "number"] = "complexity"
) -> None:
    """Take up to three months from the start, and tell the person why (Art. 12(3)).

    ``ground``: the complexity or the number of requests, which is kept; the ``reason`` stands in the letter alone.

    Raises `NotAllowed` without a reason, a second time, while the clock stands, and after the first month.
    """
    if not reason.strip():
        raise NotAllowed("an extension needs a reason", "say why the request is complex, or that there are many")
    with locked_request(context, request, permissions.EXTEND):
        if request.extended_on is not None:
            raise NotAllowed(f"the time was extended on {request.extended_on}", "it can be extended once")
        answer = calculate_answer(request)
        if not isinstance(answer, AnswerBy) or answer.notice_by is None:
            raise NotAllowed("the clock does not run", "extend the time when it does")
        if context.today > answer.notice_by:
            hint = "answer now: the person had to be told within the first month (Art. 12(3))"
            raise NotAllowed(f"the last day to tell the person was {answer.notice_by}", hint)
        request.extension_reason = ground
        request.save(update_fields=["extension_reason"])
        _apply_extension(context, request)
        if send_letter(context, request, "extend", reasons=(reason,)):
            note_event(context, request, "extended", due=str(request.due_on or ""))
        else:
            take_back_extension(context, request)


def _apply_extension(context: Context, request: Request) -> None:
    request.extended_on = context.today
    request.save(update_fields=["extended_on"])
    renew_due_day(context, request)


# --- letters that left, or did not ----------------------------------------------------------------------------


def note_letter_left(context: Context, left: LetterLeft) -> None:
    """Note what a letter has set going, now that a mail server has it, or the post."""
    if left.template in ASKS_WHO:
        note_identity_asked(context, left.request_id, by=left.template)
    if left.template in ANSWERS:
        answered_again = Request.objects.filter(id=left.request_id, status__in=_ANSWERED, due_on__isnull=False).first()
        if answered_again is not None:  # it was sent once more: the person is told now
            renew_due_day(context, answered_again)
    if left.template == Template.CLARIFY:
        written_on = context.day_of(Message.objects.get(id=left.message_id).made_at)
        question = Pause.objects.filter(message=left.message_id, answered_on=None).first()
        if question is not None and written_on < context.today:
            _ask_from_today(context, question, written_on)
    if left.template in _MOVES_THE_DAY:
        lost = Event.objects.filter(
            request=left.request_id, kind="letter_failed", facts__message=left.message_id
        ).last()
        if lost is not None and not Pause.objects.filter(message=left.message_id).exists():
            note_known_since_today(context, Request.objects.get(id=left.request_id), left.template, left.message_id)


def note_letter_failed(context: Context, failed: LetterFailed) -> None:
    """Put on the request's timeline that a letter did not reach the person: somebody has to see to it.

    That a code was to go out is nobody's business but the staff's: it would tell that the person is known. What the
    letter was to do it has not done: the day of an answer is back, a question that nobody knows of stops no clock, and
    time that the person was not told of is not taken (Art. 12(3)).
    """
    if failed.template in ACKNOWLEDGES:
        note_not_acknowledged(context, failed.request_id)
    kind = "identity.letter_failed" if failed.template == Template.IDENTITY else "letter_failed"
    request = Request.objects.get(id=failed.request_id)
    note_event(context, request, kind, letter=failed.template, message=failed.message_id, why=failed.problem)
    if failed.template in ASKS_WHO:
        note_identity_not_asked(context, request)
    if failed.template == Template.CLARIFY:
        question = Pause.objects.filter(message=failed.message_id, answered_on=None).first()
        if question is not None:
            about = Request.objects.select_for_update().get(id=question.request_id)
            _take_back_question(context, about, question, failed.written_on)
    elif failed.template == Template.EXTEND:
        about = Request.objects.select_for_update().get(id=request.merged_into_id or request.id)
        others = Q(request=about) | Q(request__merged_into=about)
        others &= Q(template=Template.EXTEND, state__in=(QUEUED, SENDING, SENT))
        if about.status != Status.CLOSED and not Message.objects.filter(others).exists():
            take_back_extension(context, about)
    else:
        _renew_unanswered(context, request, failed.template)


def note_no_address(context: Context, event: NoAddress) -> None:
    """Give a request its day back of which the answer has no address."""
    _renew_unanswered(context, event.request, event.template)


def _renew_unanswered(context: Context, request: Request, template: str) -> None:
    """Count the day of ``request`` again where ``template``, which reached nobody, was its answer."""
    if template in ANSWERS and request.status in _ANSWERED:
        renew_due_day(context, request)


def _ask_from_today(context: Context, question: Pause, written_on: date) -> None:
    """Stop the clock from today on: the letter with the ``question`` has left days after it was written.

    A letter that leaves when the day of the answer is over stops no clock.
    """
    about = Request.objects.select_for_update().get(id=question.request_id)
    if question.asked_on < written_on:  # it went on from one that was answered on that day
        Pause.objects.create(request=about, asked_on=context.today, message=question.message)
        question.answered_on, question.message = written_on, ""
    else:
        question.asked_on = context.today
    question.save(update_fields=["asked_on", "answered_on", "message"])
    _renew_without_questions_too_late(context, about)


def find_extension_notice_day(request: Request) -> date | None:
    """Return the last day on which the person can be told that ``request`` takes longer (Art. 12(3)).

    A question that was asked by then and is open moves it: ``None`` until it is answered, and where the clock does not
    run. Raises `ClockError`.
    """
    pauses = list_pauses(request)
    answer = calculate_answer(request, pauses)
    if not isinstance(answer, AnswerBy):
        return None
    if answer.notice_by is None and pauses and pauses[-1].answered_on is None:
        before = calculate_answer(request, pauses[:-1])
        by = before.notice_by if isinstance(before, AnswerBy) else None
        return by if by is not None and pauses[-1].asked_on > by else None
    return answer.notice_by


def _take_back_question(context: Context, request: Request, question: Pause, asked_on: date) -> None:
    if question.asked_on < asked_on:  # it went on from one that was answered on that day
        question.answered_on, question.message = asked_on, ""
        question.save(update_fields=["answered_on", "message"])
    else:
        question.delete()
    renew_due_day(context, request)


def take_back_extension(context: Context, request: Request) -> None:
    """Take the longer time back, and the questions that only it has made possible."""
    request.extended_on = None
    request.save(update_fields=["extended_on"])
    _renew_without_questions_too_late(context, request)


def _renew_without_questions_too_late(context: Context, request: Request) -> None:
    """Write the day down, after questions that stop no clock since it was over when they were asked are deleted."""
    while True:
        try:
            renew_due_day(context, request)
        except ClockError:
            latest = request.pauses.order_by("asked_on").last()
            if latest is None:
                raise
            latest.delete()
        else:
            return


def note_known_since_today(context: Context, request: Request, template: str, message: str = "") -> None:
    """Note that the person knows since today what a letter says that had reached nobody.

    The clock stops for a question from today on; the time is longer if the first month is not over. Nothing changes
    where the request is past that, or has been asked or extended since. ``message``: the id of the letter, where it
    was sent once more. Raises `ClockError`.
    """
    about = Request.objects.select_for_update().get(id=request.merged_into_id or request.id)
    act = permissions.CLARIFY if template == Template.CLARIFY else permissions.EXTEND
    since = ("asked", "answered") if template == Template.CLARIFY else ("extended",)
    lost = Event.objects.filter(request=request, kind__in=("letter_failed", UNREACHABLE), facts__letter=template).last()
    is_past = lost is None or Event.objects.filter(request=about, kind__in=since, id__gt=lost.id).exists()
    if template not in _MOVES_THE_DAY or is_past or not act.fits(about.status, about.right):
        return
    answer = calculate_answer(about)
    if not isinstance(answer, AnswerBy):
        return
    has_question = about.pauses.filter(answered_on=None).exists()
    if act is permissions.CLARIFY and not has_question and (answer.due is None or context.today <= answer.due):
        _open_question(about, context.today, message)
        renew_due_day(context, about)
        note_event(context, about, "asked", clock_stops=about.due_on is None)
    in_time = about.extended_on is None and answer.notice_by is not None and context.today <= answer.notice_by
    if act is permissions.EXTEND and in_time:
        _apply_extension(context, about)
        note_event(context, about, "extended", due=str(about.due_on or ""))


HEARS = (
    make_subscription(LetterLeft, note_letter_left),
    make_subscription(LetterFailed, note_letter_failed),
    make_subscription(NoAddress, note_no_address),
)

__all__ = [
    "EXTENSION_TOO_LATE",
    "HEARS",
    "RUNS",
    "ClockError",
    "ask_clarification",
    "calculate_answer",
    "extend_time",
    "find_extension_notice_day",
    "note_acknowledged",
    "note_clarified",
    "note_identity_asked",
    "note_identity_not_asked",
    "note_known_since_today",
    "note_not_acknowledged",
    "renew_due_day",
    "take_back_extension",
]  # fmt: skip
