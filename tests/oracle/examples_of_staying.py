"""Examples of what stays: holds, references, retention; and what a copy shows. Then the maps that are refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bailee.policy import (
    Collection,
    EdgeKind,
    Gone,
    Hold,
    OnCopy,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Period,
    RetentionRule,
    RoundTo,
    Until,
    Value,
)
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    DELETE,
    GONE,
    LATER,
    MATCHED,
    NOTE,
    PEOPLE,
    PERSONS,
    UNCHANGED,
    Copy,
    Erase,
    Example,
    Made,
    Retain,
    edge,
    mention,
    owned,
    person,
    thread,
    time,
    world,
)
from tests.oracle.world import World

# --- holds [17-21] -------------------------------------------------------------------------------------------

_ACCOUNTING = Hold(
    "accounting",
    "a tax law",
    (("invoice", "amount"), ("invoice", "person_id"), ("person", "name")),
    Until("issued", Period(months=72), RoundTo.YEAR_END),
)
_INVOICE = owned("invoice", hold=("accounting",))
_INVOICE_COLUMNS = "id:integer! amount:integer text person_id:integer issued:date"
_INVOICES = Made(
    _INVOICE,
    _INVOICE_COLUMNS,
    (
        (1, 10, "paid", ALICE, date(2020, 3, 1)),
        (2, 20, "paid", ALICE, date(2019, 12, 31)),
        (3, 30, "draft", ALICE, None),
    ),
)
_BOTH = Made(
    replace(_INVOICE, edges=(*_INVOICE.edges, edge("person.id = payer_id", gone=Gone.NULL)), on_leave=MATCHED),
    f"{_INVOICE_COLUMNS} payer_id:integer",
    ((1, 10, "ours", ALICE, date(2025, 3, 1), BOB),),
)

HOLDS = (
    Example(
        17,
        "an invoice is kept to the end of its year and six more or where it has no date",
        world(PERSONS, _INVOICES, holds=(_ACCOUNTING,)),
        (Erase((person(ALICE),)),),
        {"invoice": [(1, 10, None, ALICE, date(2020, 3, 1)), (3, 30, None, ALICE, None)]},
    ),
    Example(
        17,
        "a hold lasts through its last day",
        world(
            PERSONS,
            Made(
                owned("slip", hold=("year",)),
                "id:integer! person_id:integer issued:date",
                ((1, ALICE, date(2025, 3, 14)), (2, ALICE, date(2025, 3, 15))),
            ),
            holds=(Hold("year", "a law", (("slip", "issued"),), Until("issued", Period(months=12))),),
        ),
        (Erase((person(ALICE),)),),
        {"slip": [(2, None, date(2025, 3, 15))]},
    ),
    Example(
        18,
        "a kept invoice keeps the name of the person that it points to",
        world(PERSONS, _INVOICES, holds=(_ACCOUNTING,)),
        (Erase((person(ALICE),)),),
        {"person": [(ALICE, "Alice", None), *PEOPLE[1:]]},
    ),
    Example(
        19,
        "bob's row is not blanked because an invoice pins it",
        world(PERSONS, _BOTH, holds=(_ACCOUNTING,)),
        (Erase((person(BOB),)), Erase((person(CAROL),))),
        {"invoice": [(1, 10, "ours", ALICE, date(2025, 3, 1), None)], "person": [PEOPLE[0]]},
    ),
    Example(
        20,
        "the date that a hold counts from is never blanked",
        world(PERSONS, _INVOICES, holds=(replace(_ACCOUNTING, keeps=(("invoice", "amount"),)),)),
        (Erase((person(ALICE),)),),
        {
            "person": list(PEOPLE[1:]),
            "invoice": [(1, 10, None, None, date(2020, 3, 1)), (3, 30, None, None, None)],
        },
    ),
    Example(
        21,
        "when the hold has ended the release finishes what was begun",
        world(PERSONS, Made(_INVOICE, _INVOICE_COLUMNS, _INVOICES.rows[:2]), holds=(_ACCOUNTING,)),
        (Erase((person(ALICE),)), Erase((), LATER)),
        {"person": list(PEOPLE[1:]), "invoice": []},
    ),
)

# --- references [22, 23] -------------------------------------------------------------------------------------


def _referred(gone: OnParentGone | None) -> Made:
    """Bob's bookmark of a note."""
    to_note = replace(edge("note.id = note_id", EdgeKind.NAMES), on_parent_gone=gone)
    collection = owned("bookmark", edges=(edge("person.id = person_id", gone=Gone.NULL), to_note))
    return Made(collection, "id:integer! person_id:integer note_id:integer", ((1, BOB, 1),))


_NOTES = Made(owned(), NOTE, ((1, "hers", ALICE), (0, "a note that was removed", None)))

REFERENCES = (
    Example(
        22,
        "alice is refused while bob's bookmark would dangle and carol is not",
        world(PERSONS, _NOTES, _referred(None)),
        (Erase((person(ALICE), person(CAROL))),),
        {"person": list(PEOPLE[:2]), "note": list(_NOTES.rows), "bookmark": [(1, BOB, 1)]},
        frozenset({0}),
    ),
    Example(
        22,
        "a bookmark is emptied when its note goes",
        world(PERSONS, _NOTES, _referred(OnParentGone(Gone.NULL))),
        (Erase((person(ALICE),)),),
        {"note": [_NOTES.rows[1]], "bookmark": [(1, BOB, None)]},
    ),
    Example(
        22,
        "a bookmark goes with its note",
        world(PERSONS, _NOTES, _referred(OnParentGone(Gone.DELETE))),
        (Erase((person(ALICE),)),),
        {"note": [_NOTES.rows[1]], "bookmark": []},
    ),
    Example(
        22,
        "a note that matched parts from alice does not go with her",
        world(
            PERSONS,
            Made(
                owned(
                    "note",
                    edges=(edge("person.id = one_id", gone=Gone.DELETE), edge("person.id = other_id", gone=Gone.NULL)),
                    on_leave=MATCHED,
                ),
                "id:integer! one_id:integer other_id:integer",
                ((1, ALICE, BOB), (2, BOB, ALICE), (3, ALICE, None)),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"note": [(1, None, BOB), (2, BOB, None)]},
    ),
    Example(
        22,
        "a bookmark keeps the bones of its note until bob leaves",
        world(PERSONS, _NOTES, _referred(OnParentGone(Gone.PIN))),
        (Erase((person(ALICE),)),),
        {"person": list(PEOPLE[1:]), "note": [(1, None, None), _NOTES.rows[1]], "bookmark": [(1, BOB, 1)]},
    ),
    Example(
        22,
        "what bob's bookmark kept goes when bob does",
        world(PERSONS, _NOTES, _referred(OnParentGone(Gone.PIN))),
        (Erase((person(ALICE),)), Erase((person(BOB),))),
        {"note": [_NOTES.rows[1]], "bookmark": []},
    ),
    Example(
        22,
        "another note stands in for the one that went",
        world(PERSONS, _NOTES, _referred(OnParentGone(Gone.STAND_IN, {"id": 0}))),
        (Erase((person(ALICE),)),),
        {"note": [_NOTES.rows[1]], "bookmark": [(1, BOB, 0)]},
    ),
    Example(
        23,
        "rows that point at each other go together",
        world(
            PERSONS,
            Made(
                owned("order", edges=(edge("person.id = person_id"), edge("payment.id = last_id", EdgeKind.NAMES))),
                "id:integer! person_id:integer last_id:integer",
                ((1, ALICE, 7), (2, BOB, 8)),
            ),
            Made(
                Collection("payment", edges=(edge("order.id = order_id"),), on_erase=DELETE, on_leave=UNCHANGED),
                "id:integer! order_id:integer!",
                ((7, 1), (8, 2)),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"order": [(2, BOB, 8)], "payment": [(8, 2)]},
    ),
)

# --- retention and a copy [24-26] ----------------------------------------------------------------------------

_CALLS = RetentionRule("calls", Period(months=72))
_ACCOUNTS = Made(
    Collection("account", party=Party.ORGANISATION, ends="closed"),
    "id:integer! closed:date",
    ((1, date(2019, 1, 1)), (2, None), (3, date(2025, 1, 1))),
)
_BELONGS = edge("account.id = account_id", EdgeKind.BELONGS_TO)
_CALL = Made(
    Collection("call", edges=(_BELONGS, edge("account.id = payer_id", EdgeKind.BELONGS_TO)), retain="calls"),
    "id:integer! account_id:integer payer_id:integer",
    ((1, 1, None), (2, 2, None), (3, 1, 3), (4, None, None)),
)
_SEEN = Made(
    Collection(
        "message",
        edges=(edge("person.id = person_id"), edge("person.id = reader_id", EdgeKind.ACCESSED_BY)),
        mentions=(mention("sender"), mention("recipient")),
        on_erase=DELETE,
        on_leave=MATCHED,
        on_copy=OnCopy(masks=frozenset({"draft"})),
    ),
    "id:integer! person_id:integer reader_id:integer sender recipient draft",
    (
        (1, ALICE, BOB, "alice@x", "bob@x", "dear"),
        (2, BOB, ALICE, "bob@x", "alice@x", "dear"),
        (3, BOB, CAROL, "bob@x", "carol@x", "dear"),
    ),
)

RETENTION = (
    Example(
        24,
        "a call is due when the last of those that it belongs to has been gone long enough",
        world(_ACCOUNTS, _CALL, rules=(_CALLS,)),
        (Retain("calls"),),
        {"call": [(2, 2, None), (3, 1, 3), (4, None, None)]},
    ),
    Example(
        24,
        "a rule with a date of its own counts from that and an empty date is not due",
        world(
            Made(
                Collection("visit", retain="visits"),
                "id:integer! made:timestamp",
                ((1, time(2026, 2, 14)), (2, time(2026, 2, 15)), (3, None)),
            ),
            rules=(RetentionRule("visits", Period(months=1), {"visit": "made"}),),
        ),
        (Retain("visits"),),
        {"visit": [(2, time(2026, 2, 15)), (3, None)]},
    ),
    Example(
        25,
        "a due order waits for the payment that still points to it",
        world(
            Made(
                Collection("order", retain="orders"),
                "id:integer! made:date",
                ((1, date(2019, 1, 1)), (2, date(2019, 1, 1))),
            ),
            Made(
                Collection("payment", edges=(edge("order.id = order_id", EdgeKind.NAMES, gone=Gone.NULL),)),
                "id:integer! order_id:integer",
                ((7, 1),),
            ),
            rules=(RetentionRule("orders", Period(months=72), {"*": "made"}),),
        ),
        (Retain("orders"),),
        {"order": [(1, date(2019, 1, 1))], "payment": [(7, 1)]},
    ),
    Example(
        26,
        "a copy shows owned rows whole masks what the edge says and hides other people's addresses",
        world(PERSONS, _SEEN),
        (
            Copy(
                person(ALICE),
                {
                    "person": [PEOPLE[0]],
                    "message": [
                        (1, ALICE, BOB, "alice@x", "MASKED", "dear"),
                        (2, BOB, ALICE, "MASKED", "alice@x", "MASKED"),
                    ],
                },
            ),
        ),
        {"message": list(_SEEN.rows)},
    ),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A map that must be refused before anything is touched, and the permanent code of the reason."""

    rule: int
    name: str
    code: str
    world: World


def _mistaken(**words: object) -> World:
    """A thread between two members, with other words."""
    made = thread(UNCHANGED, ())
    collection = replace(made.collection, **words)  # type: ignore[arg-type] # the words of a collection
    return world(PERSONS, Made(collection, made.columns))


_LEFT = OnLeave(cells={"title": Value(constant="left")})
_TO_NOBODY = OnLeave(cells={"one_id": Value(constant=0)})

_DESKS = Made(
    Collection("desk", edges=(edge("person.id = person_id", EdgeKind.BELONGS_TO, gone=Gone.NULL),)),
    "id:integer! person_id:integer",
    uniques=(("person_id",),),
)
_TO_A_DESK = edge("desk.person_id = console_of", EdgeKind.NAMES)
_BADGES = Made(Collection("badge", edges=(_TO_A_DESK,)), "id:integer! console_of:integer")

MISTAKES = (
    Mistake(
        12,
        "two words give one cell different values",
        "T304",
        _mistaken(on_erase=OnErase({"title": GONE}), on_leave=_LEFT),
    ),
    Mistake(13, "matched has nothing to clear", "T303", _mistaken(key=("one_id", "other_id"), on_leave=MATCHED)),
    Mistake(
        22, "a column by which others point is to be emptied when alice goes", "T314", world(PERSONS, _DESKS, _BADGES)
    ),
    Mistake(14, "an ownable collection says nothing of erasing", "T301", _mistaken(on_erase=None)),
    Mistake(14, "two can own a row and nothing is said of leaving", "T302", _mistaken(on_leave=None)),
    Mistake(15, "leaving writes a column that an edge reads", "T305", _mistaken(on_leave=_TO_NOBODY)),
    Mistake(
        24,
        "a rule counts from parties that nothing reaches",
        "T309",
        world(PERSONS, Made(owned("note", retain="calls"), NOTE), rules=(_CALLS,)),
    ),
)
