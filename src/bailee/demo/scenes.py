"""The scenes that `bailee.demo.requests` plays: who asks for what, on which day, and what becomes of it.

Loaded when the books are open: it needs their models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bailee.demo.cast import CAST
from bailee.demo.stage import DemoStage
from bailee.engine.systems import open_systems_of_context
from bailee.requests import (
    answers,
    approval,
    clocks,
    copy_links,
    copy_packages,
    holds,
    identity,
    intake,
    refusals,
    request_end,
    request_list,
    request_plans,
)
from bailee.requests.request_content import Asked, open_asked, read_asked
from bailee.store.access_log import Reason
from bailee.store.models import PlanState


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens at a time, told from the demo's now."""

    at: Callable[[datetime], datetime]
    happens: Callable[[DemoStage], None]


def _on(days: int, hour: int, happens: Callable[[DemoStage], None], minute: int = 0) -> Scene:
    """Return an act of so many days ago, at an hour of UTC."""
    at = time(hour, minute, tzinfo=UTC)
    return Scene(lambda now: datetime.combine(now.date() - timedelta(days=days), at), happens)


def _ago(hours: float, happens: Callable[[DemoStage], None]) -> Scene:
    return Scene(lambda now: now - timedelta(hours=hours), happens)


# --- what people do -------------------------------------------------------------------------------------------


def _asks(
    scene: str, right: str, who: str = "customer", *, by: str = "", channel: str = "portal", **asked: Any
) -> Callable[[DemoStage], None]:
    """Let somebody ask: a customer, an enquirer, somebody of the cast, or whoever asked in another scene."""

    def happens(stage: DemoStage) -> None:
        known = _known(stage, who)
        context = stage.by(by) if by else stage.context
        letters = {} if channel == "letter" else {"reply_to": known}
        stage.asked[scene] = intake.receive_request(
            context, right, Asked(identities=(known,), **letters | asked), channel
        )

    return happens


def _known(stage: DemoStage, who: str) -> str:
    if who in stage.people:
        return next(stage.people[who])
    if who in CAST:
        return CAST[who].known_by[0]
    return open_asked(stage.context, stage.of(who)).identities[0]


def _proves(scene: str) -> Callable[[DemoStage], None]:
    """Let the person type the code that came."""

    def happens(stage: DemoStage) -> None:
        request = stage.of(scene)
        assert identity.prove_identity(stage.context, request, stage.code_of(request)), scene

    return happens


def _opens(scene: str) -> Callable[[DemoStage], None]:
    """Let the person use the one-time link that came to the address on file: no code was asked for."""

    def happens(stage: DemoStage) -> None:
        request = stage.of(scene)
        assert copy_links.use_link(stage.context, request, stage.link_of(request)) is copy_links.LinkResult.OPENED, (
            scene
        )

    return happens


def _fetches(scene: str) -> Callable[[DemoStage], None]:
    def happens(stage: DemoStage) -> None:
        for parcel in stage.of(scene).parcels.all():
            copy_packages.fetch_copy(stage.context, parcel, lambda _: None)

    return happens


# --- what staff do --------------------------------------------------------------------------------------------


def _by(
    name: str, act: Callable[..., object], scene: str, *words: object, **more: object
) -> Callable[[DemoStage], None]:
    """Let a member of staff do something about the request of a scene."""

    def happens(stage: DemoStage) -> None:
        act(stage.by(name), stage.of(scene), *words, **more)

    return happens


def _approves(scene: str, name: str = "Piet") -> Callable[[DemoStage], None]:
    def happens(stage: DemoStage) -> None:
        plan = stage.of(scene).plans.get(state=PlanState.PROPOSED)
        approval.approve_plan(stage.by(name), plan.id, plan.digest[:10])

    return happens


def _plans(scene: str, name: str) -> Callable[[DemoStage], None]:
    """Let a member of staff plan anew what has waited for too long."""

    def happens(stage: DemoStage) -> None:
        context = stage.by(name)
        with open_systems_of_context(context) as systems:
            request_plans.plan_request(context, systems, stage.of(scene))

    return happens


def _holds(who: str, name: str, law: str) -> Callable[[DemoStage], None]:
    def happens(stage: DemoStage) -> None:
        context = stage.by("Noor")
        with open_systems_of_context(context) as systems:
            holds.place_hold(context, systems, [_known(stage, who)], name, law)

    return happens


_ELSEWHERE = "someone@elsewhere.example"
"""Who wants the answer elsewhere than at the address on file may be somebody else: a code is asked for."""

SCENES: tuple[Scene, ...] = (
    # a copy, packed, and fetched by the link that goes to an address which has stood
    _on(46, 9, _asks("copy", "copy")),
    _on(46, 10, _opens("copy")),
    _on(45, 18, _fetches("copy")),
    # an enquirer is erased, looked at again a day later, and has the receipt
    _on(43, 11, _asks("erased", "erase", "enquirer")),
    _on(43, 12, _proves("erased")),
    _on(42, 9, _approves("erased")),
    # a customer is erased; tax law keeps the invoices, and the rest goes by itself when it lets go
    _on(40, 14, _asks("held", "erase")),
    _on(39, 8, _proves("held")),
    _on(38, 10, _approves("held", "Noor")),
    # while an invoice is disputed, the data may be kept and no more
    _on(37, 13, _asks("restricted", "restrict", words="I owe you no £48. Use nothing until that is settled.")),
    _on(37, 14, _proves("restricted")),
    # what is right is not corrected
    _on(35, 9, _asks("refused", "correct", target="contact.full_name", value="The Owner")),
    _on(35, 10, _proves("refused")),
    _on(33, 15, _by("Noor", refusals.refuse_request, "refused", "accurate", "The name is the one on your contract.")),
    # what is wrong is
    _on(34, 10, _asks("corrected", "correct", target="contact.postal", value="7 Cooper Row, Port Ellery ZZ1 4BN")),
    _on(34, 11, _proves("corrected")),
    _on(32, 9, _approves("corrected")),
    # no more news: at once, and for good
    _on(30, 19, _asks("objected", "object", "enquirer")),
    _on(30, 20, _proves("objected")),
    _on(28, 9, _asks("asked", "question", words="How long do you keep the recordings of my calls?")),
    _on(26, 14, _by("Tess", answers.answer_question, "asked", "Six years from the call, then they are deleted.")),
    _on(25, 9, _asks("portable", "portability")),
    _on(25, 9, _opens("portable"), minute=20),
    _on(24, 8, _fetches("portable")),
    _on(24, 16, _asks("complained", "complaint", words="I was sent news although I had said no.")),
    _on(19, 11, _by("Piet", answers.report_progress, "complained", "We are asking the provider of the list.")),
    _on(12, 10, _by("Piet", answers.conclude_complaint, "complained", "An old list was used.",
                    put_right=("The old list is deleted.",))),
    _on(21, 10, _asks("withdrawn", "erase")),
    _on(21, 11, _proves("withdrawn")),
    _on(20, 10, _by("Tess", request_end.withdraw_request, "withdrawn")),
    _on(20, 12, _asks("expired", "copy", reply_to=_ELSEWHERE)),  # a code is asked for, and nobody types it
    _on(19, 9, lambda stage: request_list.note_shown(stage.by("Tess"), [stage.of("expired")])),  # unseen, it stays open
    # these have waited for long, and were planned anew when their plans were too old
    _on(30, 9, _asks("due", "erase")),
    _on(29, 9, _proves("due")),
    _on(2, 8, _plans("due", "Tess")),
    _on(27, 9, _asks("extended", "erase", "number_now")),
    _on(27, 12, _proves("extended")),
    _on(4, 16, _by("Piet", clocks.extend_time, "extended", "A number of yours was somebody else's before.")),
    _on(4, 17, _plans("extended", "Callum")),
    # somebody asks twice
    _on(11, 9, _asks("first", "erase")),
    _on(11, 10, _proves("first")),
    _on(9, 13, _asks("second", "erase", "first", by="Callum", channel="telephone")),
    _on(9, 14, _proves("second")),
    _on(10, 9, _asks("grieved", "complaint", words="I have waited for my copy since summer.")),
    _on(5, 10, _by("Piet", answers.report_progress, "grieved", "We are looking for your letter of August.")),
    # a tribunal wants everything kept
    _on(8, 9, _asks("claimed", "erase")),
    _on(8, 10, _proves("claimed")),
    _on(6, 11, _holds("claimed", "tribunal-114", "Employment Tribunal case 114/26, disclosure of 2 November")),
    # rows wait for a person's word, and the person is asked what is meant
    _on(7, 14, _asks("paused", "copy", "unconfirmed", words="Everything about the quarrel in spring, please.")),
    _on(6, 9, _by("Tess", read_asked, "paused", Reason.REQUEST)),
    _on(6, 10, _by("Tess", clocks.ask_clarification, "paused",
                   "Do you mean what you wrote to the helpdesk, or calls as well?")),
    _on(6, 11, _asks("by_agent", "copy", agent="Quayside Law LLP, for our client")),
    _on(5, 9, _proves("by_agent")),
    _on(4, 9, _asks("on_paper", "copy", by="Callum", channel="letter", name="The account holder",
                    address=("9 Ropewalk", "Port Ellery", "ZZ1 2CD"))),
    _on(4, 10, _asks("ready", "copy")),
    # plans that wait for a second person, wait for their hour, and wait to be looked at again
    _on(3, 9, _asks("planned", "erase", by="Tess", channel="telephone")),
    _on(3, 10, _proves("planned")),
    _on(3, 11, _asks("to_correct", "correct", target="contact.postal", value="2 Fish Quay, Port Ellery ZZ1 3EF")),
    _on(3, 12, _proves("to_correct")),
    _on(3, 13, _asks("settling", "erase")),
    _on(3, 14, _proves("settling")),
    _ago(30, _approves("settling")),
    _on(2, 9, _asks("approved", "erase")),
    _on(2, 10, _proves("approved")),
    _ago(3, _approves("approved", "Noor")),
    _on(2, 15, _asks("concerned", "question", words="Who has listened to my calls?")),
    _on(1, 9, _by("Callum", answers.pass_to_controller, "concerned")),
    _on(1, 10, _asks("wonders", "question", words="Do you sell addresses?")),
    _on(1, 16, _asks("rang", "erase", by="Tess", channel="telephone")),
    _ago(2, _asks("new", "copy", reply_to=_ELSEWHERE)),
)  # fmt: skip
