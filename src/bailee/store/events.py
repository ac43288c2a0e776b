"""What happens to requests and letters, as values, and who hears of it: in the caller's transaction, before it goes on.

Who tells of something does not know who hears of it. What is told and heard by nobody is a mistake of ours, and
raises: a letter that nobody writes would be missed without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from bailee.store.models import Request

C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """Something has happened to a request, and is on its timeline.

    ``kind``: as the timeline has it. ``reference``, ``right`` and ``status``: of the request, as they are now.
    """

    kind: str
    reference: str
    right: str
    status: str


@dataclass(frozen=True, slots=True)
class LetterWanted:
    """A letter about ``request`` is to go ``to`` an e-mail address, or the lines of a postal one, by ``channel``.

    ``template`` and ``facts``: which letter, and what it says besides what the request itself does.
    """

    request: Request
    template: str
    facts: Mapping[str, object]
    to: str
    channel: str


@dataclass(frozen=True, slots=True)
class NoAddress:
    """There is no address for a letter about ``request``: nobody is told what it would say."""

    request: Request
    template: str


@dataclass(frozen=True, slots=True)
class LetterLeft:
    """A mail server has a letter about the request of this id now, or the post. ``message_id``: of the books."""

    request_id: str
    template: str
    message_id: str


@dataclass(frozen=True, slots=True)
class LetterFailed:
    """A letter about the request of this id has been given up. ``problem``: the code of what stood in the way.

    ``written_on``: the firm's day on which it was written, or put on its way once more after it had failed.
    """

    request_id: str
    template: str
    message_id: str
    problem: str
    written_on: date


class UnheardError(RuntimeError):
    """Nobody hears of an event."""


@dataclass(frozen=True)
class Subscription(Generic[C]):
    """Who hears of events of one kind. Made by `on`."""

    event: type[Any]
    call: Callable[[C, Any], object]


def make_subscription(event: type[E], call: Callable[[C, E], object]) -> Subscription[C]:
    """Return the subscription by which ``call`` hears of each ``event``."""
    return Subscription(event, call)


@dataclass(frozen=True)
class Dispatcher(Generic[C]):
    """Who hears of which event. ``C``: in what it is told, as a context."""

    calls: Mapping[type[Any], tuple[Callable[[C, Any], object], ...]] = field(default_factory=dict)

    def emit(self, context: C, event: object) -> None:
        """Tell all who hear of ``event``, in the order of their subscriptions.

        Raises what they raise, so that the caller's transaction is rolled back; `UnheardError` where nobody hears.
        """
        calls = self.calls.get(type(event))
        if not calls:
            raise UnheardError(f"nobody hears of {type(event).__name__}")
        for call in calls:
            call(context, event)


def make_dispatcher(subscriptions: Iterable[Subscription[C]]) -> Dispatcher[C]:
    """Return the dispatcher of ``subscriptions``."""
    calls: dict[type[Any], tuple[Callable[[C, Any], object], ...]] = {}
    for one in subscriptions:
        calls[one.event] = (*calls.get(one.event, ()), one.call)
    return Dispatcher(calls)
