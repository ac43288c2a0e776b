"""The clock: acts that move the day by which a request must be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bailee.requests import permissions
from bailee.requests.act import Act, Input, Prompt, Stage
from bailee.requests.fields import Text
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


class ClarifyingQuestion(Input):
    """What the person is asked."""

    words: Annotated[
        Text, Prompt(translatable("In words for the person"), translatable("Write what the person is asked"))
    ] = Field(description="What you need to know, for the letter.")


def _ask_clarification(context: Context, request: Request, given: ClarifyingQuestion) -> None:
    from bailee.requests.clocks import ask_clarification

    ask_clarification(context, request, given.words)


CLARIFY = Act(
    name="clarify",
    stage=Stage.CLOCK,
    help="Ask the person what the request is about. For a copy the clock stops until they answer (DPA 2018 s. 54).",
    permission=permissions.CLARIFY,
    does=_ask_clarification,
    input=ClarifyingQuestion,
    is_sensible=lambda case: case.paused_since is None,
    title=translatable("Ask what is meant"),
    says=translatable("For a copy the clock stops until they answer (DPA 2018 s. 54(3C))."),
    button=translatable("Send the question"),
    said=translatable("The question is on its way."),
)


def _note_clarified(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.clocks import note_clarified

    note_clarified(context, request)


ANSWERED = Act(
    name="answered",
    stage=Stage.CLOCK,
    help="Note that the person has said what is meant: the clock goes on.",
    permission=permissions.ANSWERED,
    does=_note_clarified,
    input=Input,
    is_sensible=lambda case: case.paused_since is not None,
    title=translatable("Note the answer"),
    says=translatable("The person has said what is meant. The clock goes on from today."),
    button=translatable("They have answered"),
    said=translatable("The clock goes on."),
)


class Extension(Input):
    """Why more time is needed (Art. 12(3))."""

    ground: Annotated[
        Literal["complexity", "number"],
        Prompt(
            translatable("On which ground"),
            translatable("Choose on which ground"),
            choices={
                "complexity": translatable("the request is complex"),
                "number": translatable("the person has made a number of requests"),
            },
        ),
    ] = Field(description="complexity: it is complex; number: its person has made a number of requests.")
    reasons: Annotated[
        Text,
        Prompt(translatable("Why, in words for the person"), translatable("Say why more time is needed"), rows=3),
    ] = Field(description="Why it takes longer, for the letter.")


def _extend_time(context: Context, request: Request, given: Extension) -> None:
    from bailee.requests.clocks import extend_time

    extend_time(context, request, given.reasons, ground=given.ground)


EXTEND = Act(
    name="extend",
    stage=Stage.CLOCK,
    help="Take up to three months from the start, once. The person is told why, within the first (Art. 12(3)).",
    permission=permissions.EXTEND,
    does=_extend_time,
    input=Extension,
    is_sensible=lambda case: case.request.extended_on is None,
    title=translatable("Extend the time"),
    says=translatable("Up to three months from the start; the person is told now (Art. 12(3))."),
    button=translatable("Extend to three months"),
    said=translatable("The time is extended, and the person is told why."),
)
