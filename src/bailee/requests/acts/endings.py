"""How a request ends other than by a plan: acts that close it, refuse it, take it back, or lift what it brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bailee.requests import permissions
from bailee.requests.act import Act, Case, Input, Prompt, Stage
from bailee.requests.fields import Day, Sentence, Text, Word
from bailee.requests.translatable import translatable
from bailee.store.enums import Outcome

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


class RestrictionEnd(Input):
    """The day on which a restriction ends, and why: the person is told before (Art. 18(3))."""

    reasons: Annotated[
        Text, Prompt(translatable("Why it ends, in words for the person"), translatable("Say why it ends"), rows=3)
    ] = Field(description="Why the restriction ends, for the letter.")
    ends: Annotated[
        Day,
        Prompt(
            translatable("Last day"),
            translatable("Give the last day"),
            translatable("The person is told before it ends (Art. 18(3))."),
        ),
    ] = Field(description="The day on which it ends.")


def _lift_restriction(context: Context, request: Request, given: RestrictionEnd) -> None:
    from bailee.requests.restrictions import lift_restriction

    lift_restriction(context, request, given.reasons, given.ends)


LIFT = Act(
    name="lift",
    stage=Stage.END,
    help=(
        "Tell the person that a restriction ends on a day to come (Art. 18(3)); the Data Controller alone may. It ends "
        "on that day if the letter has left before, or staff have told them; else it lasts until they know."
    ),
    permission=permissions.LIFT,
    does=_lift_restriction,
    input=RestrictionEnd,
    is_sensible=lambda case: case.request.forget_on is None,
    title=translatable("Lift the restriction"),
    button=translatable("Tell the person, and lift it"),
    said=translatable("The restriction ends on that day if a letter has told the person before."),
)


class DoneByHand(Input):
    """What was done, and what was not and why, each in a sentence for the person; one of them at least."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in ("done", "not_done")]
        }
    )
    done: Annotated[
        list[Sentence],
        Prompt(
            translatable("What was done"),
            help=translatable("One sentence a line, for the person."),
            rows=3,
        ),
    ] = Field([], max_length=50, description="What was done, each in a sentence.")
    not_done: Annotated[
        list[Sentence],
        Prompt(
            translatable("What was not, and why"),
            help=translatable("One sentence a line. The request is then done in part."),
            rows=3,
        ),
    ] = Field(
        [],
        max_length=50,
        validate_default=True,
        description="What was not done, and why, each in a sentence: it is done in part.",
    )

    @field_validator("not_done")
    @classmethod
    def _must_say_one(cls, value: list[str], info: ValidationInfo) -> list[str]:
        if not any(text.strip() for text in [*value, *info.data.get("done", ())]):
            raise PydanticCustomError("contradiction", translatable("Say what was done, or what was not and why"))
        return value


def _close_request(context: Context, request: Request, given: DoneByHand) -> None:
    from bailee.requests.request_end import close_request

    outcome = Outcome.PARTLY if given.not_done else Outcome.DONE
    close_request(context, request, outcome, done=given.done, reasons=given.not_done)


CLOSE = Act(
    name="close",
    stage=Stage.END,
    help="Close a request that was dealt with by hand, and tell the person what was done.",
    permission=permissions.CLOSE_BY_HAND,
    does=_close_request,
    input=DoneByHand,
    title=translatable("Close by hand"),
    says=translatable("You have done in the systems what was asked for. A plan that waits is called off."),
    button=translatable("Tell the person, and close"),
    said=translatable("It is closed, and the person is told."),
)


def _list_grounds(case: Case) -> Mapping[str, str]:
    from bailee.requests.refusals import list_grounds

    return {code: f"{ground.article}: {ground.says}" for code, ground in list_grounds(case.request).items()}


class RefusalGround(Input):
    """On which ground a request is refused, and why that applies."""

    ground: Annotated[
        Word,
        Prompt(translatable("Ground"), translatable("Choose the ground on which it is refused"), choices=_list_grounds),
    ] = Field(description="A ground of the law, by its code: docs/requests.md lists them.", examples=["legal_claims"])
    reasons: Annotated[
        Text,
        Prompt(
            translatable("Why it applies here"),
            translatable("Say why the ground applies here"),
            translatable("The letter has it, with how to complain and to go to court."),
        ),
    ] = Field(description="Why it applies here, for the letter.")


def _refuse_request(context: Context, request: Request, given: RefusalGround) -> None:
    from bailee.requests.refusals import refuse_request

    refuse_request(context, request, given.ground, given.reasons)


REFUSE = Act(
    name="refuse",
    stage=Stage.END,
    help="Refuse a request, by the Data Controller alone. The letter has reasons and remedies (Art. 12(4)).",
    permission=permissions.REFUSE,
    does=_refuse_request,
    input=RefusalGround,
    title=translatable("Refuse"),
    button=translatable("Refuse, and tell the person why"),
    said=translatable("It is refused, and the person is told why."),
    is_grave=True,
)


def _withdraw_request(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.request_end import withdraw_request

    withdraw_request(context, request)


WITHDRAW = Act(
    name="withdraw",
    stage=Stage.END,
    help="End a request since its person has taken it back.",
    permission=permissions.WITHDRAW,
    does=_withdraw_request,
    input=Input,
    title=translatable("Withdraw"),
    says=translatable("The person has taken the request back."),
    button=translatable("They have taken it back"),
    said=translatable("It is withdrawn."),
    is_grave=True,
)
