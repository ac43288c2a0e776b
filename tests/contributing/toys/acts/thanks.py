"""A toy act, from outside the tree: the person has thanked us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bailee.requests.act import Act, Input, Prompt, Stage
from bailee.requests.fields import Text
from bailee.requests.permissions import OPEN, WHO_DEALS, Permission
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

THANK = Permission("note thanks", WHO_DEALS, OPEN)


class Thanks(Input):
    """What the person has said."""

    words: Annotated[Text, Prompt(translatable("What they said"), translatable("Write what they said"))] = Field(
        description="What they said."
    )


def _thank(context: Context, request: Request, given: Thanks) -> None:
    from bailee.requests.request_locks import locked_request
    from bailee.requests.timeline import note_event

    with locked_request(context, request, THANK):
        note_event(context, request, "thanked", length=len(given.words))


THANKS = Act(
    name="thanks",
    stage=Stage.TELL,
    help="Note that the person has thanked us.",
    permission=THANK,
    does=_thank,
    input=Thanks,
    is_sensible=lambda case: case.last("thanked") is None,
    title=translatable("Note their thanks"),
    button=translatable("They have thanked us"),
    said=translatable("It is noted."),
)
