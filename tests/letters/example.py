"""A firm, and one of each letter that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bailee.policy import Contact, Firm
from bailee.requests.letters import Facts, KeptData, Template
from bailee.store.enums import Right

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SOON = datetime(2026, 11, 25, 14, 30, tzinfo=ZoneInfo("Europe/London"))

FIRM = Firm(
    "Harbour Lane Communications Ltd",
    controller=Contact(
        "Noor Castellane, Data Controller",
        "privacy@harbourlane.example",
        "+44 20 7946 0001",
        "4 Harbour Lane, Port Ellery ZZ1 1AA",
    ),
    regulator=Contact("Information Commissioner", address="https://ico.org.uk/make-a-complaint"),
)
FACTS = Facts(FIRM, "HL-7F3K-2QX9", Right.ERASE, date(2026, 11, 24), NOW.date(), due=date(2026, 12, 24))
LINK = "https://privacy.harbourlane.example/requests/HL-7F3K-2QX9"
INVOICES = KeptData("Your invoices", "Companies Act 2006, s. 388; six years after the year of issue", date(2032, 3, 31))
DONE = (
    "We have erased your contact record, 88 call records and 3 recordings.",
    "We have taken you off the mailing list.",
)

EXAMPLES: Mapping[Template, Facts] = {
    Template.ACKNOWLEDGE: replace(FACTS, due=None, link=LINK),
    Template.IDENTITY: replace(FACTS, due=None, code="K7QM-3XPA", expires=SOON, link=LINK),
    Template.VISIT: replace(FACTS, due=None, code="K7QM-3XPA", expires=SOON),
    Template.VERIFIED: replace(FACTS, link=LINK),
    Template.CLARIFY: replace(
        FACTS,
        asked=Right.COPY,
        asks=("Which of your telephone lines do you mean?", "From which day on do you want the recordings?"),
        clock_stops=True,
        due=None,
        link=LINK,
    ),
    Template.EXTEND: replace(
        FACTS,
        asked=Right.COPY,
        due=date(2027, 2, 24),
        reasons=(
            "There are 4,200 recordings, and the voices of others must be looked for in each.",
            "One of the systems is being moved until the middle of December.",
        ),
    ),
    Template.HELD: replace(
        FACTS, due=None, done=DONE, kept=(INVOICES, KeptData("Your name and postal address", INVOICES.law))
    ),
    Template.RESUMED: replace(FACTS, due=None, done=("We have erased your invoices, your name and your address.",)),
    Template.PARTLY: replace(
        FACTS,
        asked=Right.COPY,
        due=None,
        done=("We have made a copy of 312 rows from four systems.",),
        reasons=("Two recordings are left out: somebody else speaks in them who has not agreed.",),
        link=LINK,
    ),
    Template.REFUSE: replace(
        FACTS, asked=Right.CORRECT, due=None, reasons=("The call was made at 14:02, as the exchange recorded it.",)
    ),
    Template.COMPLETE: replace(
        FACTS, due=None, done=DONE, has_receipt=True, receipt_until=date(2030, 1, 24), link=LINK
    ),
    Template.WITHDRAWN: replace(FACTS, due=None),
    Template.EXPIRED: replace(FACTS, due=None),
    Template.RESTRICTED: replace(FACTS, asked=Right.RESTRICT, due=None, link=LINK),
    Template.RESTRICTION_ENDS: replace(
        FACTS,
        asked=Right.RESTRICT,
        due=None,
        ends=date(2026, 12, 14),
        reasons=("You and we agree now which address is right.",),
    ),
    Template.OBJECTED: replace(FACTS, asked=Right.OBJECT, due=None),
    Template.ANSWER: replace(
        FACTS,
        asked=Right.QUESTION,
        due=None,
        words="We keep call records for six years.\n\nAfter that they are erased.",
    ),
    Template.DOWNLOAD_READY: replace(FACTS, asked=Right.COPY, due=None, link=LINK, expires=SOON),
    Template.COPY_LINK: replace(
        FACTS,
        asked=Right.COPY,
        due=None,
        link=f"{LINK}/token",
        expires=SOON,
        door=LINK,
        waits_until=SOON,
        reasons=("12 values of other people, which are theirs (Art. 15(4))",),
    ),
    Template.COMPLAINT: replace(FACTS, asked=Right.COMPLAINT, link=LINK),
    Template.COMPLAINT_PROGRESS: replace(
        FACTS, asked=Right.COMPLAINT, words="We have spoken to the people who answered you."
    ),
    Template.COMPLAINT_OUTCOME: replace(
        FACTS,
        asked=Right.COMPLAINT,
        due=None,
        words="You were right: we answered four days late.",
        done=("We have put a reminder where none was.",),
    ),
}
