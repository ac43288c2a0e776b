"""Examples of what is taken up again when a hold has ended, or with the next who is erased [12, 21]."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bailee.policy import Gone, Hold, OnErase, Period, Until, Value, ValueKind
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    GONE,
    LATER,
    MATCHED,
    PEOPLE,
    PERSONS,
    Erase,
    Example,
    Made,
    edge,
    mention,
    owned,
    person,
    world,
)

_EVIDENCE = Hold("evidence", "a law", (("letter", "sender"),), Until("sent", Period(months=12)))
_LETTER = owned(
    "letter",
    edges=(edge("person.id = one_id", gone=Gone.NULL), edge("person.id = other_id", gone=Gone.NULL)),
    mentions=(mention("sender"),),
    on_erase=OnErase({"sender": GONE}),
    on_leave=MATCHED,
    hold=("evidence",),
)
_LETTERS = Made(
    _LETTER,
    "id:integer! sender one_id:integer other_id:integer sent:date",
    ((1, "alice@x", ALICE, BOB, date(2026, 1, 1)), (2, "bob@x", ALICE, BOB, date(2026, 1, 1))),
)

_NOW = Value(ValueKind.NOW)

RELEASES = (
    Example(
        12,
        "what on_erase says of a cell wins over what a hold withheld from matched before",
        world(PERSONS, _LETTERS, holds=(_EVIDENCE,)),
        (Erase((person(ALICE),)), Erase((person(BOB),), LATER)),
        {
            "person": [PEOPLE[2]],
            "letter": [(1, "gone", None, None, date(2026, 1, 1)), (2, "gone", None, None, date(2026, 1, 1))],
        },
    ),
    Example(
        12,
        "what leaving writes into a cell wins over what a hold withheld from matched before",
        world(
            PERSONS,
            replace(
                _LETTERS,
                collection=replace(
                    _LETTER,
                    edges=(
                        edge("person.id = one_id", gone=Gone.NULL),
                        edge(
                            "person.id = other_id",
                            gone=Gone.NULL,
                            on_leave=replace(MATCHED, cells={"sender": Value(constant="gone")}),
                        ),
                    ),
                ),
            ),
            holds=(_EVIDENCE,),
        ),
        (Erase((person(ALICE),)), Erase((person(BOB),), LATER)),
        {"letter": [(1, "gone", None, None, date(2026, 1, 1)), (2, "gone", None, None, date(2026, 1, 1))]},
    ),
    Example(
        12,
        "a value that a hold withheld when alice left and again when bob was the last is written by one change",
        world(
            PERSONS,
            replace(
                _LETTERS,
                collection=replace(
                    _LETTER,
                    mentions=(),
                    on_erase=OnErase({"sender": GONE, "seen": _NOW}),
                    on_leave=replace(MATCHED, cells={"sender": GONE, "seen": _NOW}),
                ),
                columns=f"{_LETTERS.columns} seen:date",
                rows=((1, "alice@x", ALICE, BOB, date(2026, 1, 1), None), (2, "c", CAROL, BOB, date(2026, 1, 1), None)),
            ),
            holds=(_EVIDENCE,),
        ),
        (Erase((person(ALICE),)), Erase((person(BOB),)), Erase((), LATER)),
        {
            "letter": [
                (1, "gone", None, None, date(2026, 1, 1), LATER.date()),
                (2, "gone", CAROL, None, date(2026, 1, 1), LATER.date()),
            ]
        },
    ),
    Example(
        21,
        "what a hold withheld from matched is cleared when it has ended",
        world(PERSONS, _LETTERS, holds=(_EVIDENCE,)),
        (Erase((person(ALICE),)), Erase((), LATER)),
        {"letter": [(1, None, None, BOB, date(2026, 1, 1)), (2, "bob@x", None, BOB, date(2026, 1, 1))]},
    ),
)
