"""What anybody may check: the law's calendar, receipts, and the ledger."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from bailee.clock import DIVISIONS, ClockPause, LegalRight, Received, answer_by
from bailee.engine.ledger_entries import find_ledger_folder, inspect_ledger
from bailee.ledger import LedgerError, receipt
from bailee.requests.fields import Day, Flag, Identity, Word
from bailee.store.staff import Scope
from bailee.trace.normal import normalise
from bailee.web.api.access import EVERYBODY, Call, allow
from bailee.web.api.fields import Shape, View
from bailee.web.api.problems import CallRefused, NotFound

router = Router(tags=["evidence"])

_LONGEST_RECEIPT = 100_000


class ClockShape(Shape):
    """When we asked what is meant, and when the person said so."""

    asked: Day
    answered: Day | None = Field(None, description="Not yet, where it is not given")


class Dates(Shape):
    """What is known of a request, as far as dates go."""

    received: Day
    right: Literal["access", "rectification", "erasure", "restriction", "portability", "objection"] = "access"
    identified: Day | None = Field(None, description="When ID, or an agent's authority, came that was asked for")
    fee_paid: Day | None = None
    pauses: list[ClockShape] = Field([], max_length=20)
    extended: Flag = False
    regime: Literal["uk", "eu"] = "uk"
    division: Word | None = Field(
        None,
        description="Whose holidays: of the regime uk england-and-wales, scotland, northern-ireland, of eu a country",
    )


class LawStepView(View):
    """One line of the sum: the day that it leads to, why, and by which law."""

    day: date | None
    says: str
    law: str


class LastDayView(View):
    """By when a request must be answered, and why. ``due`` is empty while a pause lasts."""

    due: date | None
    raw: date | None = Field(description="The same before weekends and holidays")
    started: date
    notice_by: date | None = Field(description="The last day on which to say that it takes longer, with reasons")
    paused_days: int
    rules: str
    steps: list[LawStepView]


class Head(View):
    """The head of the ledger: a signed checkpoint (C2SP tlog-checkpoint). Keep it, and hold it against a later one."""

    checkpoint: str


class LedgerFinding(View):
    """One thing that is wrong with the ledger."""

    what: str = Field(examples=["tampered"])
    where: str
    says: str


class Audit(View):
    """The whole ledger, computed again."""

    holds: bool
    entries: int
    key: str
    findings: list[LedgerFinding]


class Older(Shape):
    """An older checkpoint, which the ledger must go on from."""

    checkpoint: str | None = Field(None, max_length=10_000)


class PauseShape(Shape):
    """A receipt, as the person has it."""

    receipt: str = Field(min_length=1, max_length=_LONGEST_RECEIPT, description="The text of the .tlog-proof file")
    key: str | None = Field(None, max_length=1_000, description="The ledger's key, from the firm itself")
    person: Identity | None = Field(None, description="Whom it should be about")


class ReceiptView(View):
    """What a receipt says, and what that proves; or, where it does not hold, why: then all else is empty."""

    holds: bool
    why_not: str = ""
    entry: dict[str, Any] | None = None
    index: int | None = None
    size: int | None = Field(default=None, description="How many entries the ledger then had")
    key: str = ""
    key_from: Literal["given", "receipt"] | None = None
    about_person: bool | None = None
    binds: bool | None = Field(default=None, description="Whether it shows about whom it is")
    proves: str
    proves_not: str


@router.post("/clock", auth=None, response=LastDayView, operation_id="clock")
def compute_clock(request: Call, body: Dates) -> Any:
    """Say by when a request must be answered, what started the clock, what paused it, and why this day."""
    places = DIVISIONS[body.regime]
    division = next(iter(places)) if body.division is None else body.division
    if division not in places:
        raise CallRefused("wrong-dates", "the regime has no such division", f"one of: {', '.join(places)}")
    pauses = tuple(ClockPause(one.asked, one.answered) for one in body.pauses)
    return answer_by(
        Received(
            body.received,
            LegalRight(body.right),
            body.identified,
            body.fee_paid,
            pauses,
            body.extended,
            body.regime,
            division,
        )
    )


@router.post("/receipts/verify", auth=None, response=ReceiptView, operation_id="verify_receipt")
def verify_receipt(request: Call, body: PauseShape) -> ReceiptView:
    """Verify a receipt. Nothing is looked up in the books, and nothing is kept.

    Without ``key`` it is verified by the key that it names itself: then it is whole, and anybody may have made it.
    """
    try:
        read = receipt.parse(body.receipt)
        verified = receipt.verify(read, body.key)
    except LedgerError as error:
        return ReceiptView(holds=False, why_not=error.message, proves="nothing", proves_not=receipt.PROVES_NOT)
    return ReceiptView(
        holds=True,
        entry=dict(read.entry),
        index=read.index,
        size=verified.checkpoint.size,
        key=str(verified.by),
        key_from="given" if body.key else "receipt",
        about_person=_is_about(read, body.person) if body.person else None,
        binds=read.key is not None,
        proves=receipt.PROVES,
        proves_not=receipt.PROVES_NOT,
    )


def _is_about(read: receipt.ReceiptFile, person: str) -> bool:
    prefix, colon, rest = person.partition(":")
    attribute, value = (prefix, rest) if colon else ("email" if "@" in person else "phone", person)
    normal = normalise(attribute, value, "ZZ")  # no region: nobody says whose national numbers these are
    return normal is not None and read.is_about(attribute, normal)


@router.get("/ledger", auth=None, response=Head, operation_id="ledger_head")
def show_ledger_head(request: Call) -> Head:
    """Return the signed head of the ledger. It tells nobody anything; what it covers cannot be changed any more."""
    try:
        text = (find_ledger_folder(request.context.store) / "checkpoint").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound from None
    return Head(checkpoint=text)


@router.post("/ledger/verify", auth=allow(Scope.READ, EVERYBODY), response=Audit, operation_id="verify_ledger")
def verify_ledger(request: Call, body: Older) -> Audit:
    """Compute the whole ledger again, and say what is wrong with it, and where."""
    try:
        key, entries, findings = inspect_ledger(request.context.store, body.checkpoint)
    except LedgerError as error:
        if error.code == "L603":  # it begins with the first plan that is carried out
            raise NotFound from None
        raise
    found = [LedgerFinding(**asdict(one)) for one in findings]
    return Audit(holds=not findings, entries=entries, key=key, findings=found)
