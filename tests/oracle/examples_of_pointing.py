"""Examples of rows that stay and point by a unique column that is not the key: what they point to keeps it [18]."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bailee.policy import Collection, EdgeKind, Gone, Hold, Period, RetentionRule, Until
from bailee.trace.schema import ForeignKey
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    MATCHED,
    PERSON,
    Erase,
    Example,
    Made,
    Retain,
    edge,
    owned,
    person,
    world,
)

_PEOPLE = ((ALICE, "Alice", "alice@x", "A-1"), (BOB, "Bob", "bob@x", "B-2"), (CAROL, "Carol", "carol@x", "C-3"))
_NUMBERED = Made(PERSON, "id:integer! name email code", _PEOPLE, uniques=(("code",),))
_SEVEN_YEARS = Until("issued", Period(months=84))
_KEPT = Hold("books", "a tax law", (("invoice", "amount"), ("invoice", "customer")), _SEVEN_YEARS)
_TO_CODE = edge("person.code = customer", EdgeKind.NAMES)
_INVOICE = owned("invoice", edges=(edge("person.id = person_id", gone=Gone.NULL), _TO_CODE), hold=("books",))
_COLUMNS = "id:integer! amount:integer customer person_id:integer issued:date"
_INVOICES = ((1, 10, "A-1", ALICE, date(2024, 5, 1)), (2, 20, "B-2", BOB, date(2024, 5, 1)))
_BARE = [(ALICE, None, None, "A-1"), *_PEOPLE[1:]]

_PROFILE = owned(
    "profile",
    edges=(edge("person.id = person_id", gone=Gone.NULL), edge("person.code = code", EdgeKind.NAMES, gone=Gone.PIN)),
)
_PROFILES = Made(
    _PROFILE,
    "id:integer! person_id:integer code about",
    ((1, ALICE, "A-1", "hers"), (2, CAROL, "C-3", "hers too")),
    uniques=(("code",),),
)
_TO_PROFILE = edge("profile.code = profile_code", EdgeKind.NAMES, gone=Gone.PIN)
_BOOKMARKS = Made(
    owned("bookmark", edges=(edge("person.id = person_id", gone=Gone.NULL), _TO_PROFILE)),
    "id:integer! person_id:integer profile_code",
    ((1, BOB, "A-1"),),
)

_ORDERS = Made(
    Collection("order", retain="orders", hold=("books",)),
    "id:integer! number made:date issued:date",
    ((1, "N-1", date(2019, 1, 1), date(2010, 1, 1)), (2, "N-2", date(2019, 1, 1), date(2010, 1, 1))),
    uniques=(("number",),),
)
_PAYMENTS = Made(
    Collection(
        "payment", edges=(edge("order.number = order_number", EdgeKind.NAMES),), retain="orders", hold=("paid",)
    ),
    "id:integer! order_number made:date paid:date text",
    ((7, "N-1", date(2019, 1, 1), date(2024, 5, 1), "hers"), (8, "N-2", date(2019, 1, 1), date(2010, 1, 1), "hers")),
)
_PAID = Hold("paid", "a tax law", (("payment", "order_number"),), Until("paid", Period(months=84)))
_RULE = RetentionRule("orders", Period(months=72), {"*": "made"})

_WITH_A_CARD = replace(PERSON, edges=(edge("card.holder = id", EdgeKind.ACCESSES),))
_CARDS = Made(
    Collection("card", on_leave=MATCHED),
    "id:integer! holder:integer colour",
    ((1, ALICE, "blue"), (2, BOB, "red")),
    foreign=(ForeignKey(("holder",), "person", ("id",)),),
    uniques=(("holder",),),
)

_GOES_ALONG = owned(
    "profile",
    edges=(edge("person.id = person_id", gone=Gone.NULL), edge("person.code = code", gone=Gone.DELETE)),
)
_BY_NUMBER = edge("profile.code = profile_code", EdgeKind.NAMES)
_STORY = Hold("story", "a law", (("profile", "about"),), Until())

_NAMED = Hold("named", "a law", (("person", "name"),), Until())
_BY_CODE = ForeignKey(("invited_by",), "person", ("code",), "by_code")
_INVITED = Made(
    replace(PERSON, edges=(edge("person.code = invited_by", EdgeKind.NAMES),), hold=("named",)),
    "id:integer! name email code invited_by",
    (
        (ALICE, "Alice", "alice@x", "A-1", "A-1"),
        (BOB, "Bob", "bob@x", "B-2", None),
        (CAROL, "Carol", "carol@x", "C-3", "B-2"),
        (4, "Alice", "alice@y", "A-4", "A-1"),
        (5, "Alice", "alice@z", "A-5", "A-4"),
    ),
    (_BY_CODE,),
    (("code",),),
)
_HELD_BY_NAME = {
    "person": [*((n, "Alice", None, None, None) for n in (ALICE, 4, 5)), *_INVITED.rows[1:3]],
}
_BY_CARD = ForeignKey(("card",), "card", ("code",), "by_card")
_BY_HOLDER = ForeignKey(("holder",), "person", ("code",), "by_holder")
_HOLDERS = Made(
    replace(PERSON, edges=(edge("card.code = card", EdgeKind.NAMES),), hold=("named",)),
    "id:integer! name email code card",
    ((ALICE, "Alice", "alice@x", "A-1", "K-1"), (BOB, "Bob", "bob@x", "B-2", "K-2")),
    (_BY_CARD,),
    (("code",),),
)
_CARDS_BY_CODE = Made(
    owned("card", edges=(edge("person.code = holder"),), hold=("named",)),
    "id:integer! code holder colour",
    ((1, "K-1", "A-1", "blue"), (2, "K-2", "B-2", "red")),
    (_BY_HOLDER,),
    (("code",),),
)

POINTING = (
    Example(
        22,
        "a card of one holder points to alice by its foreign key, whichever of the two declares the edge",
        world(Made(_WITH_A_CARD, "id:integer! name email code", _PEOPLE), _CARDS),
        (Erase((person(ALICE),)),),
        {"person": list(_PEOPLE[1:]), "card": [(1, None, "blue"), (2, BOB, "red")]},
    ),
    Example(
        18,
        "a kept invoice that points by customer number keeps the number of its customer",
        world(_NUMBERED, Made(_INVOICE, _COLUMNS, _INVOICES), holds=(_KEPT,)),
        (Erase((person(ALICE),)),),
        {"person": _BARE, "invoice": [(1, 10, "A-1", None, date(2024, 5, 1)), _INVOICES[1]]},
    ),
    Example(
        18,
        "with a foreign key to the customer number the person can be erased",
        world(
            _NUMBERED,
            Made(_INVOICE, _COLUMNS, _INVOICES, (ForeignKey(("customer",), "person", ("code",), "by_number"),)),
            holds=(_KEPT,),
        ),
        (Erase((person(ALICE),)),),
        {"person": _BARE, "invoice": [(1, 10, "A-1", None, date(2024, 5, 1)), _INVOICES[1]]},
    ),
    Example(
        18,
        "an invoice of bob's that keeps its number of alice keeps hers although matched would clear it",
        world(
            _NUMBERED,
            Made(
                owned(
                    "invoice",
                    edges=(edge("person.id = person_id", gone=Gone.NULL), edge("person.code = customer")),
                    on_leave=MATCHED,
                    hold=("books",),
                ),
                _COLUMNS,
                ((1, 10, "A-1", BOB, date(2024, 5, 1)),),
            ),
            holds=(_KEPT,),
        ),
        (Erase((person(ALICE),)),),
        {"person": _BARE, "invoice": [(1, 10, "A-1", BOB, date(2024, 5, 1))]},
    ),
    Example(
        18,
        "a pinned profile that keeps its number keeps the person that the number points to",
        world(_NUMBERED, _PROFILES, _BOOKMARKS),
        (Erase((person(ALICE),)),),
        {
            "person": _BARE,
            "profile": [(1, None, "A-1", None), (2, CAROL, "C-3", "hers too")],
            "bookmark": [(1, BOB, "A-1")],
        },
    ),
    Example(
        21,
        "what a bookmark kept by number goes with it along the whole way",
        world(_NUMBERED, _PROFILES, _BOOKMARKS),
        (Erase((person(ALICE),)), Erase((person(BOB),))),
        {"person": [_PEOPLE[2]], "profile": [(2, CAROL, "C-3", "hers too")], "bookmark": []},
    ),
    Example(
        22,
        "a profile that stays with its number refuses when the person it points to may not stay",
        world(
            _NUMBERED,
            replace(_PROFILES, collection=replace(_PROFILE, edges=(_PROFILE.edges[0], edge("person.code = code")))),
            _BOOKMARKS,
        ),
        (Erase((person(ALICE),)),),
        {"person": list(_PEOPLE), "profile": list(_PROFILES.rows), "bookmark": [(1, BOB, "A-1")]},
        frozenset({0}),
    ),
    Example(
        22,
        "a profile that is to go along and is pinned by its number refuses for the person whose number that is",
        world(_NUMBERED, replace(_PROFILES, collection=_GOES_ALONG), _BOOKMARKS),
        (Erase((person(ALICE),)),),
        {"person": list(_PEOPLE), "profile": list(_PROFILES.rows), "bookmark": [(1, BOB, "A-1")]},
        frozenset({0}),
    ),
    Example(
        22,
        "a profile that is to go along and is held refuses while a bookmark needs its number",
        world(
            _NUMBERED,
            replace(_PROFILES, collection=replace(_GOES_ALONG, hold=("story",))),
            replace(_BOOKMARKS, collection=replace(_BOOKMARKS.collection, edges=(_BY_NUMBER,))),
            holds=(_STORY,),
        ),
        (Erase((person(ALICE),)),),
        {"person": list(_PEOPLE), "profile": list(_PROFILES.rows), "bookmark": [(1, BOB, "A-1")]},
        frozenset({0}),
    ),
    Example(
        22,
        "a profile that is to go along and is held loses a number that nobody needs",
        world(_NUMBERED, replace(_PROFILES, collection=replace(_GOES_ALONG, hold=("story",))), holds=(_STORY,)),
        (Erase((person(ALICE),)),),
        {"person": list(_PEOPLE[1:]), "profile": [(1, None, None, "hers"), (2, CAROL, "C-3", "hers too")]},
    ),
    Example(
        23,
        "accounts of alice's that a hold keeps lose the number by which they point to each other",
        world(_INVITED, holds=(_NAMED,)),
        (Erase((person(ALICE, 4, 5),)),),
        _HELD_BY_NAME,
    ),
    Example(
        23,
        "alice's kept account and her kept card lose the numbers by which they point to each other",
        world(_HOLDERS, _CARDS_BY_CODE, holds=(replace(_NAMED, keeps=(("person", "name"), ("card", "colour"))),)),
        (Erase((person(ALICE),)),),
        {
            "person": [(ALICE, "Alice", None, None, None), _HOLDERS.rows[1]],
            "card": [(1, None, None, "blue"), _CARDS_BY_CODE.rows[1]],
        },
    ),
    Example(
        23,
        "a number that points on is lost once nothing points to it",
        world(
            replace(
                _INVITED,
                collection=replace(
                    _INVITED.collection, edges=(edge("person.invited_by = code", EdgeKind.NAMES),), hold=("named",)
                ),
                rows=(
                    (ALICE, "Alice", "alice@x", None, "A-1"),
                    (BOB, "Bob", "bob@x", None, "B-2"),
                    (4, "Alice", "alice@y", "A-1", "A-4"),
                ),
                foreign=(ForeignKey(("code",), "person", ("invited_by",), "by_code"),),
                uniques=(("code",), ("invited_by",)),
            ),
            Made(
                owned("page", edges=(edge("person.code = person_code"),)),
                "id:integer! person_code",
                ((1, "A-1"),),
                (ForeignKey(("person_code",), "person", ("code",), "by_page"),),
            ),
            holds=(_NAMED,),
        ),
        (Erase((person(ALICE, 4),)),),
        {
            "person": [
                (ALICE, "Alice", None, None, None),
                (BOB, "Bob", "bob@x", None, "B-2"),
                (4, "Alice", None, None, None),
            ],
            "page": [],
        },
    ),
    Example(
        25,
        "due pages that a hold keeps lose the number by which they point to each other",
        world(
            Made(
                Collection(
                    "page", edges=(edge("page.number = before", EdgeKind.NAMES),), retain="orders", hold=("named",)
                ),
                "id:integer! number before made:date",
                ((1, "N-1", None, date(2019, 1, 1)), (2, "N-2", "N-1", date(2019, 1, 1))),
                (ForeignKey(("before",), "page", ("number",), "by_number"),),
                (("number",),),
            ),
            holds=(replace(_NAMED, keeps=(("page", "made"),)),),
            rules=(_RULE,),
        ),
        (Retain("orders"),),
        {"page": [(1, None, None, date(2019, 1, 1)), (2, None, None, date(2019, 1, 1))]},
    ),
    Example(
        25,
        "a due order that a kept payment points to by number keeps that number",
        world(_ORDERS, _PAYMENTS, holds=(replace(_KEPT, keeps=(("order", "made"),)), _PAID), rules=(_RULE,)),
        (Retain("orders"),),
        {
            "order": [(1, "N-1", date(2019, 1, 1), date(2010, 1, 1))],
            "payment": [(7, "N-1", date(2019, 1, 1), date(2024, 5, 1), None)],
        },
    ),
    Example(
        25,
        "a due page waits for the order that keeps its number for a payment",
        world(
            Made(
                Collection("page", retain="orders"),
                "id:integer! number made:date",
                ((4, "N-1", date(2019, 1, 1)), (5, "N-2", date(2019, 1, 1))),
                uniques=(("number",),),
            ),
            replace(
                _ORDERS,
                collection=replace(_ORDERS.collection, edges=(edge("page.number = number", EdgeKind.NAMES),)),
            ),
            _PAYMENTS,
            holds=(replace(_KEPT, keeps=(("order", "made"),)), _PAID),
            rules=(_RULE,),
        ),
        (Retain("orders"),),
        {
            "page": [(4, "N-1", date(2019, 1, 1))],
            "order": [(1, "N-1", date(2019, 1, 1), date(2010, 1, 1))],
            "payment": [(7, "N-1", date(2019, 1, 1), date(2024, 5, 1), None)],
        },
    ),
)
