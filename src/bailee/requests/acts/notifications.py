"""What no letter does: acts by which staff note whom they have told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from django.utils.translation import gettext
from pydantic import Field

from bailee.requests import permissions
from bailee.requests.act import Act, Case, Input, Prompt, Stage
from bailee.requests.fields import Name
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


def _list_waiting_recipients(case: Case) -> Mapping[str, str]:
    waiting = [one.recipient for one in case.to_tell if one.told_at is None]
    return {name: case.recipients.get(name, name) for name in waiting}


class RecipientTold(Input):
    """A recipient was told; or why not: it is impossible, or takes disproportionate effort (Art. 19)."""

    recipient: Annotated[
        Name, Prompt(translatable("Recipient"), translatable("Choose the recipient"), choices=_list_waiting_recipients)
    ] = Field(description="Who was told, as the request lists them.")
    why_not: Annotated[
        Literal["impossible", "effort", "never"] | None,
        Prompt(
            translatable("Told?"),
            choices={
                "impossible": translatable("it is impossible"),
                "effort": translatable("it would be a disproportionate effort"),
                "never": translatable("they never had the data"),
            },
            none=translatable("yes, they were told"),
        ),
    ] = Field(
        None,
        description="They were not told: it is impossible, or a disproportionate effort, or they never had the data.",
    )


def _note_recipient_told(context: Context, request: Request, given: RecipientTold) -> None:
    from bailee.requests.recipients import NotToldReason, note_recipient_told

    note_recipient_told(
        context, request, given.recipient, why_not=NotToldReason[given.why_not.upper()] if given.why_not else None
    )


RECIPIENT_TOLD = Act(
    name="recipient-told",
    stage=Stage.TELL,
    help="Note that a recipient was told of a correction, an erasure or a restriction, or why not (Art. 19).",
    permission=permissions.TELL_RECIPIENT,
    does=_note_recipient_told,
    input=RecipientTold,
    is_sensible=lambda case: bool(_list_waiting_recipients(case)),
    title=translatable("Note that a recipient was told"),
    button=translatable("Note it"),
    said=translatable("It is noted."),
)


def _explain_duty(case: Case) -> str:
    """Return why staff must tell the person what letters say, and how."""
    without = [one for one in case.untold if one not in case.undelivered]
    why = gettext("There is no address for a letter.") if without else ""
    lost = gettext("A letter could not be delivered.") if case.undelivered else ""
    return " ".join(filter(None, (why, lost, gettext("Call them, or tell them when they are there."))))


def _note_person_told(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.staff_notifications import note_person_told

    note_person_told(context, request)


PERSON_TOLD = Act(
    name="person-told",
    stage=Stage.TELL,
    help="Note that you have told the person what letters that reached nobody would have said.",
    permission=permissions.TELL_PERSON,
    does=_note_person_told,
    input=Input,
    is_sensible=lambda case: bool(case.untold),
    title=translatable("Tell the person yourself"),
    says=_explain_duty,
    button=translatable("I have told them"),
    said=translatable("It is noted."),
)
