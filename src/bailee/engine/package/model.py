"""What goes into a package, and what is told of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from bailee.errors import BaileeError, ErrorKind
from bailee.policy import Contact, FirmRole, Location

# --- about the data: Art. 15(1)(a) to (h), 15(2) -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SystemAbout:
    """One system, told to the person: ``purposes`` Art. 15(1)(a), ``obtained`` where its data come from, 15(1)(g).

    The country of its ``location`` has its name here.
    """

    name: str
    title: str
    purposes: tuple[str, ...] = ()
    location: Location = field(default_factory=Location)
    role: FirmRole = FirmRole.CONTROLLER
    obtained: str = ""


@dataclass(frozen=True, slots=True)
class PackageRecipient:
    """Who else gets the data, Art. 15(1)(c), and for what."""

    name: str
    purpose: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something is kept: ``what``, ``how_long`` in words, and the ``law`` behind it, Art. 15(1)(d)."""

    what: str
    how_long: str
    law: str = ""


@dataclass(frozen=True, slots=True)
class OtherRight:
    """Another right of the person, in a sentence, and the article that gives it, Art. 15(1)(e) and (f)."""

    title: str
    text: str
    article: str


@dataclass(frozen=True, slots=True)
class ThirdCountryTransfer:
    """Data moved to a third country, and what safeguards it there, Art. 15(2)."""

    country: str
    recipient: str
    safeguard: str


RIGHTS: tuple[OtherRight, ...] = (
    OtherRight("Have it put right", "Tell us what is wrong or missing, and we correct or complete it.", "Art. 16"),
    OtherRight(
        "Have it erased", "We erase what no law makes us keep, and tell you what stays and until when.", "Art. 17"
    ),
    OtherRight(
        "Have its use restricted", "We store it and do nothing else with it while something is unsettled.", "Art. 18"
    ),
    OtherRight("Take it elsewhere", "The JSON and CSV files of this copy are made for that.", "Art. 20"),
    OtherRight(
        "Object", "Object to a use of your data; to direct marketing always, without giving a reason.", "Art. 21"
    ),
    OtherRight("Complain", "Complain to us, or to the supervisory authority, at any time.", "Art. 77"),
)
"""The rights that Art. 15(1)(e) and (f) ask for, as the GDPR numbers them; `list_rights` knows the UK's."""


def list_rights(regime: Literal["uk", "eu"]) -> tuple[OtherRight, ...]:
    """Return `RIGHTS` as the law of ``regime`` numbers them."""
    if regime == "eu":
        return RIGHTS
    *others, complaint = RIGHTS
    return (*others, OtherRight(complaint.title, complaint.text, "Data Protection Act 2018, ss. 164A and 165"))


@dataclass(frozen=True, slots=True)
class About:
    """The words of the answer, taken from the policy. ``made_at`` has a time zone; ``reference`` is the request's.

    ``not_looked_at``: a line for each system of which a part is not on the map, so that the copy has nothing of it.
    ``interests``: what the firm's notice says of the legitimate interests that it rests on, Art. 13(1)(d); ``None``:
    what it says is not known. ``rests_on``: purposes of the policy that name such an interest as their basis. What is
    empty is said to be so ("the policy names none"), never left out. An empty ``rights`` stands for `list_rights` the
    regime.
    """

    firm: str
    regime: Literal["uk", "eu"]
    controller: Contact
    deputy: Contact
    regulator: Contact
    made_at: datetime
    reference: str
    systems: tuple[SystemAbout, ...] = ()
    categories: tuple[str, ...] = ()
    recipients: tuple[PackageRecipient, ...] = ()
    retention: tuple[Duration, ...] = ()
    holds: tuple[Duration, ...] = ()
    rights: tuple[OtherRight, ...] = ()
    automated_decisions: str = ""
    transfers: tuple[ThirdCountryTransfer, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    interests: tuple[str, ...] | None = None
    rests_on: tuple[str, ...] = ()


# --- the data ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that a row names. ``name`` is hostile and only ever shown.

    ``opener`` gives a stream, which is closed here. It raises `FileNotFoundError` where the file is missing and any
    other `OSError` where it cannot be read; both are noted in the package, and neither stops it. Where it is ``None``,
    somebody else's row names the file too, so that it is left out.
    """

    name: str
    opener: Callable[[], BinaryIO] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row. The cells of ``masked`` columns are another person's: whatever their value, it is not written.

    ``why``: ``owned`` (the person's own), ``accessed`` (the person appears in it), or words of the caller's.
    """

    values: Mapping[str, object]
    masked: frozenset[str] = frozenset()
    why: str = "owned"
    file: FileEntry | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one collection, read once and in this order. ``columns`` are all that rows have, in order.

    ``files``: rows may name files, so that the tables get a column for them.
    """

    system: str
    system_title: str
    collection: str
    columns: tuple[str, ...]
    rows: Iterator[Record]
    files: bool = False


# --- what became of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """What one section came to. ``withheld`` counts cells; ``missing`` and ``unreadable`` files that are not inside.

    ``shared`` counts files that are not inside because somebody else's row names them too.
    """

    system: str
    collection: str
    rows: int
    withheld: int = 0
    files: int = 0
    missing: int = 0
    unreadable: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """A package that stands at its place. ``size`` in bytes."""

    target: Path
    size: int
    sections: tuple[SectionSummary, ...]

    @property
    def rows(self) -> int:
        """All rows inside."""
        return sum(s.rows for s in self.sections)

    @property
    def withheld(self) -> int:
        """All cells left out because they are another person's."""
        return sum(s.withheld for s in self.sections)

    @property
    def files(self) -> int:
        """All files inside."""
        return sum(s.files for s in self.sections)

    @property
    def missing(self) -> int:
        """Files that rows name and that are not there."""
        return sum(s.missing for s in self.sections)

    @property
    def unreadable(self) -> int:
        """Files that rows name and that could not be read, or not to their end."""
        return sum(s.unreadable for s in self.sections)

    @property
    def shared(self) -> int:
        """Files left out because somebody else's row names them too."""
        return sum(s.shared for s in self.sections)


@dataclass(frozen=True, slots=True)
class PackingProgress:
    """How far it has come. ``reading``: rows of ``system`` and ``collection``; ``packing``: bytes, of a known total."""

    step: Literal["reading", "packing"]
    done: int
    total: int | None = None
    system: str = ""
    collection: str = ""


class PackageError(BaileeError):
    """The package could not be written, and nothing of it is left.

    ``code`` is permanent: ``target_exists``, ``part_exists``, ``folder_missing``, ``folder_forbidden``, ``disk_full``,
    ``write_failed``. No message cites the target: its name may be a person's.
    """

    kind = ErrorKind.FILES

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code = code
        super().__init__(message, hint)
