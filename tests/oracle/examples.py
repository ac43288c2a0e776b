"""One example at least for each numbered rule, as data: any engine that knows the steps can be held to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bailee.policy.model import (
    Collection,
    EdgeKind,
    Form,
    Gone,
    Hold,
    Identity,
    Joins,
    OnCopy,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Period,
    RetentionRule,
    RoundTo,
    Stored,
    Until,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Compare, Scalar
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    DELETE,
    LATER,
    MATCHED,
    PEOPLE,
    PERSON,
    PERSONS,
    UNCHANGED,
    Copy,
    Erase,
    Example,
    Find,
    Made,
    Retain,
    edge,
    email,
    mention,
    person,
    to_itself,
    world,
)
from tests.oracle.world import World

PSEUDONYM = Value(ValueKind.PSEUDONYM)
GONE = Value(constant="gone")


def _time(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - databases keep times without a zone


def _thread(on_leave: OnLeave, rows: tuple[tuple[Scalar, ...], ...], on_erase: OnErase = DELETE) -> Made:
    """A thread between two members."""
    both = (edge("person.id = one_id", gone=Gone.NULL), edge("person.id = other_id", gone=Gone.NULL))
    collection = Collection("thread", edges=both, on_erase=on_erase, on_leave=on_leave)
    return Made(collection, "id:integer! title one_id:integer other_id:integer", rows)


def _owned(name: str = "note", **words: object) -> Collection:
    """A collection that a person owns."""
    made = Collection(name, edges=(edge("person.id = person_id", gone=Gone.NULL),), on_erase=DELETE, on_leave=UNCHANGED)
    return replace(made, **words)  # type: ignore[arg-type] # the words of a collection


NOTE = "id:integer! text person_id:integer"
POST = Collection("post", edges=(edge("thread.id = thread_id", gone=Gone.DELETE),), on_erase=DELETE, on_leave=UNCHANGED)
POSTS = Made(POST, "id:integer! thread_id:integer!", ((1, 1), (2, 2)))

# --- who [1-5] -----------------------------------------------------------------------------------------------

WHO = (
    Example(
        1,
        "posts go with the thread that alice alone owned",
        world(PERSONS, _thread(UNCHANGED, ((1, "hers", ALICE, None), (2, "theirs", ALICE, BOB))), POSTS),
        (Erase((person(ALICE),)),),
        {"thread": [(2, "theirs", None, BOB)], "post": [(2, 2)]},
    ),
    Example(
        2,
        "alice who invited bob does not own his notes",
        world(
            Made(
                replace(PERSON, edges=(to_itself(edge("person.id = host_id", gone=Gone.NULL), 9),)),
                "id:integer! name email host_id:integer",
                ((ALICE, "Alice", "alice@x", None), (BOB, "Bob", "bob@x", ALICE)),
            ),
            Made(_owned(), NOTE, ((1, "Bob's", BOB),)),
        ),
        (Erase((person(ALICE),)),),
        {"person": [(BOB, "Bob", "bob@x", None)], "note": [(1, "Bob's", BOB)]},
    ),
    Example(
        3,
        "replies to alice are not hers",
        world(
            PERSONS,
            Made(
                _owned("note", edges=(edge("person.id = person_id"), edge("note.id = reply_to", gone=Gone.NULL))),
                "id:integer! person_id:integer reply_to:integer",
                ((1, ALICE, None), (2, BOB, 1), (3, None, 2)),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"note": [(2, BOB, None), (3, None, 2)]},
    ),
    Example(
        3,
        "a depth of one reaches the first fold and not the second",
        world(
            PERSONS,
            Made(
                _owned(
                    "folder",
                    edges=(
                        edge("person.id = person_id"),
                        to_itself(edge("folder.id = parent_id", gone=Gone.NULL), 1),
                    ),
                ),
                "id:integer! person_id:integer parent_id:integer",
                ((1, ALICE, None), (2, None, 1), (3, None, 2)),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"folder": [(3, None, None)]},
    ),
    Example(
        4,
        "a call to a recycled number is cleared only for whoever had it then",
        world(
            Made(
                replace(
                    PERSON,
                    identities=(Identity("phone", "phone", Stored(Form.E164), Joins.CONFIRM, ("since", "until")),),
                ),
                "id:integer! phone since:date until:date",
                (
                    (ALICE, "+441632960001", None, date(2020, 1, 1)),
                    (BOB, "+441632960001", date(2020, 1, 1), None),
                ),
            ),
            Made(
                Collection("call", mentions=(mention("caller", "phone", at="started"),), on_leave=MATCHED),
                "id:integer! caller started:timestamp",
                (
                    (1, "+441632960001", _time(2019)),
                    (2, "+441632960001", _time(2020)),
                    (3, "+441632960001", None),
                ),
            ),
        ),
        (Erase((person(ALICE),)),),
        {
            "call": [
                (1, None, _time(2019)),
                (2, "+441632960001", _time(2020)),
                (3, "+441632960001", None),
            ]
        },
    ),
    Example(
        5,
        "bob who was anonymised long ago keeps nothing for alice",
        world(
            Made(
                replace(
                    PERSON,
                    on_erase=OnErase({"name": PSEUDONYM, "erased": Value(constant=True)}),
                    erased_when=Compare("erased", "=", True),
                ),
                "id:integer! name email erased:boolean",
                ((ALICE, None, "alice@x", False), (BOB, "anon~0123456789abcdef", None, True)),
            ),
            _thread(UNCHANGED, ((1, "both", ALICE, BOB),)),
        ),
        (Erase((person(ALICE),)),),
        {
            "person": [(ALICE, None, "alice@x", True), (BOB, "anon~0123456789abcdef", None, True)],
            "thread": [],
        },
    ),
)

# --- closure [6-9] -------------------------------------------------------------------------------------------

_VERIFIED = replace(PERSON, identities=(email(verified_when=Compare("verified", "=", True)),))
_MAIL = Made(
    Collection("mail", mentions=(mention("recipient"),), on_leave=MATCHED),
    "id:integer! recipient",
    ((1, "alice@x"), (2, "ALICE@X"), (3, "n/a")),
)

CLOSURE = (
    Example(
        6,
        "two rows join only if both are verified",
        world(
            Made(
                _VERIFIED,
                "id:integer! email verified:boolean",
                ((ALICE, "alice@x", True), (BOB, "alice@x", True), (CAROL, "alice@x", False)),
            )
        ),
        (Find((("email", "alice@x"),), found=(ALICE, BOB), listed=(CAROL,)),),
    ),
    Example(
        7,
        "a shared address joins nobody and clears no mention",
        world(
            Made(PERSON, "id:integer! name email", ((ALICE, "A", "alice@x"), (BOB, "B", "alice@x"))),
            _MAIL,
            shared_above=1,
        ),
        (Find((("email", "alice@x"),), found=(), listed=(ALICE, BOB)), Erase((person(ALICE),))),
        {"mail": [(1, "alice@x"), (2, "ALICE@X"), (3, "n/a")]},
    ),
    Example(
        7,
        "an address once found shared stays shared when others have gone",
        world(
            Made(PERSON, "id:integer! name email", ((ALICE, "A", "alice@x"), (BOB, "B", "alice@x"))),
            _MAIL,
            shared_above=1,
        ),
        (Erase((person(ALICE),)), Erase((person(BOB),))),
        {"person": [], "mail": [(1, "alice@x"), (2, "ALICE@X"), (3, "n/a")]},
    ),
    Example(
        8,
        "a placeholder is nobody's address",
        world(Made(PERSON, "id:integer! name email", ((ALICE, "Alice", "n/a"), (BOB, "Bob", "n/a"))), _MAIL),
        (Find((("email", "n/a"),), found=()), Erase((person(ALICE),))),
        {"mail": [(1, "alice@x"), (2, "ALICE@X"), (3, "n/a")]},
    ),
    Example(
        9,
        "an address in other letters is another address",
        world(PERSONS, _MAIL),
        (Erase((person(ALICE),)),),
        {"mail": [(1, None), (2, "ALICE@X"), (3, "n/a")]},
    ),
)

# --- the fate of a row [10-16] -------------------------------------------------------------------------------

_LEAVES = OnLeave(matched=True, cells={"title": GONE})

FATES = (
    Example(
        10,
        "alice's own row goes although bob owns it too",
        world(
            Made(
                replace(PERSON, edges=(to_itself(edge("person.id = host_id", gone=Gone.NULL), 1),)),
                "id:integer! name email host_id:integer",
                ((ALICE, "Alice", "alice@x", BOB), (BOB, "Bob", "bob@x", None)),
            )
        ),
        (Erase((person(ALICE),)),),
        {"person": [(BOB, "Bob", "bob@x", None)]},
    ),
    Example(
        11,
        "bob keeps the thread when alice leaves",
        world(PERSONS, _thread(_LEAVES, ((1, "ours", ALICE, BOB), (2, "hers", ALICE, None)))),
        (Erase((person(ALICE),)),),
        {"thread": [(1, "gone", None, BOB)]},
    ),
    Example(
        11,
        "the thread goes with its last owner",
        world(PERSONS, _thread(_LEAVES, ((1, "ours", ALICE, BOB),))),
        (Erase((person(ALICE),)), Erase((person(BOB),))),
        {"thread": []},
    ),
    Example(
        11,
        "fixed values are not for those who only see",
        world(
            PERSONS,
            Made(
                Collection(
                    "ticket",
                    edges=(edge("person.id = watcher_id", EdgeKind.ACCESSED_BY),),
                    on_erase=DELETE,
                    on_leave=_LEAVES,
                ),
                "id:integer! title watcher_id:integer",
                ((1, "printer", ALICE),),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"ticket": [(1, "printer", None)]},
    ),
    Example(
        12,
        "anonymising writes what leaving would and wins over matched",
        world(
            PERSONS,
            Made(
                _owned(
                    "note",
                    mentions=(mention("sender"), mention("recipient")),
                    on_erase=OnErase({"sender": GONE}),
                    on_leave=OnLeave(matched=True, cells={"text": Value(constant="-")}),
                ),
                "id:integer! text person_id:integer sender recipient",
                ((1, "hello", ALICE, "alice@x", "alice@x"),),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"note": [(1, "-", None, "gone", None)]},
    ),
    Example(
        13,
        "of a list only the leaver's element goes and a cell that cannot be empty is unset",
        world(
            PERSONS,
            Made(
                Collection(
                    "mail",
                    edges=(
                        edge("person.id = sender_id", unset=0),
                        edge("person.id = recipient_id", gone=Gone.NULL),
                    ),
                    mentions=(mention("copied", stored=Stored(Form.LIST, ",")),),
                    on_erase=DELETE,
                    on_leave=MATCHED,
                ),
                "id:integer! sender_id:integer! recipient_id:integer copied",
                ((1, ALICE, BOB, "bob@x,alice@x"), (2, BOB, ALICE, "alice@x")),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"mail": [(1, 0, BOB, "bob@x"), (2, BOB, None, None)]},
    ),
    Example(
        14,
        "a shared row without anything to change stays as it is",
        world(PERSONS, _thread(UNCHANGED, ((1, "ours", ALICE, BOB),))),
        (Erase((person(BOB),)),),
        {"thread": [(1, "ours", ALICE, None)]},
    ),
    Example(
        15,
        "of what others read only a party's own erased mark is written",
        world(
            Made(
                replace(
                    PERSON,
                    on_erase=OnErase({"name": Value(), "erased": Value(constant=True)}),
                    erased_when=Compare("erased", "=", True),
                ),
                "id:integer! name erased:boolean email",
                ((ALICE, "Alice", False, "alice@x"),),
            )
        ),
        (Erase((person(ALICE),)), Erase((person(ALICE),))),
        {"person": [(ALICE, None, True, "alice@x")]},
    ),
    Example(
        16,
        "a pseudonym is not given a pseudonym",
        world(
            PERSONS,
            Made(
                _owned("note", on_erase=OnErase({"text": PSEUDONYM})),
                NOTE,
                ((1, "anon~0123456789abcdef", ALICE), (2, None, ALICE)),
            ),
        ),
        (Erase((person(ALICE),)), Erase((person(ALICE),))),
        {"note": [(1, "anon~0123456789abcdef", None), (2, None, None)]},
    ),
)

# --- holds [17-21] -------------------------------------------------------------------------------------------

_ACCOUNTING = Hold(
    "accounting",
    "a tax law",
    (("invoice", "amount"), ("invoice", "person_id"), ("person", "name")),
    Until("issued", Period(months=72), RoundTo.YEAR_END),
)
_INVOICE = _owned("invoice", hold=("accounting",))
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
    collection = _owned("bookmark", edges=(edge("person.id = person_id", gone=Gone.NULL), to_note))
    return Made(collection, "id:integer! person_id:integer note_id:integer", ((1, BOB, 1),))


_NOTES = Made(_owned(), NOTE, ((1, "hers", ALICE), (0, "a note that was removed", None)))

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
                _owned("order", edges=(edge("person.id = person_id"), edge("payment.id = last_id", EdgeKind.NAMES))),
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
                ((1, _time(2026, 2, 14)), (2, _time(2026, 2, 15)), (3, None)),
            ),
            rules=(RetentionRule("visits", Period(months=1), {"visit": "made"}),),
        ),
        (Retain("visits"),),
        {"visit": [(2, _time(2026, 2, 15)), (3, None)]},
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

EXAMPLES = (*WHO, *CLOSURE, *FATES, *HOLDS, *REFERENCES, *RETENTION)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A map that must be refused before anything is touched, and the permanent code of the reason."""

    rule: int
    name: str
    code: str
    world: World


def _mistaken(**words: object) -> World:
    """A thread between two members, with other words."""
    thread = _thread(UNCHANGED, ())
    collection = replace(thread.collection, **words)  # type: ignore[arg-type] # the words of a collection
    return world(PERSONS, Made(collection, thread.columns))


_LEFT = OnLeave(cells={"title": Value(constant="left")})
_TO_NOBODY = OnLeave(cells={"one_id": Value(constant=0)})

MISTAKES = (
    Mistake(
        12,
        "two words give one cell different values",
        "T304",
        _mistaken(on_erase=OnErase({"title": GONE}), on_leave=_LEFT),
    ),
    Mistake(13, "matched has nothing to clear", "T303", _mistaken(key=("one_id", "other_id"), on_leave=MATCHED)),
    Mistake(14, "an ownable collection says nothing of erasing", "T301", _mistaken(on_erase=None)),
    Mistake(14, "two can own a row and nothing is said of leaving", "T302", _mistaken(on_leave=None)),
    Mistake(15, "leaving writes a column that an edge reads", "T305", _mistaken(on_leave=_TO_NOBODY)),
    Mistake(
        24,
        "a rule counts from parties that nothing reaches",
        "T309",
        world(PERSONS, Made(_owned("note", retain="calls"), NOTE), rules=(_CALLS,)),
    ),
)
