"""One example at least for each numbered rule, as data: any engine that knows the steps can be held to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bailee.policy import (
    Collection,
    Edge,
    EdgeKind,
    Form,
    Gone,
    Identity,
    Joins,
    OnErase,
    OnLeave,
    Party,
    Spelling,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Compare
from tests.oracle.examples_of_pointing import POINTING
from tests.oracle.examples_of_release import RELEASES
from tests.oracle.examples_of_staying import HOLDS, REFERENCES, RETENTION
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    DELETE,
    GONE,
    MATCHED,
    NOTE,
    NOW,
    PEOPLE,
    PERSON,
    PERSONS,
    PSEUDONYM,
    UNCHANGED,
    Erase,
    Example,
    Find,
    Made,
    edge,
    email,
    mention,
    owned,
    person,
    thread,
    time,
    to_itself,
    world,
)

POST = Collection("post", edges=(edge("thread.id = thread_id", gone=Gone.DELETE),), on_erase=DELETE, on_leave=UNCHANGED)
POSTS = Made(POST, "id:integer! thread_id:integer!", ((1, 1), (2, 2)))

_IS_GONE = Compare("gone", "=", True)

# --- who [1-5] -----------------------------------------------------------------------------------------------

WHO = (
    Example(
        1,
        "posts go with the thread that alice alone owned",
        world(PERSONS, thread(UNCHANGED, ((1, "hers", ALICE, None), (2, "theirs", ALICE, BOB))), POSTS),
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
            Made(owned(), NOTE, ((1, "Bob's", BOB),)),
        ),
        (Erase((person(ALICE),)),),
        {"person": [(BOB, "Bob", "bob@x", None)], "note": [(1, "Bob's", BOB)]},
    ),
    Example(
        10,
        "a second row of alice's that her first owns goes although bob owns it too",
        world(
            Made(
                replace(
                    PERSON,
                    edges=(
                        to_itself(edge("person.id = host_id", gone=Gone.NULL), 9),
                        to_itself(edge("person.id = payer_id", gone=Gone.NULL), 9),
                    ),
                ),
                "id:integer! name email host_id:integer payer_id:integer",
                (
                    (ALICE, "Alice", "alice@x", None, None),
                    (BOB, "Bob", "bob@x", None, None),
                    (CAROL, "Alice", "alice@y", ALICE, BOB),
                ),
            ),
        ),
        (Erase((person(ALICE, CAROL),)),),
        {"person": [(BOB, "Bob", "bob@x", None, None)]},
    ),
    Example(
        3,
        "replies to alice are not hers",
        world(
            PERSONS,
            Made(
                owned("note", edges=(edge("person.id = person_id"), edge("note.id = reply_to", gone=Gone.NULL))),
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
                owned(
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
                    identities=(Identity("phone", "phone", Spelling(Form.E164), Joins.CONFIRM, ("since", "until")),),
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
                    (1, "+441632960001", time(2019)),
                    (2, "+441632960001", time(2020)),
                    (3, "+441632960001", None),
                ),
            ),
        ),
        (Erase((person(ALICE),)),),
        {
            "call": [
                (1, None, time(2019)),
                (2, "+441632960001", time(2020)),
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
                    on_erase=OnErase({"name": PSEUDONYM, "email": Value(), "erased": Value(constant=True)}),
                    erased_when=Compare("erased", "=", True),
                ),
                "id:integer! name email erased:boolean",
                ((ALICE, None, "alice@x", False), (BOB, "anon~0123456789abcdef", None, True)),
            ),
            thread(UNCHANGED, ((1, "both", ALICE, BOB),)),
        ),
        (Erase((person(ALICE),)),),
        {
            "person": [(ALICE, None, None, True), (BOB, "anon~0123456789abcdef", None, True)],
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
        world(PERSONS, thread(_LEAVES, ((1, "ours", ALICE, BOB), (2, "hers", ALICE, None)))),
        (Erase((person(ALICE),)),),
        {"thread": [(1, "gone", None, BOB)]},
    ),
    Example(
        11,
        "the thread goes with its last owner",
        world(PERSONS, thread(_LEAVES, ((1, "ours", ALICE, BOB),))),
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
        11,
        "a company keeps what it owns through its folder when alice leaves",
        world(
            PERSONS,
            Made(Collection("company", party=Party.ORGANISATION), "id:integer! title", ((1, "Acme"),)),
            Made(
                Collection("folder", edges=(edge("company.id = company_id"),), on_erase=DELETE, on_leave=UNCHANGED),
                "id:integer! company_id:integer",
                ((1, 1),),
            ),
            Made(
                owned(
                    "note",
                    edges=(edge("person.id = person_id", gone=Gone.NULL), edge("folder.id = folder_id")),
                    on_leave=MATCHED,
                ),
                "id:integer! person_id:integer folder_id:integer",
                ((1, ALICE, 1), (2, ALICE, None)),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"note": [(1, None, 1)]},
    ),
    Example(
        12,
        "anonymising writes what leaving would and wins over matched",
        world(
            PERSONS,
            Made(
                owned(
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
                    mentions=(mention("copied", stored=Spelling(Form.LIST, ",")),),
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
        13,
        "of a list every element of the leaver goes though she stands in it twice",
        world(
            PERSONS,
            Made(
                owned("mail", mentions=(mention("copied", stored=Spelling(Form.LIST, ",")),), on_leave=MATCHED),
                "id:integer! person_id:integer copied",
                ((1, BOB, "alice@x,alice@x,bob@x"),),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"mail": [(1, BOB, "bob@x")]},
    ),
    Example(
        13,
        "a column by which something else is found is not cleared",
        world(
            Made(
                replace(
                    PERSON,
                    on_erase=OnErase({"name": GONE, "email": Value(), "gone": Value(constant=True)}),
                    erased_when=_IS_GONE,
                ),
                "id:integer! name email gone:boolean",
                tuple((*row, False) for row in PEOPLE),
            ),
            Made(
                Collection("seat", key=("person_id", "team"), opaque="who sits where"),
                "person_id:integer! team!",
                ((ALICE, "red"),),
            ),
            Made(
                owned(
                    "note",
                    edges=(
                        edge("person.id = author_id"),
                        edge("person.id = editor_id"),
                        Edge(EdgeKind.NAMES, "seat", (("person_id", "author_id"), ("team", "team")), "seat"),
                    ),
                    on_leave=MATCHED,
                ),
                "id:integer! author_id:integer editor_id:integer team",
                ((1, ALICE, BOB, "red"), (2, BOB, ALICE, "red")),
            ),
        ),
        (Erase((person(ALICE),)),),
        {"note": [(1, ALICE, BOB, "red"), (2, BOB, None, "red")]},
    ),
    Example(
        14,
        "a shared row without anything to change stays as it is",
        world(PERSONS, thread(UNCHANGED, ((1, "ours", ALICE, BOB),))),
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
                    on_erase=OnErase({"name": Value(), "email": Value(), "erased": Value(constant=True)}),
                    erased_when=Compare("erased", "=", True),
                ),
                "id:integer! name erased:boolean email",
                ((ALICE, "Alice", False, "alice@x"),),
            )
        ),
        (Erase((person(ALICE),)), Erase((person(ALICE),))),
        {"person": [(ALICE, None, True, None)]},
    ),
    Example(
        16,
        "a pseudonym is not given a pseudonym",
        world(
            PERSONS,
            Made(
                owned("note", on_erase=OnErase({"text": PSEUDONYM})),
                NOTE,
                ((1, "anon~0123456789abcdef", ALICE), (2, None, ALICE)),
            ),
        ),
        (Erase((person(ALICE),)), Erase((person(ALICE),))),
        {"note": [(1, "anon~0123456789abcdef", None), (2, None, None)]},
    ),
    Example(
        16,
        "the time of a change is not written where a time is as coarse already as it is to be",
        world(
            PERSONS,
            Made(
                owned(
                    "note",
                    edges=(edge("person.id = person_id", gone=Gone.NULL), edge("person.id = other_id", gone=Gone.NULL)),
                    on_leave=OnLeave(
                        cells={"left": Value(ValueKind.NOW), "seen": Value(ValueKind.COARSEN, unit="month")}
                    ),
                ),
                f"{NOTE} other_id:integer left:timestamp seen:timestamp",
                (
                    (1, "hers", ALICE, BOB, time(2024, 1, 5), time(2026, 2)),
                    (2, "hers", ALICE, BOB, time(2024, 1, 5), time(2026, 2, 3)),
                    (3, "his", CAROL, BOB, time(2024, 1, 5), time(2026, 2, 3)),
                ),
            ),
        ),
        (Erase((person(ALICE),)),),
        {
            "note": [
                (1, "hers", None, BOB, time(2024, 1, 5), time(2026, 2)),
                (2, "hers", None, BOB, NOW, time(2026, 2)),
                (3, "his", CAROL, BOB, time(2024, 1, 5), time(2026, 2, 3)),
            ]
        },
    ),
)

EXAMPLES = (*WHO, *CLOSURE, *FATES, *HOLDS, *REFERENCES, *RETENTION, *POINTING, *RELEASES)
