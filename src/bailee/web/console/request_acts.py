"""What staff do to a request: one table, of which each line is a form on its page and an address that takes it.

What may be done, by whom and when, `requests` says; here it is typed in, and said how it went.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bailee.engine.systems import systems_of
from bailee.requests import (
    answers,
    clocks,
    copy_packages,
    identity,
    permissions,
    recipients,
    refusals,
    request_end,
    request_plans,
    restrictions,
    staff_notifications,
)
from bailee.requests.permissions import Permission
from bailee.requests.recipients import WhyNot
from bailee.store.context import Context
from bailee.store.models import Outcome, Request
from bailee.views.request import Whole
from bailee.web.console.request_words import METHODS, WHY_NOT

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Does: TypeAlias = Callable[[Context, Request, Mapping[str, Any]], object]


def _missing(says: _StrPromise) -> dict[str, _StrPromise]:
    return {"required": says}


def _words(
    label: _StrPromise, missing: _StrPromise, help_text: _StrPromise | str = "", rows: int = 5
) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=_missing(missing),
    )  # fmt: skip


def _may_be_empty(label: _StrPromise, help_text: _StrPromise) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class Form(forms.Form):
    """A form about ``case``."""

    def __init__(self, case: Whole, data: Any = None, slug: str = "") -> None:
        super().__init__(data, auto_id=f"{slug}-%s")
        self.case = case
        self.adapt()

    def adapt(self) -> None:
        """Set what can be chosen."""


class Words(Form):
    """Words for the person."""

    words = _words(gettext_lazy("In words for the person"), gettext_lazy("Write what the person is told"))


class ComplaintEnds(Words):
    """What came of a complaint, and whether something was put right."""

    put_right = _may_be_empty(
        gettext_lazy("Was something put right? What?"), gettext_lazy("One sentence a line, for the person.")
    )
    nothing_to_put_right = forms.BooleanField(
        label=gettext_lazy("Nothing had to be put right"),
        help_text=gettext_lazy("The letter says so. Where you say neither, it has your words alone."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse both in one letter, at both fields."""
        if self.cleaned_data.get("put_right") and self.cleaned_data.get("nothing_to_put_right"):
            self.add_error("put_right", _("Say what was put right, or that nothing had to be, but not both"))
            self.add_error("nothing_to_put_right", _("Untick this where something was put right"))
        return self.cleaned_data


class Extension(Form):
    """Why more time is needed."""

    ground = forms.ChoiceField(
        label=gettext_lazy("On which ground"),
        choices=[
            ("complexity", gettext_lazy("the request is complex")),
            ("number", gettext_lazy("the person has made a number of requests")),
        ],
        error_messages=_missing(gettext_lazy("Choose on which ground")),
    )
    reason = _words(gettext_lazy("Why, in words for the person"), gettext_lazy("Say why more time is needed"), rows=3)


class Refusal(Form):
    """On which ground a request is refused, and why that applies."""

    grounds = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        widget=forms.Select,
        error_messages=_missing(gettext_lazy("Choose the ground on which it is refused")),
    )
    reasons = _words(
        gettext_lazy("Why it applies here"),
        gettext_lazy("Say why the ground applies here"),
        gettext_lazy("The letter has it, with how to complain and to go to court."),
    )

    def adapt(self) -> None:
        """Offer the grounds that the law knows for this right."""
        known = refusals.grounds_for(self.case.request)
        self.fields["grounds"].choices = [  # type: ignore[attr-defined] # a field of choices
            (code, f"{ground.article}: {ground.says}") for code, ground in known.items()
        ]


class Ending(Form):
    """How a request that was dealt with by hand ends."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[
            (Outcome.DONE, pgettext_lazy("outcome of a request", "done")),
            (Outcome.PARTLY, pgettext_lazy("outcome of a request", "done in part")),
        ],
        error_messages=_missing(gettext_lazy("Choose how it ends")),
    )
    done = _may_be_empty(gettext_lazy("What was done"), gettext_lazy("One sentence a line, for the person."))
    reasons = _may_be_empty(gettext_lazy("What was not, and why"), gettext_lazy("One sentence a line."))


class Told(Form):
    """A recipient was told, or not and why."""

    recipient = forms.ChoiceField(
        label=gettext_lazy("Recipient"), error_messages=_missing(gettext_lazy("Choose the recipient"))
    )
    why_not = forms.ChoiceField(
        label=gettext_lazy("Told?"),
        required=False,
        choices=[("", gettext_lazy("yes, they were told")), *((code, says) for code, says in WHY_NOT.items())],
    )

    def adapt(self) -> None:
        """Offer those who wait to be told."""
        waiting, titles = [one.recipient for one in self.case.to_tell if one.told_at is None], self.case.recipients
        self.fields["recipient"].choices = [(name, titles.get(name, name)) for name in waiting]  # type: ignore[attr-defined]


class RestrictionEnds(Form):
    """When a restriction ends, and why."""

    ends = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("The person is told before it ends (Art. 18(3))."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=_missing(gettext_lazy("Give the last day")),
    )
    reasons = _words(gettext_lazy("Why it ends, in words for the person"), gettext_lazy("Say why it ends"), rows=3)


class Seen(Form):
    """How staff have seen who the person is."""

    method = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(name, METHODS[name]) for name in ("in person", "document", "known")],
        error_messages=_missing(gettext_lazy("Choose how it was seen")),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("How it is known"),
        help_text=gettext_lazy("And why no code to a contact on file would do. It is sealed."),
        max_length=1_000,
        error_messages=_missing(gettext_lazy("Say how it is known who it is")),
    )


class Called(Form):
    """What was said on the telephone."""

    note = forms.CharField(
        label=gettext_lazy("How it is known that it was they"),
        help_text=gettext_lazy("You have called the number on file. It is sealed."),
        max_length=1_000,
        error_messages=_missing(gettext_lazy("Say how it is known that it was they")),
    )


class Authority(Form):
    """What an agent has shown."""

    evidence = forms.CharField(
        label=gettext_lazy("What was shown, and where it is kept"),
        help_text=gettext_lazy("It is sealed."),
        max_length=1_000,
        error_messages=_missing(gettext_lazy("Say what was shown, and where it is kept")),
    )
    answers_to_agent = forms.BooleanField(label=gettext_lazy("Answers go to the agent, too"), required=False)


@dataclass(frozen=True, slots=True)
class Doing:
    """``acts``: any of them opens it. ``title`` stands above the form, ``button`` in it, ``said`` when it is done."""

    acts: tuple[Permission, ...]
    title: Promise
    button: Promise
    said: Promise
    does: Does
    form: type[Form] = Form
    says: Promise | str | Callable[[Whole], str] = ""
    is_grave: bool = False
    asks_systems: bool = False


def _plan(context: Context, request: Request, _given: Mapping[str, Any]) -> object:
    with systems_of(context) as systems:
        return request_plans.plan(context, systems, request)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _why_tell(case: Whole) -> str:
    """Return why staff must tell the person what letters say, and how."""
    without = [one for one in case.untold if one not in case.undelivered]
    why = _("There is no address for a letter.") if without else ""
    lost = _("A letter could not be delivered.") if case.undelivered else ""
    return " ".join(filter(None, (why, lost, _("Call them, or tell them when they are there."))))


DOINGS: Mapping[str, Doing] = {
    "call-back": Doing(
        (permissions.IDENTIFY,), gettext_lazy("Note the call"), gettext_lazy("It was they"),
        gettext_lazy("The person is identified."),
        lambda context, request, given: identity.call_back(context, request, given["note"]), Called,
        asks_systems=True,
    ),
    "seen": Doing(
        (permissions.IDENTIFY,), gettext_lazy("Say who it is"), gettext_lazy("It is they"),
        gettext_lazy("The person is identified."),
        lambda context, request, given: identity.seen(context, request, given["method"], given["note"]), Seen,
        asks_systems=True,
    ),
    "authority": Doing(
        (permissions.IDENTIFY,), gettext_lazy("Note the authority of the agent"), gettext_lazy("They may ask"),
        gettext_lazy("The authority is noted."),
        lambda context, request, given: identity.authority(
            context, request, given["evidence"], answers_to_agent=given["answers_to_agent"]
        ), Authority,
    ),
    "send-code": Doing(
        (permissions.IDENTIFY,), gettext_lazy("Send a code again"), gettext_lazy("Send a code"),
        gettext_lazy("A worker sends a code to the contact on file, if there is one."),
        lambda context, request, _given: identity.send_again(context, request),
        says=gettext_lazy("It goes to a contact that was on file before. Those sent earlier end."),
    ),
    "answer": Doing(
        (permissions.ANSWER, permissions.ANSWER_CONCERN), gettext_lazy("Answer"),
        gettext_lazy("Send the answer and close"),
        gettext_lazy("The answer is on its way."),
        lambda context, request, given: answers.answer(context, request, given["words"]), Words,
    ),
    "conclude": Doing(
        (permissions.CONCLUDE, permissions.CONCLUDE_CONCERN), gettext_lazy("Conclude"),
        gettext_lazy("Send the outcome and close"),
        gettext_lazy("The outcome is on its way."),
        lambda context, request, given: answers.conclude(
            context, request, given["words"], put_right=_lines(given["put_right"]),
            nothing_to_put_right=given["nothing_to_put_right"],
        ), ComplaintEnds,
        gettext_lazy("The letter names the regulator."),
    ),
    "progress": Doing(
        (permissions.PROGRESS,), gettext_lazy("Tell how it stands"), gettext_lazy("Send"),
        gettext_lazy("The person is told how it stands."),
        lambda context, request, given: answers.progress(context, request, given["words"]), Words,
    ),
    "acknowledge": Doing(
        (permissions.ACKNOWLEDGE,), gettext_lazy("Acknowledge"), gettext_lazy("Send the acknowledgement"),
        gettext_lazy("The acknowledgement is on its way."),
        lambda context, request, _given: answers.acknowledge(context, request),
        says=gettext_lazy("One that came since 19 June 2026 is acknowledged within 30 days (DPA 2018 s. 164A)."),
    ),
    "answered": Doing(
        (permissions.ANSWERED,), gettext_lazy("Note the answer"), gettext_lazy("They have answered"),
        gettext_lazy("The clock goes on."),
        lambda context, request, _given: clocks.answered(context, request),
        says=gettext_lazy("The person has said what is meant. The clock goes on from today."),
    ),
    "plan": Doing(
        (permissions.PLAN,), gettext_lazy("Plan"), gettext_lazy("Plan it now"),
        gettext_lazy("It is planned. Somebody else must approve."), _plan,
        says=gettext_lazy("All systems are counted again. Whoever plans is a first person: somebody else approves."),
        asks_systems=True,
    ),
    "carry-out": Doing(
        (permissions.RESTRICT, permissions.OBJECT), gettext_lazy("Carry out"), gettext_lazy("Do it now"),
        gettext_lazy("It takes effect now."), _plan,
        says=gettext_lazy("It takes effect at once: nobody need approve."),
        asks_systems=True,
    ),
    "pack": Doing(
        (permissions.PACK,), gettext_lazy("Pack the copy"), gettext_lazy("Pack it"),
        gettext_lazy("A worker packs the copy."),
        lambda context, request, _given: copy_packages.have_packed(context, request),
        says=gettext_lazy("Rows that nobody has confirmed are left out, and the person is told so."),
    ),
    "clarify": Doing(
        (permissions.CLARIFY,), gettext_lazy("Ask what is meant"), gettext_lazy("Send the question"),
        gettext_lazy("The question is on its way."),
        lambda context, request, given: clocks.ask(context, request, given["words"]), Words,
        gettext_lazy("For a copy the clock stops until they answer (DPA 2018 s. 54(3C))."),
    ),
    "extend": Doing(
        (permissions.EXTEND,), gettext_lazy("Extend the time"), gettext_lazy("Extend to three months"),
        gettext_lazy("The time is extended, and the person is told why."),
        lambda context, request, given: clocks.extend(context, request, given["reason"], ground=given["ground"]),
        Extension, gettext_lazy("Up to three months from the start; the person is told now (Art. 12(3))."),
    ),
    "pass-on": Doing(
        (permissions.PASS_ON,), gettext_lazy("Pass on"), gettext_lazy("Pass it on"),
        gettext_lazy("The Data Controller answers it now, and nobody else."),
        lambda context, request, _given: answers.pass_on(context, request),
        says=gettext_lazy("To the Data Controller, who alone answers it then."),
    ),
    "recipient-told": Doing(
        (permissions.TELL_RECIPIENT,), gettext_lazy("Note that a recipient was told"), gettext_lazy("Note it"),
        gettext_lazy("It is noted."),
        lambda context, request, given: recipients.told(
            context, request, given["recipient"], why_not=WhyNot(given["why_not"]) if given["why_not"] else None
        ), Told,
    ),
    "person-told": Doing(
        (permissions.TELL_PERSON,), gettext_lazy("Tell the person yourself"), gettext_lazy("I have told them"),
        gettext_lazy("It is noted."),
        lambda context, request, _given: staff_notifications.told(context, request),
        says=_why_tell,
    ),
    "lift": Doing(
        (permissions.LIFT,), gettext_lazy("Lift the restriction"), gettext_lazy("Tell the person, and lift it"),
        gettext_lazy("The restriction ends on that day if a letter has told the person before."),
        lambda context, request, given: restrictions.lift(context, request, given["reasons"], given["ends"]),
        RestrictionEnds,
    ),
    "close": Doing(
        (permissions.CLOSE_BY_HAND,), gettext_lazy("Close by hand"), gettext_lazy("Tell the person, and close"),
        gettext_lazy("It is closed, and the person is told."),
        lambda context, request, given: request_end.close(
            context, request, given["outcome"], done=_lines(given["done"]), reasons=_lines(given["reasons"])
        ), Ending, gettext_lazy("You have done in the systems what was asked for. A plan that waits is called off."),
    ),
    "refuse": Doing(
        (permissions.REFUSE,), gettext_lazy("Refuse"), gettext_lazy("Refuse, and tell the person why"),
        gettext_lazy("It is refused, and the person is told why."),
        lambda context, request, given: refusals.refuse(context, request, given["grounds"], given["reasons"]), Refusal,
        is_grave=True,
    ),
    "withdraw": Doing(
        (permissions.WITHDRAW,), gettext_lazy("Withdraw"), gettext_lazy("They have taken it back"),
        gettext_lazy("It is withdrawn."),
        lambda context, request, _given: request_end.withdraw(context, request),
        says=gettext_lazy("The person has taken the request back."), is_grave=True,
    ),
}  # fmt: skip
"""Word in the address -> what is done. In the order in which it is offered."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that can be done now, with its form."""

    slug: str
    doing: Doing
    form: Form
    says: str

    @property
    def way(self) -> str:
        """The name of the address that takes it."""
        return f"request-{self.slug}"


def offered(case: Whole, tried: str = "", data: Any = None) -> tuple[Offered | None, Sequence[Offered]]:
    """Return what is to be done next about a request by whoever looks, if anything is, and what else can be.

    ``tried``: what was tried in vain, with what was typed.
    """
    there = [
        Offered(slug, doing, doing.form(case, data if slug == tried else None, slug), _says(case, doing))
        for slug, doing in DOINGS.items()
        if case.acts.intersection(doing.acts) and _has_object(case, slug)
    ]
    first = next((one for one in there if one.slug == tried), None)
    if first is None:
        wanted = _next(case)
        first = next((one for slug in wanted for one in there if one.slug == slug), None)
    return first, [one for one in there if one is not first]


def _says(case: Whole, doing: Doing) -> str:
    return doing.says(case) if callable(doing.says) else str(doing.says)


def _has_object(case: Whole, slug: str) -> bool:
    if slug == "call-back":
        return any(one.method == "call back" and one.proven_at is None and not one.failed_at for one in case.proofs)
    if slug == "authority":
        return case.request.by_agent
    if slug == "recipient-told":
        return any(one.told_at is None for one in case.to_tell)
    return True


def _next(case: Whole) -> Sequence[str]:
    """Return what is to be done next, the likeliest first: while a worker or somebody else is at it, nothing."""
    if case.paused_since is not None:
        return ("answered",)
    if case.request.status == "unverified":
        return ("call-back", "seen")
    if case.request.status == "open":
        by_hand = ("close",) if case.last("by_hand") else ()
        waits = ("pack",) if case.last("rows_to_confirm") else ()
        return (*by_hand, *waits, "person-told", "acknowledge", "answer", "conclude", "plan", "carry-out")
    if case.is_stalled:
        return ("plan",)
    if case.request.status == "closed":
        return ("person-told", "recipient-told")
    return ("person-told",)
