"""Questions and complaints: acts by which staff answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bailee.requests import permissions
from bailee.requests.act import Act, Input, Prompt, Stage
from bailee.requests.fields import Flag, Sentence, Text
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


class Words(Input):
    """Words for the person."""

    words: Annotated[
        Text, Prompt(translatable("In words for the person"), translatable("Write what the person is told"))
    ] = Field(description="What the letter says to the person.")


def _answer_question(context: Context, request: Request, given: Words) -> None:
    from bailee.requests.answers import answer_question

    answer_question(context, request, given.words)


ANSWER = Act(
    name="answer",
    stage=Stage.ANSWER,
    help="Answer a question, and close it. One that was passed on is the Data Controller's to answer.",
    permission=permissions.ANSWER,
    if_passed_on=permissions.ANSWER_CONCERN,
    does=_answer_question,
    input=Words,
    title=translatable("Answer"),
    button=translatable("Send the answer and close"),
    said=translatable("The answer is on its way."),
)


class Conclusion(Words):
    """What came of a complaint. Where neither is said, the letter has the words alone."""

    put_right: Annotated[
        list[Sentence],
        Prompt(
            translatable("Was something put right? What?"),
            help=translatable("One sentence a line, for the person."),
            rows=3,
        ),
    ] = Field([], max_length=50, description="What was put right, each in a sentence.")
    nothing_to_put_right: Annotated[
        Flag,
        Prompt(
            translatable("Nothing had to be put right"),
            help=translatable("The letter says so. Where you say neither, it has your words alone."),
        ),
    ] = Field(default=False, description="Nothing had to be put right: the letter says so.")

    @field_validator("nothing_to_put_right")
    @classmethod
    def _must_not_be_both(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - as Pydantic calls it
        if value and info.data.get("put_right"):
            raise PydanticCustomError("contradiction", translatable("Leave this out where something was put right"))
        return value


def _conclude_complaint(context: Context, request: Request, given: Conclusion) -> None:
    from bailee.requests.answers import conclude_complaint

    conclude_complaint(
        context,
        request,
        given.words,
        put_right=given.put_right,
        nothing_to_put_right=given.nothing_to_put_right,
    )


CONCLUDE = Act(
    name="conclude",
    stage=Stage.ANSWER,
    help="Tell what came of a complaint, and close it. The letter names the regulator (DPA 2018 s. 164A).",
    permission=permissions.CONCLUDE,
    if_passed_on=permissions.CONCLUDE_CONCERN,
    does=_conclude_complaint,
    input=Conclusion,
    title=translatable("Conclude"),
    says=translatable("The letter names the regulator."),
    button=translatable("Send the outcome and close"),
    said=translatable("The outcome is on its way."),
)


def _report_progress(context: Context, request: Request, given: Words) -> None:
    from bailee.requests.answers import report_progress

    report_progress(context, request, given.words)


PROGRESS = Act(
    name="progress",
    stage=Stage.ANSWER,
    help="Tell the person how far their complaint has come.",
    permission=permissions.PROGRESS,
    does=_report_progress,
    input=Words,
    title=translatable("Send a progress report"),
    button=translatable("Send"),
    said=translatable("The person is told how far the complaint has come."),
)


def _acknowledge_complaint(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.answers import acknowledge_complaint

    acknowledge_complaint(context, request)


ACKNOWLEDGE = Act(
    name="acknowledge",
    stage=Stage.ANSWER,
    help="Acknowledge a complaint, where that was not done when it came in (DPA 2018 s. 164A).",
    permission=permissions.ACKNOWLEDGE,
    does=_acknowledge_complaint,
    input=Input,
    is_sensible=lambda case: case.request.acknowledged_on is None,
    title=translatable("Acknowledge"),
    says=translatable("One that came since 19 June 2026 is acknowledged within 30 days (DPA 2018 s. 164A)."),
    button=translatable("Send the acknowledgement"),
    said=translatable("The acknowledgement is on its way."),
)


def _pass_on(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.answers import pass_to_controller

    pass_to_controller(context, request)


PASS_ON = Act(
    name="pass-on",
    stage=Stage.ANSWER,
    help="Pass a question or a complaint on to the Data Controller, who alone answers it then.",
    permission=permissions.PASS_ON,
    does=_pass_on,
    input=Input,
    is_sensible=lambda case: case.last("passed_on") is None,
    title=translatable("Pass on"),
    says=translatable("To the Data Controller, who alone answers it then."),
    button=translatable("Pass it on"),
    said=translatable("Only the Data Controller can answer it now."),
)
