"""Who the person is: acts by which staff say how they know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bailee.requests import permissions
from bailee.requests.act import Act, Case, Input, Prompt, Stage
from bailee.requests.fields import Flag, Identity, Note
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


class Called(Input):
    """What was said on the telephone."""

    note: Annotated[
        Note,
        Prompt(
            translatable("How it is known that it was they"),
            translatable("Say how it is known that it was they"),
            translatable("You have called the number on file. It is sealed."),
            rows=1,
        ),
    ] = Field(description="How it is known that it was they. It is sealed.")


def _is_waiting_for_call(case: Case) -> bool:
    return any(one.method == "call back" and one.proven_at is None and not one.failed_at for one in case.proofs)


def _call_back(context: Context, request: Request, given: Called) -> None:
    from bailee.requests.identity import note_call_back

    note_call_back(context, request, given.note)
    request.refresh_from_db()  # which may have been merged with another


CALL_BACK = Act(
    name="call-back",
    stage=Stage.IDENTITY,
    help="Note that the person was called at the number on file, and made the request.",
    permission=permissions.IDENTIFY,
    does=_call_back,
    input=Called,
    is_sensible=_is_waiting_for_call,
    asks_systems=True,
    title=translatable("Note the call"),
    button=translatable("It was they"),
    said=translatable("The person is identified."),
)


class SeenBy(Input):
    """How a member of staff has seen who the person is."""

    method: Annotated[
        Literal["in person", "document", "known"],
        Prompt(
            translatable("How"),
            translatable("Choose how it was seen"),
            choices={
                "in person": translatable("seen in person"),
                "document": translatable("by a document"),
                "known": translatable("known to us"),
            },
        ),
    ] = Field(description="How you have seen who the person is.")
    note: Annotated[
        Note,
        Prompt(
            translatable("How it is known"),
            translatable("Say how it is known who it is"),
            translatable("And why no code to a contact on file would do. It is sealed."),
            rows=1,
        ),
    ] = Field(description="How it is known, and why no code to a contact on file would do. It is sealed.")
    proves: Annotated[
        list[Identity],
        Prompt(
            translatable("Which of those named are theirs"),
            help=translatable("One a line, where several people are named. Empty: all."),
            rows=2,
        ),
    ] = Field([], max_length=8, description="Which identities are theirs, where several people are named; none: all.")


def _note_person_seen(context: Context, request: Request, given: SeenBy) -> None:
    from bailee.requests.identity import note_person_seen

    note_person_seen(context, request, given.method, given.note, given.proves)
    request.refresh_from_db()


SEEN = Act(
    name="seen",
    stage=Stage.IDENTITY,
    help="Note that you have seen who the person is.",
    permission=permissions.IDENTIFY,
    does=_note_person_seen,
    input=SeenBy,
    asks_systems=True,
    title=translatable("Say who it is"),
    button=translatable("It is they"),
    said=translatable("The person is identified."),
)


class AuthorityShown(Input):
    """What an agent has shown, and where it is kept."""

    evidence: Annotated[
        Note,
        Prompt(
            translatable("What was shown, and where it is kept"),
            translatable("Say what was shown, and where it is kept"),
            translatable("It is sealed."),
            rows=1,
        ),
    ] = Field(description="What was shown, and where it is kept. It is sealed.")
    answers_to_agent: Annotated[Flag, Prompt(translatable("Answers go to the agent, too"))] = Field(
        default=False, description="It says that answers go to the agent."
    )


def _note_authority(context: Context, request: Request, given: AuthorityShown) -> None:
    from bailee.requests.identity import note_authority

    note_authority(context, request, given.evidence, answers_to_agent=given.answers_to_agent)
    request.refresh_from_db()


AUTHORITY = Act(
    name="authority",
    stage=Stage.IDENTITY,
    help="Note that an agent has shown that they may ask for the person.",
    permission=permissions.IDENTIFY,
    does=_note_authority,
    input=AuthorityShown,
    is_sensible=lambda case: case.request.by_agent,
    title=translatable("Note the authority of the agent"),
    button=translatable("They may ask"),
    said=translatable("The authority is noted."),
)


def _resend_code(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.identity import resend_code
    from bailee.requests.request_locks import must_be_permitted, must_fit

    must_be_permitted(context, permissions.IDENTIFY)
    must_fit(request, permissions.IDENTIFY)
    resend_code(context, request)


RESEND_CODE = Act(
    name="resend-code",
    stage=Stage.IDENTITY,
    help="Have a new code sent to the contact on file, if there is one. Those before count no more.",
    permission=permissions.IDENTIFY,
    does=_resend_code,
    input=Input,
    title=translatable("Send a code again"),
    says=translatable("It goes to a contact that was on file before. Those sent earlier end."),
    button=translatable("Send a code"),
    said=translatable("A worker sends a code to the contact on file, if there is one."),
)
