"""What every connector must do, as tests that its author runs: a small standard world, and what must become of it.

Subclass `ConnectorSuite` (a system with rows) or `StoreSuite` (one with files), say how to reach a system that holds
`ROWS` or `FILES`, and let pytest collect it; `docs/connectors.md` shows how. Nothing here imports pytest.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bailee.connectors.base import CODES, Connector, ConnectorError, FileStore, NoSuchName, SealedKeys, Session
from bailee.policy import (
    Collection,
    Edge,
    EdgeKind,
    Firm,
    Form,
    Hold,
    Identity,
    Joins,
    Mention,
    Mode,
    OnErase,
    OnLeave,
    Party,
    Period,
    Policy,
    Spelling,
    System,
    Until,
)
from bailee.policy.predicate import ALWAYS, Scalar
from bailee.trace import Batch, CellChange, Key, KnownValue, Ref, Subject, Trace, bind, build_erasure_trace
from bailee.trace.check import check_map
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.sets import InSet

TODAY = date(2026, 3, 15)
ALICE, BOB, CAROL = "alice@post.example", "bob@post.example", "carol@post.example"
CROWD = 600
"""So many persons more, each with one thing: more than anybody carries as parameters."""

Cells = tuple[Scalar, ...]
E = TypeVar("E", bound=BaseException)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "person": ("id", "email", "name", "phone"),
    "thing": ("id", "person_id", "note"),
    "thread": ("id", "first_id", "second_id", "subject"),
    "ring": ("id", "person_id", "caller"),
    "bill": ("id", "person_id", "issued_on", "total", "remark"),
    "price": ("id", "text"),
}
"""The collections and their columns. ``id``, what ends in ``_id`` and ``total`` are integers, ``issued_on`` is a date,
all else is text of up to 80 characters. ``id`` is the key and never empty; everything else may be."""

ROWS: Mapping[str, tuple[Cells, ...]] = {
    "person": (
        (1, ALICE, "Alice", "+442079460101"),
        (2, BOB, "Bob", "+442079460102"),
        (3, CAROL, "Carol", None),
        *((n, f"p{n}@crowd.example", f"Person {n}", None) for n in range(1000, 1000 + CROWD)),
    ),
    "thing": (
        (1, 1, "hers"),
        (2, 1, "hers too"),
        (3, 2, "his"),
        *((n, n, "one each") for n in range(1000, 1000 + CROWD)),
    ),
    "thread": ((1, 1, 2, "of both"), (2, 1, None, "hers alone"), (3, 2, 3, "of others")),
    "ring": ((1, 1, "+442079460102"), (2, 1, "+442079460199"), (3, 2, "+442079460101"), (4, 3, "+442079460199")),
    "bill": (
        (1, 1, date(2025, 6, 1), 10, "held, and this remark is not"),
        (2, 1, date(2010, 6, 1), 20, "held no more"),
        (3, 2, date(2025, 6, 1), 30, "his"),
    ),
    "price": ((1, "nobody's"),),
}

WITHOUT_ALICE: Mapping[str, tuple[Cells, ...]] = {
    **ROWS,
    "person": ((1, None, "Alice", None), *ROWS["person"][1:]),
    "thing": ROWS["thing"][2:],
    "thread": ((1, None, 2, "of both"), ROWS["thread"][2]),
    "ring": ((3, 2, None), ROWS["ring"][3]),
    "bill": ((1, 1, date(2025, 6, 1), 10, None), ROWS["bill"][2]),
}
"""What is left when Alice was erased: a bill inside its years and her name on it, and what others keep."""


# --- the map of the standard world ---------------------------------------------------------------------------


def _make_owned_edge(column: str = "person_id") -> Edge:
    return Edge(EdgeKind.OWNED_BY, "person", (("id", column),), column)


def _make_collections() -> Iterator[Collection]:
    delete = OnErase()
    email = Identity("email", "email", Spelling(Form.LOWER), Joins.VERIFIED)
    phone = Identity("phone", "phone", Spelling(Form.E164), Joins.CONFIRM)
    names = {"name": "name"}
    yield _make_collection("person", party=Party.PERSON, identities=(email, phone), fields=names, on_erase=delete)
    yield _make_collection("thing", edges=(_make_owned_edge(),), fields={"note": "note"}, on_erase=delete)
    yield _make_collection(
        "thread", edges=(_make_owned_edge("first_id"), _make_owned_edge("second_id")), fields={"subject": "subject"},
        on_erase=delete, on_leave=OnLeave(matched=True),
    )  # fmt: skip
    caller = Mention("phone", "caller", "caller", Spelling(Form.E164))
    yield _make_collection(
        "ring", edges=(_make_owned_edge(),), mentions=(caller,), on_erase=delete, on_leave=OnLeave(matched=True)
    )  # fmt: skip
    shown = {"issued_on": "issued_on", "total": "total", "remark": "remark"}
    yield _make_collection("bill", edges=(_make_owned_edge(),), fields=shown, on_erase=delete, hold=("books",))
    yield _make_collection("price", opaque="nothing personal")


def _make_collection(name: str, **words: object) -> Collection:
    return Collection(name, table=name, **words)  # type: ignore[arg-type]


SYSTEM = System(
    "standard", "The standard world", "standard", "env:STANDARD_URL", "env:STANDARD_WRITE_URL",
    collections={c.name: c for c in _make_collections()},
)  # fmt: skip
_KEPT = (("bill", "person_id"), ("bill", "issued_on"), ("bill", "total"), ("person", "name"))
_UNTIL = Until("issued_on", Period(months=72))
POLICY = Policy(
    Firm("The standard firm", Mode.ACT, shared_above=CROWD),
    {SYSTEM.name: SYSTEM}, {}, {"books": Hold("books", "a law", _KEPT, _UNTIL)},
)  # fmt: skip


# --- systems with rows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bench:
    connector: Connector
    trace: Trace

    @contextmanager
    def reading(self, *persons: str) -> Iterator[Session]:
        """Yield a session that reads, about ``persons``."""
        with self.connector.session(self.trace, write=False) as session:
            session.begin(self.batch(session, persons))
            yield session

    @contextmanager
    def writing(self, *persons: str) -> Iterator[Session]:
        """Yield a session that writes, about ``persons``."""
        with self.connector.session(self.trace, write=True) as session:
            session.begin(self.batch(session, persons))
            yield session

    def ask(self, session: Session, emails: Iterable[str], limit: int | None = None) -> list[FoundSubject]:
        """Return the persons who have one of ``emails``."""
        identity = SYSTEM.collections["person"].identities[0]
        return list(session.identify([SubjectQuestion("person", identity, tuple(emails), ALWAYS, limit)]))

    def batch(self, session: Session, persons: abc.Collection[str]) -> Batch:
        """Return the batch of ``persons``, each known by e-mail."""
        subjects, known = [], list[KnownValue]()
        found = self.ask(session, persons) if persons else []
        for number, row in enumerate(sorted(found, key=lambda f: f.ref)):
            subjects.append(Subject(number, row.ref, {c: row.cells[c] for c in self.trace.map.links("person")}))
            for attribute in ("email", "phone"):
                value = row.cells[attribute]
                known.extend([KnownValue(number, attribute, str(value), source=row.ref)] if value is not None else [])
        return Batch(tuple(subjects), tuple(known))

    def change(self, name: str) -> CellChange:
        """Return a change of the trace by its id."""
        return next(change for change in self.trace.changes if change.id == name)

    def erase(self, *persons: str) -> tuple[SealedKeys, Mapping[str, int]]:
        """Erase ``persons``; return what was sealed before, and how many rows each change touched."""
        with self.writing(*persons) as session:
            sealed = session.fix()
            return sealed, {change.id: session.apply(change).count for change in self.trace.changes}


class ConnectorSuite:
    """What a `Connector` must do. Before each test the system holds `ROWS` and nothing else."""

    def connector(self) -> Connector:
        """Return a new connector to the system, made for `SYSTEM`, with an account that reads and one that writes."""
        raise NotImplementedError

    def rows(self, collection: str) -> Iterable[Sequence[Scalar]]:
        """Return the rows of ``collection`` in any order, cells as `COLUMNS` has them, without the connector's help.

        Dates may be texts (``2026-03-15``).
        """
        raise NotImplementedError

    def out_of_reach(self) -> Connector:
        """Return a connector to a system that is down, or not there."""
        raise NotImplementedError

    def _bench(self) -> _Bench:
        connector = self.connector()
        return _Bench(connector, build_erasure_trace(bind(SYSTEM, connector.schema(), POLICY), TODAY))

    def _holds(self, wanted: Mapping[str, tuple[Cells, ...]]) -> None:
        for collection, rows in wanted.items():
            found = sorted((tuple(map(_simplify_cell, row)) for row in self.rows(collection)), key=repr)
            _check_same(
                found, sorted((tuple(map(_simplify_cell, row)) for row in rows), key=repr), f"the rows of {collection}"
            )

    # --- what is there ---------------------------------------------------------------------------------------

    def test_the_schema_is_what_the_map_needs(self) -> None:
        """Every column is told, with its kind and the key, and the map can stand on it."""
        schema = self.connector().schema()
        for name, columns in COLUMNS.items():
            table = schema.tables[name]
            _check_same(tuple(table.columns), columns, f"the columns of {name}")
            _check_same(table.primary_key, ("id",), f"the key of {name}")
            kinds = {column: str(table.columns[column].kind) for column in columns}
            _check_same(kinds, {column: _find_kind(column) for column in columns}, f"the kinds of {name}")
        errors = [problem for problem in check_map(SYSTEM, schema, POLICY) if problem.severity == "error"]
        _check_same(errors, [], "what the checker of maps says")

    def test_facts_are_texts(self) -> None:
        """What is known of the system can be shown and kept."""
        kinds = {type(value) for value in self.connector().facts().values()}
        _check_same(kinds <= {str}, True, "that every fact is a text")

    # --- who -------------------------------------------------------------------------------------------------

    def test_a_person_is_found_by_a_value_and_nobody_by_an_unknown_one(self) -> None:
        """`identify` answers with the row, its identities, and which of them are verified."""
        bench = self._bench()
        with bench.connector.session(bench.trace, write=False) as session:
            (found,) = bench.ask(session, [ALICE, "nobody@post.example"])
            _check_same(found.ref, Ref(SYSTEM.name, "person", (1,)), "the row")
            cells = {column: found.cells[column] for column in ("email", "phone")}
            _check_same(cells, {"email": ALICE, "phone": "+442079460101"}, "its cells")
            _check_same(found.verified, frozenset({0, 1}), "its verified identities")
            _check_same(bench.ask(session, ["nobody@post.example"]), [], "who is nobody")
            by_key = list(session.identify([SubjectQuestion("person", None, (), ALWAYS, keys=((2,), (99,)))]))
            _check_same([f.ref.key for f in by_key], [(2,)], "who is found by key")

    def test_many_values_are_asked_at_once(self) -> None:
        """A round of the closure has as many values as there are persons in the batch."""
        bench = self._bench()
        emails = [str(row[1]) for row in ROWS["person"]]
        with bench.connector.session(bench.trace, write=False) as session:
            _check_same(len(bench.ask(session, emails)), len(emails), "how many are found")

    def test_a_value_with_other_letters_is_another_value(self) -> None:
        """Values are compared bytewise, whatever the system's own collation says."""
        bench = self._bench()
        with bench.connector.session(bench.trace, write=False) as session:
            _check_same(bench.ask(session, [ALICE.upper(), ALICE.replace("a", "á"), f"{ALICE} "]), [], "who is found")

    # --- what is theirs --------------------------------------------------------------------------------------

    def test_rows_are_located_counted_and_named_by_key(self) -> None:
        """`count` and `keys` say the same of each located set."""
        bench, found = self._bench(), dict[str, list[Key]]()
        with bench.reading(ALICE) as session:
            for modes in bench.trace.located.values():
                for mode, name in modes.items():
                    keys = sorted(session.keys(name), key=repr)
                    _check_same(session.count(name), len(keys), f"the count of {name}")
                    found[f"{mode} {bench.trace.sets[name].collection}"] = keys
        wanted = {"own person": [(1,)], "owned ring": [(1,), (2,)], "touch ring": [(3,)]}
        wanted |= {f"owned {name}": [(1,), (2,)] for name in ("thing", "thread", "bill")}
        _check_same({k: v for k, v in found.items() if v}, wanted, "what is located")

    def test_nobody_has_nothing(self) -> None:
        """An empty batch finds and changes no row."""
        bench = self._bench()
        with bench.writing() as session:
            session.fix()
            _check_same(
                [c.id for c in bench.trace.changes if session.apply(c).count], [], "what an empty batch changes"
            )
        self._holds(ROWS)

    def test_a_copy_has_every_row_and_masks_what_is_somebody_elses(self) -> None:
        """`read` yields whole rows; another's number in them is masked."""
        bench = self._bench()
        with bench.reading(ALICE) as session:
            rings = {row.key: (row.mode, row.masked) for page in session.read("ring") for row in page.rows()}
            found = [row for page in session.read("bill") for row in page.rows()]
            bills = sorted(tuple(_simplify_cell(row.values[c]) for c in COLUMNS["bill"]) for row in found)
        masked, open_ = frozenset({"caller"}), frozenset[str]()
        wanted = {(1,): ("owned", masked), (2,): ("owned", masked), (3,): ("touch", open_)}
        _check_same(rings, wanted, "the calls of a copy")
        _check_same(bills, sorted(tuple(map(_simplify_cell, row)) for row in ROWS["bill"][:2]), "the bills of a copy")

    def test_every_row_can_say_why(self) -> None:
        """`why` yields the hop, and the row that it comes from; nothing for a hop by an identity."""
        bench = self._bench()
        with bench.reading(ALICE) as session:
            things = {(reached.key, reached.source) for reached in session.why("thing")}
            rings = {reached.key: reached.source for reached in session.why("ring") if reached.key == (3,)}
        alice = Ref(SYSTEM.name, "person", (1,))
        _check_same(things, {((1,), alice), ((2,), alice)}, "why the things are hers")
        _check_same(rings, {(3,): None}, "why she sees his call")

    def test_texts_and_dates_of_rows_are_told(self) -> None:
        """`texts`, `latest` and `is_named` look at single columns."""
        bench = self._bench()
        held = bench.change("bill/reduce")
        with bench.reading(ALICE) as session:
            name = bench.trace.located["thing"]["owned"]
            _check_same(sorted(session.texts(name, "note")), ["hers", "hers too"], "the notes of her things")
            _check_same(
                _simplify_cell(session.latest(held, "issued_on")), "2025-06-01", "the last date of what is held"
            )
            first = session.earliest(held, "issued_on", date(2020, 1, 1))
            _check_same(_simplify_cell(first), "2025-06-01", "the first date of what is held")
            _check_same(session.earliest(held, "issued_on", date(2025, 6, 2)), None, "no date from a later day on")
            _check_same(
                list(session.is_named("thing", "note", ["his", "whose"])), ["his"], "the texts that stand somewhere"
            )
            texts = ["hers", "hers too", "his", "whose"]
            _check_same(
                list(session.is_named("thing", "note", texts, InSet(name))), ["his"], "the texts of rows of others"
            )
            alike = sorted(session.texts_like("thing", "note", ["%s too", "%is%"]))
            _check_same(alike, ["hers too", "his"], "the texts that are like a pattern")
            alike = sorted(session.texts_like("thing", "note", ["%"], InSet(name)))
            _check_same(alike, ["his", "one each"], "the texts of rows of others that are like a pattern")

    # --- changes ---------------------------------------------------------------------------------------------

    def test_fixing_changes_nothing_and_names_what_would_go(self) -> None:
        """`fix` returns the keys from which a residual starts."""
        bench = self._bench()
        with bench.writing(ALICE) as session:
            sealed = session.fix()
        _check_same(any(key[:1] == (1,) for keys in sealed.keys.values() for key in keys), True, "that keys are sealed")
        self._holds(ROWS)

    def test_a_plan_counts_what_an_apply_does(self) -> None:
        """`tally` before is what `apply` returns, change by change."""
        bench = self._bench()
        with bench.reading(ALICE) as session:
            planned = {change.id: session.tally(change).count for change in bench.trace.changes}
        _, done = bench.erase(ALICE)
        _check_same(done, planned, "how many rows each change touches")

    def test_an_erasure_leaves_what_it_should(self) -> None:
        """The end of it, cell by cell."""
        self._bench().erase(ALICE)
        self._holds(WITHOUT_ALICE)

    def test_a_second_erasure_changes_nothing(self) -> None:
        """Every change is idempotent."""
        bench = self._bench()
        with bench.writing(ALICE) as session:
            session.fix()
            for change in bench.trace.changes:
                session.apply(change)
            again = {change.id: session.apply(change).count for change in bench.trace.changes}
        _check_same([name for name, count in again.items() if count], [], "what a second apply changes")
        self._holds(WITHOUT_ALICE)

    def test_many_persons_go_at_once(self) -> None:
        """However many: no more than a few statements, and nobody else's row."""
        crowd = [str(row[1]) for row in ROWS["person"][3:]]
        bench = self._bench()
        _, done = bench.erase(*crowd)
        _check_same((done["person/delete"], done["thing/delete"]), (CROWD, CROWD), "how many go")
        self._holds({**ROWS, "person": ROWS["person"][:3], "thing": ROWS["thing"][:3]})

    def test_a_batch_leaves_what_one_after_the_other_would(self) -> None:
        """Alice and Bob at once: what they shared goes, and Carol keeps hers."""
        self._bench().erase(ALICE, BOB)
        self._holds({"thread": ((3, None, 3, "of others"),), "ring": (ROWS["ring"][3],)})

    def test_who_was_erased_before_is_not_living(self) -> None:
        """The books remember Bob: what he and Alice shared goes with her."""
        bench = self._bench()
        with bench.connector.session(bench.trace, write=True) as session:
            mine = bench.batch(session, [ALICE])
            bob = Ref(SYSTEM.name, "person", (2,))
            session.begin(Batch(mine.subjects, mine.known, remembered=frozenset({bob})))
            session.fix()
            for change in bench.trace.changes:
                session.apply(change)
        self._holds({"thread": (ROWS["thread"][2],)})

    def test_a_hold_says_which_rows_it_keeps(self) -> None:
        """`keys_of` names the rows that are kept in part."""
        bench = self._bench()
        with bench.reading(ALICE) as session:
            _check_same(list(session.keys_of(bench.change("bill/reduce"))), [(1,)], "the bills that are kept")
            _check_same(list(session.keys_of(bench.change("person/reduce"))), [(1,)], "the persons that are kept")

    def test_a_change_says_which_of_some_rows_it_reaches(self) -> None:
        """`keys_of` with ``among`` looks for no others, however many are named; ``due`` leaves out what is as it is."""
        bench = self._bench()
        many = [(number,) for number in range(2, 3_000)]
        with bench.reading(ALICE) as session:
            things, bills = bench.change("thing/delete"), bench.change("bill/reduce")
            _check_same(sorted(session.keys_of(things, due=True)), [(1,), (2,)], "the things that go")
            _check_same(list(session.keys_of(things, among=many)), [(2,)], "those of many that go")
            _check_same(list(session.keys_of(things, due=True, among=[(3,)])), [], "somebody else's that goes")
            _check_same(list(session.keys_of(things, among=[])), [], "of none those that go")
            _check_same(list(session.keys_of(bills, due=True)), [(1,)], "the bills of which something goes")
        with bench.writing(ALICE) as session:
            mine, sealed = bench.batch(session, [ALICE]), session.fix()
        bench.erase(ALICE)
        with bench.connector.session(bench.trace, write=False) as session:
            session.begin(mine, sealed)
            _check_same(list(session.keys_of(bills)), [(1,)], "the bills that are kept")
            _check_same(list(session.keys_of(bills, due=True)), [], "the bills of which something is left to go")

    def test_a_change_in_chunks_comes_to_its_end(self) -> None:
        """`apply` with a limit takes at most so many rows, and `commit` keeps them whatever follows."""
        bench = self._bench()
        crowd = [str(row[1]) for row in ROWS["person"][3:]]
        counts = []

        def by_chunks() -> None:
            with bench.writing(*crowd) as session:
                session.fix()
                while count := session.apply(bench.change("thing/delete"), 250).count:
                    counts.append(count)
                    session.commit()
                raise _StopError

        _catch_error(_StopError, by_chunks)
        _check_same(counts, [250, 250, 100], "the chunks")
        self._holds({**ROWS, "thing": ROWS["thing"][:3]})

    # --- what must not happen --------------------------------------------------------------------------------

    def test_what_fails_in_the_middle_was_never_done(self) -> None:
        """An error inside a session takes everything back."""
        bench = self._bench()

        def half() -> None:
            with bench.writing(ALICE) as session:
                session.fix()
                for change in bench.trace.changes:
                    session.apply(change)
                raise _StopError

        _catch_error(_StopError, half)
        self._holds(ROWS)

    def test_a_session_that_reads_cannot_change(self) -> None:
        """It refuses with a code."""
        bench = self._bench()

        def write() -> None:
            with bench.reading(ALICE) as session:
                session.apply(bench.change("thing/delete"))

        _check_refusal(_catch_error(ConnectorError, write))
        self._holds(ROWS)

    def test_a_residual_from_sealed_keys_finds_what_was_not_done(self) -> None:
        """A fresh session that starts from what was sealed sees rows that should have gone, and none when they have."""
        bench = self._bench()
        with bench.writing(ALICE) as session:
            mine, sealed = bench.batch(session, [ALICE]), session.fix()
        _check_same(self._left(bench, mine, sealed)["thing/delete"], 2, "what is left before")
        bench.erase(ALICE)
        left = self._left(bench, mine, sealed)
        _check_same([name for name, count in left.items() if count], [], "what is left after")

    def _left(self, bench: _Bench, mine: Batch, sealed: SealedKeys) -> Mapping[str, int]:
        with bench.connector.session(bench.trace, write=False) as fresh:
            fresh.begin(mine, sealed)
            return {change.id: fresh.tally(change).count for change in bench.trace.changes}

    def test_a_system_out_of_reach_says_so(self) -> None:
        """The error has a code, says what to do, and repeats nothing."""
        _check_refusal(_catch_error(ConnectorError, lambda: self.out_of_reach().schema()))


# --- systems with files --------------------------------------------------------------------------------------

FILES: Mapping[str, bytes] = {"one.wav": b"RIFF1", "2026/03/two.wav": b"RIFF2", "drei ä.wav": b"RIFF3"}

HOSTILE = ("", ".", "..", "../one.wav", "2026/../../one.wav", "/etc/passwd", "one.wav\0", "2026//03/two.wav", "\ud800")
"""Names that no file of a store can have."""


class StoreSuite:
    """What a `Store` must do. Before each test it holds `FILES` and nothing else."""

    def store(self) -> FileStore:
        """Return the store; the suite closes it."""
        raise NotImplementedError

    def names(self) -> abc.Collection[str]:
        """Return the names of all files that are there, without the store's help."""
        raise NotImplementedError

    @contextmanager
    def _store(self) -> Iterator[FileStore]:
        store = self.store()
        try:
            yield store
        finally:
            store.close()

    def test_a_file_is_read(self) -> None:
        """`open` returns the bytes."""
        with self._store() as store:
            for name, content in FILES.items():
                with store.open(name) as stream:
                    _check_same(stream.read(), content, "the content")

    def test_a_file_goes_once(self) -> None:
        """`delete` says whether it was there."""
        with self._store() as store:
            _check_same([store.delete("one.wav"), store.delete("one.wav")], [True, False], "the two deletions")
        _check_same(set(self.names()), FILES.keys() - {"one.wav"}, "what is left")

    def test_what_is_absent_is_said_without_its_name(self) -> None:
        """A name is often personal."""
        with self._store() as store:
            for name in ("marker4711.wav", "2030/marker4711.wav"):
                error = _catch_error(FileNotFoundError, lambda name=name: store.open(name))  # type: ignore[misc]
                _check_same("marker4711" in _show_error(error), False, "that the error repeats the name")
                _check_same(store.delete(name), False, "the deletion of what is absent")

    def test_a_hostile_name_reaches_nothing(self) -> None:
        """It is `NoSuchName`, to read and to delete, and the error does not repeat it."""
        with self._store() as store:
            for name in HOSTILE:
                for call in (store.open, store.delete):
                    error = _catch_error(NoSuchName, lambda call=call, name=name: call(name))  # type: ignore[misc]
                    said = _show_error(error)
                    _check_same(any(part in said for part in ("wav", "passwd")), False, "that it repeats the name")
        _check_same(set(self.names()), FILES.keys(), "what is left")


# --- how the suite complains ---------------------------------------------------------------------------------


class _StopError(Exception):
    """Ends a session in the middle."""


def _check_same(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r}, expected {wanted!r}")


def _catch_error(kind: type[E], call: Callable[[], object]) -> E:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"nothing was raised, expected {kind.__name__}")


def _check_refusal(error: ConnectorError) -> None:
    """Check that an error of a connector can be shown to anybody."""
    _check_same(error.code in CODES, True, f"that {error.code} is a known code")
    _check_same(bool(error.message and error.hint), True, "that the error says what is and what to do")
    _check_same(error.__cause__, None, "what the error was raised from (raise it `from None`)")
    _check_same(error.__suppress_context__ or error.__context__ is None, True, "that no driver's error shows behind it")
    values = [str(cell) for row in ROWS["person"][:3] for cell in row[1:] if cell is not None]
    _check_same([value for value in values if value in _show_error(error)], [], "the row values that the error repeats")


def _show_error(error: BaseException) -> str:
    return "".join((str(error), repr(error), repr(error.args), repr(getattr(error, "filename", ""))))


def _simplify_cell(cell: Scalar) -> object:
    return cell.isoformat()[:10] if isinstance(cell, date) else cell


def _find_kind(column: str) -> str:
    if column == "issued_on":
        return "date"
    return "integer" if column in {"id", "total"} or column.endswith("_id") else "text"


__all__ = [
    "COLUMNS", "CROWD", "FILES", "HOSTILE", "POLICY", "ROWS", "SYSTEM", "TODAY", "WITHOUT_ALICE", "ConnectorSuite",
    "StoreSuite",
]  # fmt: skip
