"""``bailee.yaml``: the firm, its mail, and how it deals with requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field

from bailee.policy.countries import Area
from bailee.policy.dates import Period, WrittenPeriod
from bailee.policy.kinds import (
    BY_KIND,
    COUNTRY,
    DIVISION,
    MONTH_AND_DAY,
    Maybe,
    TaggedAnyText,
    TaggedNumber,
    TaggedTruth,
    TaggedWhole,
    Text,
    Whole,
)
from bailee.policy.placed import PlacedList, PlacedMapping
from bailee.policy.places import Place
from bailee.policy.urls import url_problem
from bailee.policy.written import Key, MadeFrom, Unwritten, Written

_THREE_YEARS = Period(36)


class Mode(StrEnum):
    """How far Bailee may go. ``observe`` changes nothing, ``propose`` makes plans, ``act`` applies them."""

    OBSERVE = "observe"
    PROPOSE = "propose"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Contact(Written):
    """A person or an office that answers."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


_SITE = re.compile(r"https://[^/?#\s]+(/[^?#\s]*)?\Z|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^?#\s]*)?\Z")


@dataclass(frozen=True, slots=True)
class Mail(Written):
    """How mail leaves the firm: through the server ``host``; or not at all, and lands in ``folder`` as files.

    ``password``: a reference to a secret, or empty.

    ``sender``: an address; empty: that of the Data Controller. ``site``: where the public reaches Bailee, or empty.
    """

    host: Text = ""
    port: Annotated[Whole, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    name: str = ""
    password: str = ""
    sender: str = ""
    site: str = ""
    folder: Text = ""

    def check(self, written: PlacedMapping) -> None:
        """Note what would send letters nowhere, or in the open."""
        if self.password and self.password.partition(":")[0] not in {"file", "env", "vault"}:
            hint = "write env:NAME, file:PATH or vault:NAME, and keep the password there"
            written["password"].say("P114", "is a password", hint)
        if bool(self.host) is bool(self.folder):
            message = "names a server and a folder" if self.host else "names no server"
            written.say("P133", message, "write host: of the server, or folder: where no letter is to leave")
        if self.host and self.security == "none" and self.host not in {"localhost", "127.0.0.1", "::1"}:
            hint = "write security: starttls, or tls: letters hold codes and names"
            written["security"].say("P131", "sends mail unencrypted over a network", hint)
        if self.site and not _SITE.match(self.site):
            hint = "write https://privacy.example.com"
            written["site"].say("P132", "is no address for links in letters", hint)


@dataclass(frozen=True, slots=True)
class Requests(Written):
    """How requests of data subjects are dealt with.

    ``division``: whose bank holidays move a day, a key of `bailee.clock.DIVISIONS`; empty: England's, in the EU none.
    ``approval``: by a ``second person``, or, in a firm of one, by ``waiting alone``. ``waits_hours``: between approval
    and the first write, when it can still be cancelled. ``expires_days``: how long an approval holds. ``settle_hours``:
    until a system is looked at again. ``unverified_days``: how long a request waits for the person to be identified.
    ``keep``: how long a request is kept once it is over.
    """

    division: Annotated[str, Field(pattern=DIVISION)] = ""
    approval: Literal["second person", "waiting alone"] = "second person"
    waits_hours: Annotated[Whole, Field(ge=0)] = 24
    expires_days: Annotated[Whole, Field(ge=1)] = 7
    settle_hours: Annotated[Whole, Field(ge=0)] = 24
    unverified_days: Annotated[Whole, Field(ge=1)] = 14
    keep: Annotated[WrittenPeriod, Field(json_schema_extra={"default": "P3Y"})] = _THREE_YEARS


def _spell_placeholders(given: tuple[object, ...], written: PlacedList) -> frozenset[str]:
    """Return placeholders as they are spelled: ``000`` is not ``0``."""
    return frozenset(written.page.text((*written.mark.path, at)) for at in range(len(given)))


_Placeholder: TypeAlias = Annotated[TaggedAnyText | TaggedWhole | TaggedNumber | TaggedTruth, BY_KIND]
Placeholders: TypeAlias = Annotated[frozenset[str], MadeFrom(tuple[_Placeholder, ...], _spell_placeholders)]


@dataclass(frozen=True, slots=True)
class Firm(Written):
    """``bailee.yaml``. ``region`` reads national telephone numbers; ``year_end`` is ``MM-DD``.

    ``shared_above``: a value carried by more subjects of one collection than this is shared, and joins nobody.
    ``books``: the folder of Bailee's own state, relative to the policy folder; ``books_url``: the database of the
    books, empty for SQLite in that folder. ``vault``: where the master key is, empty for a file in that folder.
    ``mail``: ``None``: no mail is sent. ``allowed``: where data may be stored
    by the firm's word, countries (ISO 3166 alpha-2) or the areas ``EEA``, ``EU`` and ``UK``; empty: nothing is said.
    ``places``: where the keys stand that are written there.
    """

    name: Annotated[Text, Key("firm")]
    mode: Mode = Mode.OBSERVE
    regime: Literal["uk", "eu"] = "uk"
    region: Annotated[str, Field(pattern=COUNTRY)] = "GB"
    year_end: Annotated[str, Field(pattern=MONTH_AND_DAY)] = "12-31"
    shared_above: Annotated[Whole, Field(ge=1)] = 3
    placeholders: Placeholders = frozenset()
    books: Text = "books"
    books_url: Text = ""
    vault: Text = ""
    mail: Maybe[Mail] = None
    requests: Requests = Requests()
    controller: Contact = Contact()
    deputy: Contact = Contact()
    regulator: Contact = Contact()
    allowed: tuple[Area, ...] = ()
    places: Unwritten[Mapping[str, Place]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the firm, with the places of its keys."""
        return cls(**given, places={key: written.page.key_place((key,)) for key in written})

    def check(self, written: PlacedMapping) -> None:
        """Note what is no address of the books or of the key."""
        if self.books_url and (wrong := url_problem(self.books_url)):
            written["books_url"].say(wrong.code, wrong.message, wrong.hint)
        if self.vault and self.vault.partition(":")[0] not in {"file", "env", "transit"}:
            written["vault"].say("P130", "is no place of a key", "write file:PATH, env:NAME or transit:URL/MOUNT/KEY")
