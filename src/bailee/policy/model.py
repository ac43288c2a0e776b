"""The policy as frozen values; nothing here touches a file. `docs/ownership.md` shows each word with an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from bailee.policy.mail import Mail
from bailee.policy.predicate import Predicate, Scalar


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in the policy folder. ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Place("", 0, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period, ISO 8601 (``P6Y``, ``P18M``, ``P30D``): months and days, added in that order."""

    months: int = 0
    days: int = 0


class RoundTo(StrEnum):
    """What a date is carried forward to before a period is added."""

    DAY = "day"
    MONTH_END = "month end"
    YEAR_END = "year end"  # the firm's financial year


@dataclass(frozen=True, slots=True)
class Until:
    """The last day of a hold: ``round_to(column) + period``, or the fixed ``day``; an empty cell holds.

    ``round_to`` comes first: *year end of issued_on + P6Y* is six years after the end of the year of issue.
    """

    column: str | None = None
    period: Period = Period()
    round_to: RoundTo = RoundTo.DAY
    day: str | None = None  # ISO date


# --- values that a change writes -----------------------------------------------------------------------------


class ValueKind(StrEnum):
    """How the new value of a cell is made. All are idempotent."""

    CONSTANT = "constant"
    NOW = "now"
    PSEUDONYM = "pseudonym"
    HASH = "hash"
    COARSEN = "coarsen"


@dataclass(frozen=True, slots=True)
class Value:
    """A new value: a ``constant``, or a function of the old one. ``unit``: year, month, day, or a number as text."""

    kind: ValueKind = ValueKind.CONSTANT
    constant: Scalar = None
    unit: str = ""


# --- words on a collection -----------------------------------------------------------------------------------


class Party(StrEnum):
    """What the rows of a party collection are."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Form(StrEnum):
    """How an identity value is spelled in a column."""

    RAW = "raw"
    LOWER = "lower"
    E164 = "e164"
    TEMPLATE = "template"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The spelling of a value in a column. ``text``: the template (with one ``{}``), or the separator of a list."""

    form: Form = Form.RAW
    text: str = ""
    scan: bool = False  # a declared full scan: raw spellings are normalised by the database, row by row


class Joins(StrEnum):
    """Whether an equal value may join two subject rows."""

    VERIFIED = "verified"
    CONFIRM = "confirm"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Identity:
    """A column that says who a subject is. ``attribute`` carries its issuer: ``email``, ``phone``, ``xero.account``."""

    attribute: str
    column: str
    stored: Spelling = Spelling()
    joins: Joins = Joins.CONFIRM
    valid: tuple[str | None, str | None] | None = None  # half-open, columns; an empty bound is infinite
    verified_when: Predicate | None = None
    place: Place = NOWHERE
    changed: str | None = None  # the column that says when the value last changed


class EdgeKind(StrEnum):
    """The kinds of reference from one collection to another, all inside one system."""

    OWNED_BY = "owned_by"
    OWNS = "owns"
    ACCESSED_BY = "accessed_by"
    ACCESSES = "accesses"
    BELONGS_TO = "belongs_to"
    NAMES = "names"


class Gone(StrEnum):
    """What becomes of a row when the row that it points to goes."""

    REFUSE = "refuse"
    NULL = "null"
    DELETE = "delete"
    PIN = "pin"
    STAND_IN = "stand_in"


@dataclass(frozen=True, slots=True)
class OnParentGone:
    """``stand_in``: their column -> the value of the row that takes its place."""

    action: Gone = Gone.REFUSE
    stand_in: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnLeave:
    """What becomes of a row that others keep. ``matched``: clear the cells that are the leaver's own.

    ``cells``: fixed values, applied when an owner leaves. ``delete`` excludes both.
    """

    delete: bool = False
    matched: bool = False
    matched_value: Scalar = None  # what a cleared mention cell becomes
    cells: Mapping[str, Value] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class OnErase:
    """``anonymise`` is ``None`` for *delete*, else column -> new value."""

    anonymise: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.anonymise is None


@dataclass(frozen=True, slots=True)
class OnObject:
    """What objecting to marketing changes (GDPR Art. 21(3)). ``cells``: ``None`` for *delete*, else column -> value."""

    cells: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.cells is None


@dataclass(frozen=True, slots=True)
class OnCopy:
    """Masks for a copy. ``unmatched_mentions``: ``None`` where nothing is said (they are masked)."""

    unmatched_mentions: Literal["mask", "show"] | None = None
    masks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference from the rows of the collection that declares it to rows of ``to``.

    ``on`` pairs (their column, own column). ``depth`` bounds how often one path may follow an edge from a collection
    to itself: ``None`` not at all, ``"all"`` without bound. ``unset`` is what *matched* writes instead of null.
    """

    kind: EdgeKind
    to: str
    on: tuple[tuple[str, str], ...]
    id: str
    when: Predicate | None = None
    depth: int | Literal["all"] | None = None
    unset: Scalar = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    on_parent_gone: OnParentGone | None = None  # None: nothing is said, so it refuses
    place: Place = NOWHERE

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns on the row that declares the edge."""
        return tuple(own for _, own in self.on)

    @property
    def their_columns(self) -> tuple[str, ...]:
        """The columns on the row that it points to."""
        return tuple(their for their, _ in self.on)


@dataclass(frozen=True, slots=True)
class Mention:
    """An identity value in a column, without a foreign key. ``at``: the column that says when."""

    attribute: str
    column: str
    id: str
    stored: Spelling = Spelling()
    at: str | None = None
    when: Predicate | None = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FileLink:
    """A column that names a file in another system (a ``files`` connector)."""

    root: str  # the name of the system
    column: str
    place: Place = NOWHERE
    shared: str = ""  # why a copy hands out what another person's row names too; empty: it does not


KEY_NONE: Literal["none"] = "none"


@dataclass(frozen=True, slots=True)
class Collection:
    """A table, a resource or a folder.

    ``key``: ``None`` means the primary key; ``"none"`` that there is none. ``fields``: attribute -> column.
    ``portable``: the person has provided it, under consent or a contract (Art. 20(1)).
    ``opaque``: the reason why nothing in it is personal. ``accepts``: trigger, view or policy name -> reason.
    ``places``: (word, column) -> where the word names it.
    """

    name: str
    schema: str | None = None
    table: str = ""
    key: tuple[str, ...] | Literal["none"] | None = None
    party: Party | None = None
    identities: tuple[Identity, ...] = ()
    ends: str | None = None
    edges: tuple[Edge, ...] = ()
    mentions: tuple[Mention, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    on_erase: OnErase | None = None
    erased_when: Predicate | None = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    on_object: OnObject | None = None
    hold: tuple[str, ...] = ()
    retain: str | None = None
    portable: Literal["consent", "contract"] | None = None
    file: FileLink | None = None
    opaque: str | None = None
    opaque_columns: Mapping[str, str] = field(default_factory=dict)
    accepts: Mapping[str, str] = field(default_factory=dict)
    place: Place = NOWHERE
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, compare=False)


class FirmRole(StrEnum):
    """What the firm is for the data of a system (GDPR Art. 4(7), (8))."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Attested:
    """Somebody's word for what no program measures: who gave it, and on which day (ISO date)."""

    by: str
    on: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Backups:
    """Where a system's backups lie, and how they are encrypted."""

    country: str = ""
    at_rest: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a system keeps its data; ``country`` is ISO 3166 alpha-2, ``at_rest`` says how it is encrypted."""

    country: str = ""
    operator: str = ""
    at_rest: str = ""
    backups: Backups | None = None
    attested: Attested | None = None


@dataclass(frozen=True, slots=True)
class System:
    """One system: how to reach it and what it holds.

    ``url`` reads, ``write_url`` writes; both may be references to secrets.
    ``purposes`` are the words of Art. 15(1)(a). In a processor's system ``customer`` names the collection of
    organisations whose data the rows are; they are reached by ``belongs_to``. ``plans_in``: a table into which one row
    goes for each plan, so that books out of a backup are noticed.
    """

    name: str
    title: str
    connector: str
    url: str
    write_url: str | None = None
    plans_in: str | None = None
    role: FirmRole = FirmRole.CONTROLLER
    customer: str | None = None
    location: Location = Location()
    purposes: tuple[str, ...] = ()
    source: str = ""
    collections: Mapping[str, Collection] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """The standing approval of a retention rule: who gave it, on which day (ISO date), at most how many rows a run."""

    by: str
    on: str
    at_most: int


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long rows are kept. ``from_``: collection -> column; empty means the end of the party's relationship.

    ``from_`` under the name ``"*"`` holds for every collection with the rule. ``then``: ``None`` for *delete*.
    """

    name: str
    period: Period
    from_: Mapping[str, str] = field(default_factory=dict)
    then: Mapping[str, Value] | None = None
    law: str = ""
    title: str = ""
    standing: StandingApproval | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Hold:
    """Why something must stay. ``keeps``: (collection, column or ``"*"``), the names of fields being resolved.

    The collection is written ``system.collection`` where the pair holds in that system alone.
    """

    name: str
    law: str
    keeps: tuple[tuple[str, str], ...]
    until: Until
    title: str = ""
    place: Place = NOWHERE


# --- third parties, and what is promised -----------------------------------------------------------------------


class Mechanism(StrEnum):
    """What safeguards a transfer to another country (GDPR and UK GDPR, Art. 45 to 47)."""

    ADEQUACY = "adequacy"
    DPF = "dpf"  # the EU-US Data Privacy Framework and its UK extension
    IDTA = "idta"
    SCC = "scc"
    BCR = "bcr"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Transfer:
    """``assessed_on``: the day of the transfer's risk assessment; ``certified_on``: of the importer's certificate."""

    mechanism: Mechanism
    assessed_on: str = ""  # ISO date
    certified_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract that binds a processor (Art. 28(3))."""

    title: str = ""
    signed_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Processor:
    """A third party that receives personal data. ``title``: its name in words; ``also``: other spellings of it.

    ``receives``: what data, in words; ``systems``: from which of ours, if said. ``until``: the last day (ISO date).
    """

    name: str
    title: str
    country: str
    purpose: str = ""
    also: tuple[str, ...] = ()
    receives: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    contract: Contract | None = None
    transfer: Transfer | None = None
    until: str = ""
    place: Place = NOWHERE

    def has_left(self, today: date) -> bool:
        """Whether the last day is past: then it is told to nobody as one who receives data."""
        return bool(self.until) and date.fromisoformat(self.until) < today


@dataclass(frozen=True, slots=True)
class Bound:
    """A check that a promise is bound to, by its id. ``parameters``: scalars, or tuples of them."""

    check: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Promise:
    """What the firm promises. ``promise``: its id in the catalogue, or empty; ``says``: a short title.

    ``checks`` is empty where the catalogue's own are meant. ``not_promised``: what a reader might take it for.
    """

    name: str
    says: str
    promise: str = ""
    checks: tuple[Bound, ...] = ()
    not_promised: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class NoticeSentence:
    """A sentence of the notice: its ``words`` with the figures filled in and the Markdown taken off.

    It is *bound* where ``promises`` (names in ``promises.yaml``) has any, else declared ``plain``, else loose.
    ``section`` is the heading that it stands under.
    """

    words: str
    promises: tuple[str, ...] = ()
    plain: bool = False
    section: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Notice:
    """``notice.md``. ``source``: its Markdown with the figures filled in, as `markdown.parse` reads it."""

    title: str
    source: str
    sentences: tuple[NoticeSentence, ...] = ()


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
    keep: Period = Period(36)


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


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy folder.

    ``digest``: SHA-256, hexadecimal, over the files that a plan rests on. The words that are published are not among
    them: no plan grows stale by a comma in the notice. ``has_register``: there is a ``processors.yaml``, if only to say
    that there is nobody to name.
    """

    firm: Firm
    systems: Mapping[str, System]
    retention: Mapping[str, RetentionRule]
    holds: Mapping[str, Hold]
    folder: str = ""
    digest: str = ""
    processors: Mapping[str, Processor] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    notice: Notice | None = None
    has_register: bool = False

    @property
    def third_parties(self) -> tuple[str, ...]:
        """All names of those in the register."""
        return tuple(name for one in self.processors.values() for name in (one.title, *one.also))
