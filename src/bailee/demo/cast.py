"""The cast: the people of the demo who each show a hard case, and where to see it.

They have fixed names, addresses and numbers, whatever the seed: documentation and tours may quote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bailee.demo.people import plain


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody of the cast: what they show, how they are known to the firm, and which commands show it."""

    full_name: str
    known_by: tuple[str, ...]
    shows: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CastPart:
    """A customer's contact as the generators need it. All spans are years before today; ``None`` lasts.

    Parts with the same ``account`` are contacts there, the first one being billed.
    """

    full_name: str
    email: str
    account: str
    kind: str
    opened: float
    phone: str
    closed: float | None = None
    phone_from: float | None = None  # of the CRM's number; None: since the account was opened
    phone_until: float | None = None
    line: str | None = None  # held while the phone number is theirs
    calls: int = 0
    recorded: int = 0
    invoices: int = 4


RECYCLED = "+442079460102"
CONTEXT = "+442079460103"
CALLER = "+441632960177"

_ALICE = CastPart(
    full_name="Alice Okonkwo", email="alice.okonkwo@post.example", account="Okonkwo Ceramics", kind="sole trader",
    opened=8.4, phone="+447700900101", line="+442079460101", calls=48, recorded=7, invoices=16,
)  # fmt: skip
_BOB = CastPart(
    full_name="Bob Lindqvist", email="bob.lindqvist@mail.example", account="Bob Lindqvist", kind="private",
    opened=5.0, phone=RECYCLED, phone_until=1.2, line=RECYCLED, calls=26,
)  # fmt: skip
_CAROL = CastPart(
    full_name="Carol Haddad", email="carol.haddad@post.example", account="Carol Haddad", kind="private",
    opened=0.9, phone=RECYCLED, phone_from=0.8, line=RECYCLED, calls=22, invoices=2,
)  # fmt: skip
_ERIN = CastPart(
    full_name="Erin Walsh", email="erin.walsh@letterbox.example", account="Erin Walsh and Tomasz Baran", kind="joint",
    opened=4.0, phone="+447700900105", line="+442079460105", calls=30, recorded=4, invoices=8,
)  # fmt: skip
_FARID = CastPart(
    full_name="Farid Karimi", email="farid.karimi@mail.example", account="Karimi Joinery", kind="sole trader",
    opened=9.0, closed=2.2, phone="+447700900107", line="+442079460107", calls=24, invoices=10,
)  # fmt: skip
_GRETA = CastPart(
    full_name="Greta Holm", email="greta.holm@post.example", account="Holm Translations", kind="sole trader",
    opened=12.0, closed=8.2, phone="+447700900108", line="+442079460108", calls=26, recorded=2, invoices=6,
)  # fmt: skip
_LENA = CastPart(
    full_name="Lena Fischer", email="lena.fischer@mail.example", account="Fischer Opticians", kind="company",
    opened=3.0, phone="+447700900112", line="+442079460112", calls=20,
)  # fmt: skip


def _colleague(full_name: str, email: str, account: str, phone: str) -> CastPart:
    return CastPart(
        full_name=full_name, email=email, account=account, kind="company", opened=6.0, phone=phone, invoices=12
    )


OFFICE_ACCOUNT = "Larkfield Dental"
THREAD_ACCOUNT = "Brightwater Studios"

PARTS = (
    _ALICE,
    _BOB,
    _CAROL,
    *(
        _colleague(name, f"{plain(name.split()[0])}@larkfielddental.example", OFFICE_ACCOUNT, CONTEXT)
        for name in ("Dipa Rahman", "Emil Vance", "Odette Kimani", "Raúl Ortega", "Saskia Bloom", "Wen Li")
    ),
    _ERIN,
    CastPart(
        full_name="Tomasz Baran", email="tomasz.baran@letterbox.example", account=_ERIN.account, kind="joint",
        opened=4.0, phone="+447700900106",
    ),
    _FARID,
    _GRETA,
    _colleague("Hana Suzuki", "hana@brightwater.example", THREAD_ACCOUNT, "+447700900109"),
    _colleague("Ivo Marković", "ivo@brightwater.example", THREAD_ACCOUNT, "+447700900110"),
    _colleague("Jun Park", "jun@brightwater.example", THREAD_ACCOUNT, "+447700900111"),
    _LENA,
)  # fmt: skip

UNVERIFIED = frozenset({_LENA.email})  # in the helpdesk
THREAD = ("hana@brightwater.example", "ivo@brightwater.example", _ALICE.email)
THREAD_COPIED_TO = "jun@brightwater.example"

ENTRY = ("Kofi Mensah", "kofi.mensah@letterbox.example", "+447700900113")  # in one customer's address book
ALSO_ENTRY = _ALICE
ENQUIRER = ("Maren Idowu", "maren.idowu@post.example")  # on the mailing list


CAST: Mapping[str, CastMember] = {
    "everywhere": CastMember(
        _ALICE.full_name,
        (_ALICE.email, "+442079460101"),
        "a customer with rows in every system: some go, some stay with others, some the law keeps",
        (
            f"bailee find {_ALICE.email} --why",
            f"bailee copy {_ALICE.email} -o alice.zip",
            f"bailee plan erase {_ALICE.email} --out alice.plan",
            "bailee apply alice.plan",
        ),
    ),
    "number_before": CastMember(
        _BOB.full_name,
        (_BOB.email,),
        "gave back a number that somebody else has now: only the calls of his own time are his",
        (f"bailee find {_BOB.email} --why",),
    ),
    "number_now": CastMember(
        _CAROL.full_name,
        (_CAROL.email, RECYCLED),
        "has a number that was somebody else's: their calls are not hers",
        (f"bailee find {RECYCLED} --why",),
    ),
    "office_line": CastMember(
        "Dipa Rahman",
        ("dipa@larkfielddental.example",),
        "shares an office line with five colleagues: the number finds nobody by itself",
        ("bailee find dipa@larkfielddental.example", f"bailee find {CONTEXT}"),
    ),
    "joint_account": CastMember(
        _ERIN.full_name,
        (_ERIN.email,),
        "has a joint account: Tomasz Baran keeps the contract and the invoices when she leaves",
        (f"bailee plan erase {_ERIN.email}",),
    ),
    "left_lately": CastMember(
        _FARID.full_name,
        (_FARID.email,),
        "left two years ago: tax law keeps the later invoices and the name on them; his address book should have gone",
        (f"bailee plan erase {_FARID.email}", "bailee plan retain handed_back"),
    ),
    "left_long_ago": CastMember(
        _GRETA.full_name,
        (_GRETA.email,),
        "left eight years ago: everything of hers should have gone by now, and a retention rule says so",
        ("bailee plan retain calls", "bailee plan retain customers"),
    ),
    "only_a_caller": CastMember(
        "",
        (CALLER,),
        "never was a customer: known by nothing but a number in the call records",
        (f"bailee find {CALLER} --why",),
    ),
    "group_thread": CastMember(
        "Hana Suzuki",
        ("hana@brightwater.example",),
        "takes part in a thread with others: they keep it when she leaves, her own words go",
        ("bailee plan erase hana@brightwater.example",),
    ),
    "unconfirmed": CastMember(
        _LENA.full_name,
        (_LENA.email,),
        "somebody wrote to the helpdesk under her address and never confirmed it: a person has to decide",
        (f"bailee find {_LENA.email}",),
    ),
    "address_book_only": CastMember(
        ENTRY[0],
        (ENTRY[1],),
        "stands in a customer's address book alone: the firm is only the processor, and forwards the request",
        (f"bailee find {ENTRY[1]}",),
    ),
    "enquirer": CastMember(
        ENQUIRER[0],
        (ENQUIRER[1],),
        "asked about our services and never bought any: stands on the mailing list alone",
        (f"bailee find {ENQUIRER[1]}", f"bailee plan erase {ENQUIRER[1]}"),
    ),
}
