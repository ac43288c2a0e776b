"""Questions and complaints: answered by people, in their words.

A complaint is acknowledged at once (DPA 2018 s. 164A wants it within 30 days), its progress told, and its outcome,
with the regulator named. A question that raises a concern is passed on to the Data Controller, who alone answers it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.clocks import note_acknowledged, renew_due_day
from bailee.requests.request_end import end_request
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import locked_request
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Outcome, Request


def acknowledge_complaint(context: Context, request: Request) -> None:
    """Acknowledge a complaint, whoever made it; a second time nothing happens. The letter tells nothing of the person.

    A complaint about an earlier request names its reference as its ``target``. Without an address for the letter it is
    not acknowledged before staff have told the person.
    """
    if not context.staff and request.acknowledged_on is not None:
        return
    with locked_request(context, request, permissions.ACKNOWLEDGE):
        if request.acknowledged_on is None and send_letter(context, request, "complaint"):
            note_acknowledged(context, request)


def pass_to_controller(context: Context, request: Request) -> None:
    """Pass a question or a complaint on to the Data Controller: from now on nobody else answers it."""
    with locked_request(context, request, permissions.PASS_ON):
        note_event(context, request, "passed_on")


def is_passed_on(request: Request) -> bool:
    """Whether ``request`` is the Data Controller's to answer."""
    return request.events.filter(kind="passed_on").exists()


def answer_question(context: Context, request: Request, words: str) -> None:
    """Answer a question in ``words`` and close it. One that was passed on is the Data Controller's to answer."""
    _must_say(words)
    with locked_request(context, request, permissions.ANSWER_CONCERN if is_passed_on(request) else permissions.ANSWER):
        end_request(context, request, Outcome.DONE)
        send_letter(context, request, "answer", words=words)


def report_progress(context: Context, request: Request, words: str) -> None:
    """Tell how a complaint stands (DPA 2018 s. 164A(4)(b))."""
    _must_say(words)
    with locked_request(context, request, permissions.PROGRESS):
        send_letter(context, request, "complaint_progress", words=words)
        note_event(context, request, "progress")


def conclude_complaint(
    context: Context,
    request: Request,
    words: str,
    *,
    put_right: Sequence[str] = (),
    nothing_to_put_right: bool = False,
) -> None:
    """Tell what came of a complaint, and close it (DPA 2018 s. 164A(4)(c)); the letter names the regulator.

    ``put_right``: what was put right, each in a sentence; ``nothing_to_put_right``: nothing had to be. Of neither, the
    letter has the ``words`` alone. Raises `NotAllowed` where both are said.

    It acknowledges a complaint that was not; where there is no address for it, the day for that stands.
    """
    _must_say(words)
    done = tuple(one.strip() for one in put_right if one.strip())
    if done and nothing_to_put_right:
        raise NotAllowed("something was put right, and nothing had to be", "say one of the two")
    with locked_request(
        context, request, permissions.CONCLUDE_CONCERN if is_passed_on(request) else permissions.CONCLUDE
    ):
        end_request(context, request, Outcome.DONE)
        if send_letter(
            context, request, "complaint_outcome", words=words, done=done, found_nothing=nothing_to_put_right
        ):
            note_acknowledged(context, request)
        else:
            renew_due_day(context, request)


def _must_say(words: str) -> None:
    if not words.strip():
        raise NotAllowed("nothing is said", "write the answer in words for the person")
