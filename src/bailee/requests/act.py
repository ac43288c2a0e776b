"""An act: what staff can do to a request, as one value.

From it come the operation of the API, the form in the console, the command, the row of the test of who may, and the
line in docs/requests.md. `bailee.requests.acts` has them all; docs/contributing/act.md says how to add one. Acts are
declared before the books are open: what an act does is imported when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from django.utils.translation import gettext
from pydantic import BaseModel, ConfigDict, ValidationError

from bailee.requests.fields import LINE, TEXT
from bailee.requests.permissions import Permission
from bailee.requests.translatable import translatable
from bailee.store.enums import Role

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Event, Notification, Proof, Request


class Stage(IntEnum):
    """The part of a request's way to which an act belongs: in this order acts are listed and offered."""

    IDENTITY = 1
    ANSWER = 2
    PLAN = 3
    CLOCK = 4
    TELL = 5
    END = 6


@dataclass(frozen=True, slots=True)
class Case:
    """A request with what has happened to it, as far as an act must know whether it makes sense now.

    ``is_observed``: the policy lets Bailee change no system. ``paused_since``: when its person was asked what they
    mean, if they have not answered. ``untold``: letters that reached nobody, of which nobody has told the person;
    ``undelivered``: those of them that could not be delivered: the others had no address. ``recipients``: what the
    register calls those who are to be told, by name.
    """

    request: Request
    is_observed: bool
    paused_since: date | None
    proofs: Sequence[Proof]
    events: Sequence[Event]
    to_tell: Sequence[Notification]
    recipients: Mapping[str, str]
    untold: Sequence[str]
    undelivered: Sequence[str]

    def last(self, kind: str) -> Event | None:
        """Return the latest event of a kind."""
        return next((one for one in reversed(self.events) if one.kind == kind), None)


class Input(BaseModel):
    """What an act is given; itself: nothing. A field that is not described is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


def list_mistakes(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield each field of an input that is wrong, empty for all of it, and what is wrong with it, in words for staff.

    Nothing of what was typed is repeated.
    """
    for one in error.errors(include_input=False, include_url=False):
        yield str(one["loc"][0]) if one["loc"] else "", _describe_mistake(one["type"], one["msg"], one.get("ctx", {}))


_MISTAKES: Mapping[str, str] = {
    "string_pattern_mismatch": translatable("Take out what is no text, such as control characters"),
    "string_too_short": translatable("Write more: at least %(count)s"),
    "too_short": translatable("Write more: at least %(count)s"),
    "string_too_long": translatable("Write at most %(count)s characters"),
    "too_long": translatable("Write at most %(count)s lines"),
}
"""Pydantic's kind of mistake -> what is said of it."""


def _describe_mistake(kind: str, says: str, facts: Mapping[str, Any]) -> str:
    if kind == "string_pattern_mismatch" and facts["pattern"] not in {TEXT, LINE}:
        return gettext("This cannot be so: look at what is asked for")
    if facts.get("min_length") == 1:
        return gettext("Say something here")
    count = facts.get("max_length", facts.get("min_length", 0))
    return gettext(_MISTAKES.get(kind, says)) % {"count": f"{count:,}"}


Choices: TypeAlias = Mapping[str, str] | Callable[[Case], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a page asks for a field, in English that the message catalogue has.

    ``missing``: said where it must be there and is not. ``rows``: of the box to write into, 1: a line. ``choices``:
    what can be chosen, and what each is called; they may depend on the request. ``none``: what it is called to choose
    nothing, where one may.
    """

    label: str
    missing: str = ""
    help: str = ""
    rows: int = 5
    choices: Choices | None = None
    none: str = ""


Given = TypeVar("Given", bound=Input)


def _is_always_sensible(_case: Case) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Act(Generic[Given]):
    """What staff can do to a request.

    ``name``: of the command and the address, and with underscores of the operation. ``help``: what it does, for
    programs and the command line. ``permission``: who may, in which states and for which rights; ``if_passed_on``: of a
    request that was passed on to the Data Controller. ``does``: does it; it takes the context, the request and an
    ``input``, and returns a plan or an approval where it makes one. It asks for the permission itself, in its turn.
    ``is_sensible``: whether there is anything to do. ``asks_systems``: it may have to wait for the firm's systems.

    ``title`` stands above its form, ``says`` in it, ``button`` on it, and ``said`` when it is done: in English that the
    catalogue has. Without a ``title`` it has a page of its own. ``is_grave``: it cannot be taken back.
    """

    name: str
    stage: Stage
    help: str
    permission: Permission
    does: Callable[[Context, Request, Given], object]
    input: type[Given]
    if_passed_on: Permission | None = None
    is_sensible: Callable[[Case], bool] = _is_always_sensible
    asks_systems: bool = False
    title: str = ""
    says: str | Callable[[Case], str] = ""
    button: str = ""
    said: str = ""
    is_grave: bool = False

    @property
    def operation(self) -> str:
        """Its name in the API."""
        return self.name.replace("-", "_")

    @property
    def roles(self) -> frozenset[Role]:
        """Who may at all."""
        return self.permission.roles | (self.if_passed_on.roles if self.if_passed_on else frozenset())

    @property
    def permissions(self) -> Sequence[Permission]:
        """All that it may need."""
        return [one for one in (self.permission, self.if_passed_on) if one is not None]

    def needs(self, case: Case) -> Permission:
        """Return what is needed for a request as it is."""
        return self.if_passed_on if self.if_passed_on and case.last("passed_on") else self.permission

    def can_be_done(self, case: Case, role: Role) -> bool:
        """Whether somebody in ``role`` can do it to a request as it is."""
        needed, request = self.needs(case), case.request
        return role in needed.roles and needed.fits(request.status, request.right) and self.is_sensible(case)

    def prompts(self) -> Mapping[str, Prompt]:
        """Return how each field of its input is asked for."""
        return {
            name: next(one for one in field.metadata if isinstance(one, Prompt))
            for name, field in self.input.model_fields.items()
        }


AnyAct: TypeAlias = Act[Any]
