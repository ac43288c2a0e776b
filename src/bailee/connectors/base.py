"""What a connector is: it knows its system and rows; never policies, requests or books.

A connector is stateless and cheap to make; a session is one conversation with the system. `conformance` holds the tests
that every connector passes; docs/contributing/connector.md says how to add one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol, runtime_checkable

from bailee.errors import BaileeError, ErrorKind
from bailee.policy.predicate import NEVER, Predicate, Scalar
from bailee.trace import Mask, Trace
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.row_counts import Counting
from bailee.trace.schema import Schema
from bailee.trace.set_names import SetName
from bailee.trace.sets import Batch, CellChange, Key, Ref

if TYPE_CHECKING:  # a search does not wait for what drafts
    from bailee.draft import Sample


class ConnectorError(BaileeError):
    """The system did not do what was asked. No text of the driver's is kept: it may carry row values.

    ``code`` is permanent (`CODES`), ``hint`` says what to do; ``sqlstate`` and ``constraint`` are the system's names.
    """

    kind = ErrorKind.SYSTEM

    def __init__(self, code: str, message: str, hint: str = "", *, sqlstate: str = "", constraint: str = "") -> None:
        self.code, self.sqlstate, self.constraint = code, sqlstate, constraint
        named = {name: text for name, text in (("sqlstate", sqlstate), ("constraint", constraint)) if text}
        super().__init__(message, hint, details=tuple(map(" ".join, named.items())), facts=named)

    def __str__(self) -> str:
        named = ", ".join(self.facts.values())
        return (
            f"{self.code} {self.message}" + (f" [{named}]" if named else "") + (f" ({self.hint})" if self.hint else "")
        )


class NoSuchName(OSError):
    """A name that no file of the store can have: hostile, or a slip of the pen. It never repeats the name."""


CODES: Mapping[str, str] = {
    "C501": "the system cannot be reached",
    "C502": "the system refused the account",
    "C503": "the account may not do this",
    "C504": "the system did not answer in time",
    "C505": "somebody else holds a lock",
    "C506": "the system is read-only",
    "C507": "a table or column of the map is not there",
    "C508": "a constraint of the system refuses the change",
    "C509": "the connection was cut",
    "C510": "text in the system is not in the encoding that it declares",
    "C511": "the system is full",
    "C512": "row security hides rows from the account",
    "C513": "rows without a key cannot be told apart",
    "C514": "the system is of a kind that cannot be asked this",
    "C519": "the system reported an error",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a change finds, writes or deletes (``count``), and in how many a hold keeps a cell from it."""

    change: str
    count: int
    rows: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A located row. ``key`` is empty where the collection has none; ``masked``: columns withheld from a copy.

    ``partly``: those of them of which the elements that are the person's may be shown.
    """

    key: Key
    mode: str
    values: Mapping[str, Scalar]
    masked: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()


class RowPage(NamedTuple):
    """Some located rows of one mode, as the system gave them, so that none is made over that nobody looks at.

    Each of ``cells`` has what ``columns`` name, then for each of ``masks`` whether it is on. ``key``: the places of the
    key among the columns.
    """

    mode: str
    columns: tuple[str, ...]
    key: tuple[int, ...]
    masks: tuple[Mask, ...]
    cells: Sequence[tuple[Any, ...]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows, their cells by name."""
        n = len(self.columns)
        for cells in self.cells:
            on = [mask for mask, flag in zip(self.masks, cells[n:], strict=True) if flag]
            masked = frozenset(column for mask in on for column in mask.columns)
            whole = frozenset(column for mask in on if mask.elements is None for column in mask.columns)
            values = dict(zip(self.columns, cells[:n], strict=True))
            yield Row(tuple(cells[place] for place in self.key), self.mode, values, masked, masked - whole)


@dataclass(frozen=True, slots=True)
class ReachedBy:
    """One hop to a row: by which edge or mention, from which row (``None``: by an identity value)."""

    key: Key
    hop: str
    source: Ref | None


@dataclass(frozen=True, slots=True)
class SealedKeys:
    """What a residual starts from: the keys of sets that were fixed before the first write."""

    keys: Mapping[SetName, tuple[Key, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Privileges:
    """What an account may do in its system, told without trying.

    ``rights``: each table that it can see -> ``select``, ``insert``, ``update``, ``delete``, ``truncate``, ``owner``,
    or one of the first three on a column alone, ``update(email)``. ``powers``: what reaches further, a line each (makes
    roles, may become another role, is given rights on tables yet to be made). ``sql`` can be run by hand as that
    account: on PostgreSQL it counts the tables that can be changed, on MariaDB it lists the grants.
    ``partly``: the schemas (empty: the address's own) of which it sees no tables but those that it has rights on.
    """

    account: str
    rights: Mapping[str, frozenset[str]]
    powers: tuple[str, ...] = ()
    superuser: bool = False
    sql: str = ""
    partly: frozenset[str] = frozenset()

    @property
    def can_write(self) -> tuple[str, ...]:
        """The tables that the account may change, each with what it may do there: ``customer: delete, update``."""
        found = ((table, sorted(r for r in held if not r.startswith("select"))) for table, held in self.rights.items())
        return tuple(f"{table}: {', '.join(rights)}" for table, rights in found if rights)

    @property
    def reads_only(self) -> bool:
        """Whether there is nothing that the account could change."""
        return not (self.superuser or self.powers or self.can_write)


@dataclass(frozen=True, slots=True)
class Need:
    """What is done to a table. ``update``: the columns that are written; ``locks``: by such a column rows are locked.

    ``seen``: nothing is read in it, but it must be known to be there, and what a deletion elsewhere would do to it.
    ``inserts``: rows are put into it.
    """

    table: str
    deletes: bool = False
    update: tuple[str, ...] = ()
    locks: str = ""
    seen: bool = False
    inserts: bool = False


@dataclass(frozen=True, slots=True)
class ServerTime:
    """What the clock of a system's server says: ``now`` (UTC). ``is_own``: it is another clock than this machine's."""

    now: datetime
    is_own: bool


class Session(Protocol):
    """One conversation: commits on clean exit and rolls back on error, where the system can."""

    def identify(self, questions: Sequence[SubjectQuestion]) -> Iterator[FoundSubject]:
        """Yield the subject rows that answer ``questions``; at most `limit` + 1 for a value carried by more."""

    def begin(self, batch: Batch, sealed: SealedKeys | None = None) -> None:
        """Name the batch that all that follows is about; with ``sealed``, start from it and not from what is there."""

    def count(self, name: SetName) -> int:
        """Return how many rows are in the set ``name`` of the trace."""

    def keys(self, name: SetName) -> Iterator[Key]:
        """Yield the keys of the rows in the set ``name``."""

    def read(self, collection: str) -> Iterator[RowPage]:
        """Yield the located rows of ``collection``, some at a time, as a copy may show them."""

    def why(self, collection: str) -> Iterator[ReachedBy]:
        """Yield each hop by which a located row of ``collection`` is reached."""

    def fix(self) -> SealedKeys:
        """Fix the rows that the changes are about, before anything is changed, and lock the subjects."""

    def tally(self, change: CellChange) -> Tally:
        """Return what ``change`` would do now; after it was applied: what is left of it."""

    def apply(self, change: CellChange, limit: int | None = None) -> Tally:
        """Make ``change``, on at most ``limit`` rows; a second time it finds nothing to do."""

    def keys_of(self, change: CellChange, *, due: bool = False, among: Collection[Key] | None = None) -> Iterator[Key]:
        """Yield the keys of the rows of ``change``; ``due``: of those that it would write or delete now.

        ``among``: none but those of them that are there are looked for.
        """

    def cells(
        self, collection: str, keys: Sequence[Key], *, locked: bool = False
    ) -> Iterator[tuple[Key, Mapping[str, Scalar]]]:
        """Yield the rows of ``collection`` that are there under ``keys``: all their cells, but generated ones.

        ``locked``: nobody else changes them until the session ends; of a collection of parties, where it writes.
        """

    def withheld(self, change: CellChange) -> Iterator[Key]:
        """Yield the keys of the rows in which a hold keeps a cell from ``change``."""

    def texts(self, name: SetName, column: str) -> Iterator[str]:
        """Yield what stands in ``column`` of the rows of the set ``name``, each once, where it is not empty."""

    def latest(self, change: CellChange, column: str) -> Scalar:
        """Return the last date in ``column`` of the rows of ``change``; ``None`` where one of them is empty."""

    def earliest(self, change: CellChange, column: str, since: date) -> Scalar:
        """Return the first date in ``column`` of the rows of ``change`` not before ``since``, or ``None``."""

    def is_named(self, collection: str, column: str, texts: Sequence[str], besides: Predicate = NEVER) -> Iterator[str]:
        """Yield those of ``texts`` that are in ``column`` of some row of which ``besides`` does not hold."""

    def texts_like(
        self, collection: str, column: str, patterns: Sequence[str], besides: Predicate = NEVER
    ) -> Iterator[str]:
        """Yield each text in ``column`` that is like one of ``patterns``, as `is_named`.

        A pattern has ``%`` for any characters, and no other sign of its own.
        """

    def apply_all(self, changes: Sequence[CellChange]) -> list[Tally]:
        """Make ``changes`` in their order, and return what each did."""

    def commit(self) -> None:
        """Make what was changed so far permanent, and go on."""


class Connector(Protocol):
    """A kind of system that has rows."""

    def facts(self) -> Mapping[str, str]:
        """Return what is known of the system: server, version, encryption, account."""

    def schema(self) -> Schema:
        """Return the live schema."""

    def session(self, trace: Trace, *, write: bool) -> AbstractContextManager[Session]:
        """Return a session for ``trace``; raises `ConnectorError`."""


@runtime_checkable
class Countable(Protocol):
    """A system that checks may ask: what is known of it, what its accounts may do, and how many rows there are."""

    def facts(self) -> Mapping[str, str]:
        """Return what is known of the system."""

    def privileges(self, *, write: bool) -> Privileges:
        """Return what the account may do that reads, or with ``write`` the one that writes."""

    def tables(self) -> tuple[tuple[str, ...], bool]:
        """Return the names of all tables where those of the map are, and whether the account is told of every one."""

    def count(self, counting: Counting) -> tuple[tuple[Any, ...], ...]:
        """Return the rows that answer ``counting``; gives up after a while, as a `ConnectorError`."""

    def wording(self, counting: Counting) -> str:
        """Return how ``counting`` is asked by hand; empty where that takes several statements."""


# --- capabilities: what only some systems can, and a connector or a session is asked for ---------------------------


@runtime_checkable
class Clocked(Protocol):
    """A system whose server has a clock."""

    def server_time(self) -> ServerTime | None:
        """Return what the server's clock says; ``None`` where there is no server. Raises `ConnectorError`."""


@runtime_checkable
class HasPlace(Protocol):
    """A system of which several may be parts of one, as two systems of a policy in one database are."""

    def place(self) -> str:
        """Return where the system is: the same text for all that are parts of one, whatever their accounts."""


@runtime_checkable
class PlanKeeping(Protocol):
    """A system that may have a table of plans, where the firm allows it one."""

    def plans_after(self, number: int) -> Iterable[tuple[int, str, str]]:
        """Return the rows of that table with a higher number; none where there is none. Raises `ConnectorError`."""


@runtime_checkable
class PlanNoting(Protocol):
    """A session that can put a row into the system's table of plans."""

    def note_plan(self, number: int, plan: str, at: str) -> None:
        """Put a row there in this transaction: the number, the hash, the time (UTC); nothing without a table."""


@runtime_checkable
class PartitionDropping(Protocol):
    """A session of a system that keeps rows in parts which can be dropped whole."""

    def drop_partitions(self, change: CellChange, limit: int) -> Tally:
        """Drop the parts that ``change`` deletes whole, of at most ``limit`` rows; none is fine."""


@runtime_checkable
class Draftable(Protocol):
    """A system whose tables tell enough of themselves that a first map of it can be drafted, and compared later."""

    def everything(self, schemas: Sequence[str] = ()) -> Schema:
        """Return all tables that the account can see, or those of some ``schemas``. Raises `ConnectorError`."""

    def sample(self, schema: Schema, region: str) -> Sample:
        """Return what a few rows of each table look like; no value is kept. ``region`` reads numbers (``GB``)."""

    def grants(self, needs: Sequence[Need], passwords: Mapping[str, str]) -> tuple[str, ...]:
        """Return the SQL of a reader and a writer with these ``passwords`` for exactly ``needs``, a line each."""


class FileStore(Protocol):
    """A kind of system that has files, which rows of other systems name. Names are hostile and personal."""

    def open(self, name: str) -> BinaryIO:
        """Return the content of a file; the caller closes it.

        Raises `NoSuchName` for a name that no file here can have, else `OSError`; neither repeats the name.
        """

    def delete(self, name: str) -> bool:
        """Delete a file and return whether it was there; a second time it is not. Raises as `open` does."""

    @property
    def path(self) -> str:
        """Where the folder is: absolute, and without links."""

    def folds(self, name: str) -> bool:
        """Return whether a file has other names that differ from ``name`` by case or normal form alone."""

    def is_empty(self) -> bool:
        """Return whether there is nothing at all in the folder."""

    def close(self) -> None:
        """Let go of the folder."""


__all__ = [
    "CODES",
    "Clocked",
    "Connector",
    "ConnectorError",
    "Countable",
    "Draftable",
    "FileStore",
    "FoundSubject",
    "HasPlace",
    "Iterable",
    "Need",
    "NoSuchName",
    "PartitionDropping",
    "PlanKeeping",
    "PlanNoting",
    "Privileges",
    "ReachedBy",
    "Row",
    "RowPage",
    "SealedKeys",
    "ServerTime",
    "Session",
    "SubjectQuestion",
    "Tally",
]
