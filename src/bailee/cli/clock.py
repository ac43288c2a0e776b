"""``bailee clock``: by when a request must be answered, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Option

from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.options import AsJson
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.clock import AnswerBy, Received

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_ISO = ["%Y-%m-%d"]
_Right = Literal["access", "rectification", "erasure", "restriction", "portability", "objection"]


def clock(
    *,
    received: Annotated[datetime, Option("--received", formats=_ISO, metavar="DATE", help="When the request came.")],
    identified: Annotated[
        datetime | None,
        Option(formats=_ISO, metavar="DATE", show_default=False, help="When ID or authority that we asked for came."),
    ] = None,
    fee_paid: Annotated[
        datetime | None,
        Option("--fee-paid", formats=_ISO, metavar="DATE", show_default=False, help="When a fee was paid."),
    ] = None,
    asked: Annotated[
        list[datetime] | None,
        Option(
            formats=_ISO, metavar="DATE", show_default=False, help="When we asked what is meant. May be given again."
        ),
    ] = None,
    answered: Annotated[
        list[datetime] | None,
        Option(formats=_ISO, metavar="DATE", show_default=False, help="When the person said so, in the same order."),
    ] = None,
    extended: Annotated[
        bool, Option("--extended", help="The request is complex: three months instead of one.")
    ] = False,
    right: Annotated[_Right, Option(help="What is asked for.")] = "access",
    regime: Annotated[Literal["uk", "eu"], Option(help="Whose law.")] = "uk",
    division: Annotated[
        str | None,
        Option(
            metavar="PLACE",
            show_default="england-and-wales; eu: weekends alone",
            help="Whose holidays: england-and-wales, scotland, northern-ireland; under --regime eu a country, as ie.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say by when a request must be answered, what started the clock, what paused it, and why this day.

    It reads no policy and no system: it is the law's calendar, to be checked by hand.
    """
    from bailee.clock import LegalRight, Received

    place = _division(regime, division)
    request = Received(
        received.date(),
        LegalRight(right),
        identified.date() if identified else None,
        fee_paid.date() if fee_paid else None,
        _pauses(asked or [], answered or []),
        extended,
        regime,
        place,
    )
    found = _answer(request)
    if as_json:
        show_json(_as_json(request, found))
    else:
        show(_lines(found))
    return Exit.DONE


def _division(regime: Literal["uk", "eu"], division: str | None) -> str:
    from bailee.clock import DIVISIONS

    places = DIVISIONS[regime]
    if division is None:
        return next(iter(places))
    if division.lower() not in places:
        message = f"no division {division!r} under --regime {regime}"
        raise CommandError(CommandProblem(Exit.USAGE, "clock", message, f"one of: {', '.join(places)}"))
    return division.lower()


def _answer(request: Received) -> AnswerBy:
    from bailee.clock import ClockError, answer_by

    try:
        return answer_by(request)
    except ClockError as error:
        raise CommandError(CommandProblem(Exit.USAGE, "clock", error.message, error.hint)) from None


def _pauses(asked: list[datetime], answered: list[datetime]) -> tuple[Any, ...]:
    from bailee.clock import ClockPause

    if len(answered) > len(asked):
        raise CommandError(
            CommandProblem(Exit.USAGE, "clock", "an answer without a question", "give --asked for each --answered")
        )
    ends: list[date | None] = [day.date() for day in answered]
    ends += [None] * (len(asked) - len(answered))
    return tuple(ClockPause(day.date(), end) for day, end in zip(asked, ends, strict=True))


def _as_json(request: Received, found: AnswerBy) -> dict[str, Any]:
    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "due": iso(found.due),
        "raw": iso(found.raw),
        "started": iso(found.started),
        "notice_by": iso(found.notice_by),
        "paused_days": found.paused_days,
        "extended": request.extended,
        "right": str(request.right),
        "regime": request.regime,
        "division": request.division,
        "rules": found.rules,
        "steps": [{"day": iso(s.day), "says": s.says, "law": s.law} for s in found.steps],
    }


def _lines(found: AnswerBy) -> Iterator[Line]:
    if found.due is None:
        yield Line("the clock is paused until the person answers your question", style="bold")
    else:
        yield Line(f"answer by the end of {_day(found.due)}", style="bold")
    width = max(len(_day(step.day)) for step in found.steps)
    yield Line("", tuple(Line(f"{_day(step.day):<{width}}  {step.says}  ({step.law})") for step in found.steps))
    yield Line("")
    if found.notice_by and found.due and found.notice_by >= found.due:
        yield Line(
            f"should it be complex: tell the person why by {_day(found.notice_by)}, and --extended says what follows"
        )
    yield Line(f"rules: {found.rules}")


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else ""
