"""``bailee.yaml``: the firm, its mail, and how it deals with requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bailee.policy.dates import Period
from bailee.policy.places import Place

_THREE_YEARS = Period(36)


class Mode(StrEnum):
    """How far Bailee may go. ``observe`` changes nothing, ``propose`` makes plans, ``act`` applies them."""

    OBSERVE = "observe"
    PROPOSE = "propose"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or an office that answers."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail leaves the firm: through the server ``host``; or not at all, and lands in ``folder`` as files.

    ``password``: a reference to a secret, or empty.

    ``sender``: an address; empty: that of the Data Controller. ``site``: where the public reaches Bailee, or empty.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    name: str = ""
    password: str = ""
    sender: str = ""
    site: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Requests:
    """How requests of data subjects are dealt with.

    ``division``: whose bank holidays move a day, a key of `bailee.clock.DIVISIONS`; empty: England's, in the EU none.
    ``approval``: by a ``second person``, or, in a firm of one, by ``waiting alone``. ``waits_hours``: between approval
    and the first write, when it can still be cancelled. ``expires_days``: how long an approval holds. ``settle_hours``:
    until a system is looked at again. ``unverified_days``: how long a request waits for the person to be identified.
    ``keep``: how long a request is kept once it is over.
    """

    division: str = ""
    approval: Literal["second person", "waiting alone"] = "second person"
    waits_hours: int = 24
    expires_days: int = 7
    settle_hours: int = 24
    unverified_days: int = 14
    keep: Period = _THREE_YEARS


@dataclass(frozen=True, slots=True)
class Firm:
    """``bailee.yaml``. ``region`` reads national telephone numbers; ``year_end`` is ``MM-DD``.

    ``shared_above``: a value carried by more subjects of one collection than this is shared, and joins nobody.
    ``books``: the folder of Bailee's own state, relative to the policy folder; ``books_url``: the database of the
    books, empty for SQLite in that folder. ``vault``: where the master key is, empty for a file in that folder.
    ``mail``: ``None``: no mail is sent. ``allowed``: where data may be stored
    by the firm's word, countries (ISO 3166 alpha-2) or the areas ``EEA``, ``EU`` and ``UK``; empty: nothing is said.
    ``places``: where the keys stand that are written there.
    """

    name: str
    mode: Mode = Mode.OBSERVE
    regime: Literal["uk", "eu"] = "uk"
    region: str = "GB"
    year_end: str = "12-31"
    shared_above: int = 3
    placeholders: frozenset[str] = frozenset()
    books: str = "books"
    books_url: str = ""
    vault: str = ""
    mail: Mail | None = None
    requests: Requests = Requests()
    controller: Contact = Contact()
    deputy: Contact = Contact()
    regulator: Contact = Contact()
    allowed: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
