"""One conversation with a database about one batch of persons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from bailee.connectors.base import ConnectorError, ReachedBy, RowPage, SealedKeys, Tally
from bailee.connectors.sql import queries
from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.dialects.failures import HINTS, guarded
from bailee.connectors.sql.identify import read_answers, write_questions
from bailee.connectors.sql.parameters import Carried, carry_spellings, find_given_rows, find_own_value, round_up
from bailee.connectors.sql.plan_table import write_insert
from bailee.connectors.sql.shapes import NONE, ONE, Bind, Materialisation, Sql
from bailee.connectors.sql.statements import ReadStatement, Statements, find_own_step
from bailee.policy import Form
from bailee.policy.predicate import NEVER, Predicate, Scalar
from bailee.trace.names import find_names, find_names_in_change, find_names_of_set
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import IDENTITY, Alternative, Batch, CellChange, Key, Ref, RowSet, Spells, and_

_AT_ONCE = 500  # rows in memory while many are read
_ASKED_AT_ONCE = 1_000  # keys named in one statement
_OWN = 8  # spellings that a person has, or a few do
_FEW_PEOPLE = 20  # in a batch of which few rows a collection are likely


@dataclass
class SqlSession:
    """A `Session`. ``secret`` keys pseudonyms and hashes; ``now`` is the plan's own time."""

    connection: Any  # a DB-API connection: the three drivers share no type
    begin_again: Callable[[], None]  # the next transaction, after a commit
    statements: Statements
    write: bool
    secret: Callable[[], bytes]
    now: datetime
    batch: Batch = field(default_factory=Batch)
    shapes: dict[SetName | Spells, Materialisation] = field(default_factory=dict)
    shapes_number: int | None = None  # what the statements call these shapes; ``None`` as soon as they change
    standing: dict[SetName | Spells, Carried] = field(default_factory=dict)
    ahead: dict[SetName, list[tuple[Any, ...]]] | None = None  # rows of sets, read before they were asked for
    executed: int = 0  # statements, for those who count them

    # --- running statements ------------------------------------------------------------------------------

    @cached_property
    def guard(self) -> guarded:
        """What the driver may be used within."""
        return guarded(self.statements.dialect.driver)

    def _run(self, sql: Sql | str, parameters: Sequence[object] = ()) -> Any:
        with self.guard:
            return self._send(sql, parameters)

    def _send(self, sql: Sql | str, parameters: Sequence[object] = ()) -> Any:
        text, values = (sql, list(parameters)) if isinstance(sql, str) else (sql.text, self._values(sql.binds))
        self.executed += 1
        cursor = self.connection.cursor()
        cursor.execute(text, values)
        return cursor

    def _text(self, what: tuple[object, ...], write: Callable[[Writer], str]) -> Sql:
        """Return the statement ``what`` for what stands by; ``write`` makes it the first time."""
        if self.shapes_number is None:
            self.shapes_number = self.statements.number(self.shapes)
        return self.statements.text((*what, self.shapes_number), self.shapes, write)

    def _stand_by(self, name: SetName | Spells, shape: Materialisation) -> None:
        self.shapes[name] = shape
        self.shapes_number = None

    def _all(self, sql: Sql | str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.guard:
            cursor = self._send(sql, parameters)
            found = list(cursor.fetchall())
            cursor.close()
        return found

    def _stream(self, sql: Sql) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield rows as they come, some at a time, so that memory does not grow with them."""
        self.executed += 1
        values, driver = self._values(sql.binds), self.statements.dialect.driver
        with self.guard:
            yield from driver.stream_rows(self.connection, sql.text, values, _AT_ONCE)

    def _pipeline(self) -> AbstractContextManager[Any]:
        return self.statements.dialect.driver.pipeline(self.connection)

    def _read_ahead(self) -> dict[SetName, list[tuple[Any, ...]]]:
        """Ask for the rows of every located set at once, and return those of sets that have few.

        psycopg streams without a prepared statement, and to wait for each answer costs more than the few rows that a
        person has. A set with more of them is read again, as a stream.
        """
        readings = [r for c in self.statements.trace.located for r in self.statements.readings[c]]
        texts = {r.name: self._reading(r) for r in readings}
        with self.guard:
            with self._pipeline():
                cursors = {
                    n: self._send(Sql(f"{sql.text} LIMIT {_AT_ONCE + 1}", sql.binds)) for n, sql in texts.items()
                }
            return {name: rows for name, cursor in cursors.items() if len(rows := cursor.fetchall()) <= _AT_ONCE}

    def _reading(self, reading: ReadStatement) -> Sql:
        known = reading.texts.get(self.shapes_number)
        if known is not None:  # written while the same stood by, so that nothing is left to fix for it
            return known
        self._ensure(reading.looks_at, reading.fixed)
        name, columns, masks = reading.name, reading.columns, reading.masks
        write = partial(queries.write_rows_with_flags, name=name, columns=columns, masks=masks)
        found = reading.texts[self.shapes_number] = self._text(("read", name), write)
        return found

    def _values(self, binds: Iterable[Bind]) -> list[object]:
        values: list[object] = []
        for bind in binds:
            if bind.name is None:
                values.append(bind.constant)
            elif bind.name in self.standing:
                values.append(self.standing[bind.name].value(bind.column, bind.place))
            else:
                values.append(find_own_value(bind, self.secret, self.now, self.statements.dialect))
        return values

    # --- the batch ---------------------------------------------------------------------------------------

    def must_have_keys(self) -> None:
        """Raise `ConnectorError` C513 where a table has rows without a key: by it they would be found by nobody.

        The map's check warns (T421) of keys that may be null.
        """
        asked = self.statements.keys_that_may_be_null
        without = sorted((name, count) for name, count in (self._all(asked) if asked else ()) if count)
        if without:
            rows = ", ".join(f"{count} of {name}" for name, count in without)
            raise ConnectorError("C513", f"rows without a key cannot be told apart: {rows}", HINTS["C513"])

    def begin(self, batch: Batch, sealed: SealedKeys | None = None) -> None:
        """Name the batch that all that follows is about; with ``sealed``, start from it and not from what is there."""
        self.batch = batch
        self.now = batch.at or self.now
        self.shapes.clear()
        self.shapes_number = None
        self.standing.clear()
        self.ahead = None
        for given in self.statements.given:
            self._carry(given.name, find_given_rows(given, batch, self.statements.trace.map.system.name))
        for spells in self.statements.spells:
            self._carry_spellings(spells)
        sets = self.statements.trace.sets
        for name, rows in (sealed.keys if sealed else {}).items():
            if name in sets and not sets[name].given:
                self._carry(name, list(rows))

    @property
    def _may_make_tables(self) -> bool:
        """A transaction that only reads cannot make a temporary table, but on SQLite."""
        return self.write or self.statements.dialect.reader_makes_tables

    def _columns(self, name: SetName) -> tuple[str, ...]:
        """Return the columns in which a fixed set stands by: the key, and whatever joins it to other rows."""
        return self.statements.links(self.statements.trace.sets[name].collection)

    def _carry(self, name: SetName, rows: list[Key]) -> None:
        """Let ``rows`` stand by for the set ``name``: as parameters where they are few, else in a temporary table."""
        dialect, columns = self.statements.dialect, self._columns(name)
        carried = Carried(columns, rows)
        if not rows:
            self._stand_by(name, NONE)
        elif len(rows) == 1:  # whose plan is better than that of an array, which may be of any length
            self._stand_by(name, ONE)
        elif dialect.arrays and (len(rows) <= dialect.few or not self.write):
            self._stand_by(name, Materialisation("array"))
        elif len(rows) <= dialect.few or not self._may_make_tables:
            self._stand_by(name, Materialisation("list", round_up(len(rows))))
        else:
            self._make_table(name, columns)
            self._insert(self.shapes[name].table, columns, rows)
            carried = Carried(columns, [], len(rows))
        self.standing[name] = carried

    def _make_table(self, name: SetName, columns: tuple[str, ...]) -> None:
        collection = self.statements.trace.sets[name].collection
        source = self._writer().select(RowSet(name, collection, (Alternative(and_()),)), columns)
        self._create(name, f"{source} LIMIT 0", ())

    def _create(self, name: SetName | Spells, select: str, values: Sequence[object]) -> None:
        """Make the temporary table of a set from ``select``."""
        table, dialect = self.statements.table_name(name), self.statements.dialect
        self._run(f"{dialect.drop_temporary} {table}")
        self._run(f"CREATE TEMPORARY TABLE {table} AS {select}", values)
        self._stand_by(name, Materialisation("table", table=table))

    def _insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        sql = f"INSERT INTO {table} VALUES ({', '.join([self.statements.dialect.mark] * len(columns))})"
        self.executed += 1
        with self.guard:
            cursor = self.connection.cursor()
            cursor.executemany(sql, [tuple(r) for r in rows])
            cursor.close()

    def _carry_spellings(self, spells: Spells) -> None:
        m = self.statements.trace.map
        owner = m.bound[spells.collection]
        rows, bounded = carry_spellings(spells, self.batch, owner, m.policy.firm.region, self.statements.dialect)
        self.standing[spells] = Carried(("value", "since", "until"), rows)
        if not rows:
            self._stand_by(spells, NONE)
        elif spells.stored.form is Form.LIST or len(rows) <= _OWN:
            self._stand_by(spells, Materialisation("list", round_up(len(rows)), bounded=bounded))
        elif self.statements.dialect.arrays:
            self._stand_by(spells, Materialisation("array", bounded=bounded))
        elif (len(rows) <= self.statements.dialect.few and not bounded) or not self._may_make_tables:
            self._stand_by(spells, Materialisation("list", round_up(len(rows)), bounded=bounded))
        else:
            self._spelling_table(spells, owner.name, rows, bounded=bounded)

    def _spelling_table(self, spells: Spells, collection: str, rows: list[Key], *, bounded: bool) -> None:
        """Put spellings into a table whose columns have the type and collation of what they are compared with."""
        writer = Writer(self.statements.trace, self.statements.dialect, self.shapes)
        at = "nullif({0}, {0})".format(writer.cell("r", spells.at)) if spells.at else "NULL"  # may be null
        cell = writer.cell("r", spells.column)
        source = f"SELECT {cell} AS value, {at} AS since, {at} AS until FROM {writer.table(collection)} AS r LIMIT 0"
        self._create(spells, source, ())
        self._stand_by(spells, Materialisation("table", table=self.shapes[spells].table, bounded=bounded))
        self._insert(
            self.shapes[spells].table,
            ("value", "since", "until"),
            rows if spells.at else [(r[0], None, None) for r in rows],
        )

    # --- fixing sets -------------------------------------------------------------------------------------

    def _ensure(self, wanted: Sequence[SetName], fixed: frozenset[SetName]) -> None:
        """Fix those sets of ``fixed`` that ``wanted`` look at, in order."""
        st = self.statements
        for name in st.order(wanted, fixed):
            if name in self.shapes:
                continue
            stage = next(stage for stage in st.trace.stages if name in stage)
            if name not in st.recursive:
                self._fix(name, partial(self._plain, name))
            elif len(stage) == 1 and find_own_step(st.trace.sets[name]) is not None:
                self._fix(name, partial(self._closure, name))
            else:
                self._rounds(stage)

    def _plain(self, name: SetName, writer: Writer) -> str:
        return writer.rows(name, self._columns(name))

    def _fix(self, name: SetName, write: Callable[[Writer], str]) -> None:
        st, few = self.statements, self.statements.dialect.few
        sql = self._text(("fix", name), write)
        large = any(shape.kind == "table" for key, shape in self.shapes.items() if isinstance(key, SetName))
        if not (large and self.write):
            limit = f" LIMIT {few + 1}" if self._may_make_tables else ""
            rows = self._all(Sql(sql.text + limit, sql.binds))
            if len(rows) <= few or not limit:
                self._carry(name, rows)
                return
        self._create(name, sql.text, self._values(sql.binds))
        table = self.shapes[name].table
        key = ", ".join(map(st.dialect.quote, st.trace.map.bound[st.trace.sets[name].collection].key))
        if prepared := st.dialect.prepared(table, key):
            self._run(prepared)
        count = self._all(f"SELECT count(*) FROM {table}")[0][0]
        self.standing[name] = Carried(self._columns(name), [], count)
        if not count:
            self._stand_by(name, NONE)

    def _closure(self, name: SetName, writer: Writer) -> str:
        """Write a set that looks at itself through one step, as one recursive statement."""
        columns = self._columns(name)
        listed = ", ".join(map(self.statements.dialect.quote, columns))
        body = queries.write_closure(writer, name, columns, "closure")
        return f"WITH RECURSIVE closure ({listed}) AS ({body}) SELECT {listed} FROM closure"

    def _rounds(self, stage: tuple[SetName, ...]) -> None:
        """Fix sets that look at each other: as many rounds as the data is deep, whatever the number of rows."""
        names = [name for name in stage if self.statements.has_key(name)]  # others are looked at row by row
        for name in names:
            self._carry(name, [])
        grown = True
        while grown:
            grown = False
            for name in names:
                grown = self._grow(name) or grown

    def _grow(self, name: SetName) -> bool:
        st, columns = self.statements, self._columns(name)
        row_set = st.trace.sets[name]

        def write(writer: Writer) -> str:
            return writer.select(row_set, columns)

        sql = self._text(("grow", name), write)
        shape = self.shapes[name]
        if shape.kind == "table":
            more = f"SELECT * FROM ({sql.text}) AS new EXCEPT SELECT * FROM {shape.table}"
            cursor = self._run(f"INSERT INTO {shape.table} {more}", self._values(sql.binds))
            count = int(cursor.rowcount)
            self.standing[name] = Carried(columns, [], self.standing[name].size + count)
            return count > 0
        old = self.standing[name].rows
        new = set(self._all(sql)) - set(old)
        if new:
            self._carry(name, [*old, *new])
        return bool(new)

    def fix(self) -> SealedKeys:
        """Fix the rows that the changes are about, before anything is changed, and lock the subjects (23)."""
        locks = list(self._locks())
        if self.statements.dialect.pipelines:
            self._lock_and_fix(locks)
        elif self.statements.dialect.locks_rows:
            for lock in locks:
                self._all(lock)
        self._ensure(self.statements.needed_for_writing, self.statements.fixed_for_writing)
        return SealedKeys({name: tuple(self._rows(name)) for name in self.standing if isinstance(name, SetName)})

    def _locks(self) -> Iterator[Sql]:
        trace = self.statements.trace
        for name, row_set in sorted(trace.sets.items()):
            if name.kind is SetKind.OWN and self.shapes[name].kind != "none":
                key = trace.map.bound[row_set.collection].key
                sql = self._text(("lock", name), partial(Writer.rows, name=name, columns=key))
                order = ", ".join(map(self.statements.dialect.quote, key))
                yield Sql(f"{sql.text} ORDER BY {order} FOR UPDATE", sql.binds)

    def _lock_and_fix(self, locks: list[Sql]) -> None:
        """Lock the subjects, and fix what looks at them alone, without waiting between one and the next.

        The server works statements off in order, so what is fixed is what stands once the lock is held.
        """
        st, few = self.statements, self.statements.dialect.few
        texts = {
            name: self._text(("fix", name), partial(self._plain, name))
            for name in st.needed_for_writing
            if name not in st.recursive
            and all(other in self.shapes for other in find_names_of_set(st.trace.sets[name]))
        }
        with self.guard:
            with self._pipeline():
                for lock in locks:
                    self._send(lock)
                cursors = {n: self._send(Sql(f"{sql.text} LIMIT {few + 1}", sql.binds)) for n, sql in texts.items()}
            found = {name: list(cursor.fetchall()) for name, cursor in cursors.items()}
        for name, rows in found.items():
            if len(rows) <= few:
                self._carry(name, rows)

    def _rows(self, name: SetName) -> list[Key]:
        shape = self.shapes[name]
        return self._all(f"SELECT * FROM {shape.table}") if shape.kind == "table" else list(self.standing[name].rows)

    # --- asking ------------------------------------------------------------------------------------------

    def _ready(self, *wanted: SetName) -> None:
        self._ensure(wanted, self.statements.fixed_but(wanted))

    def _ready_for(self, change: CellChange) -> None:
        """Fix what ``change`` looks at, as it will be fixed when it is made."""
        self._ensure(tuple(find_names_in_change(change)), self.statements.fixed_for_writing)

    def count(self, name: SetName) -> int:
        """Return how many rows are in the set ``name`` of the trace."""
        self._ready(name)
        if name in self.shapes and not self.statements.trace.sets[name].given:
            return self.standing[name].size
        key = self.statements.trace.map.bound[self.statements.trace.sets[name].collection].key
        sql = self._text(
            ("count", name),
            lambda w: f"SELECT count(*) FROM ({w.rows(name, key, None if key else lambda _: '1 AS one')}) AS counted",
        )  # fmt: skip
        return int(self._all(sql)[0][0])

    def keys(self, name: SetName) -> Iterator[Key]:
        """Yield the keys of the rows in the set ``name``."""
        self._ready(name)
        key = self.statements.trace.map.bound[self.statements.trace.sets[name].collection].key
        if key:
            yield from self._all(self._text(("keys", name), lambda w: w.rows(name, key)))

    def read(self, collection: str) -> Iterator[RowPage]:
        """Yield the located rows of ``collection``, some at a time, as a copy may show them."""
        if self.ahead is None:
            few = self.statements.dialect.pipelines and len(self.batch.subjects) <= _FEW_PEOPLE
            self.ahead = self._read_ahead() if few and not self.write else {}
        for r in self.statements.readings.get(collection, ()):
            if r.name in self.ahead:
                found: Iterable[Sequence[tuple[Any, ...]]] = [self.ahead.pop(r.name)]
            else:
                found = self._stream(self._reading(r))
            for cells in found:
                yield RowPage(r.mode, r.columns, r.key, r.masks, cells)

    def why(self, collection: str) -> Iterator[ReachedBy]:
        """Yield each hop by which a located row of ``collection`` is reached."""
        trace = self.statements.trace
        for row_set in trace.sets.values():
            if row_set.collection != collection:
                continue
            for number, way in enumerate(row_set.any_of):
                if way.hop and way.source == IDENTITY:
                    yield from self._mentioned(row_set, number, way)
                elif way.hop and way.source and row_set.name.kind in {SetKind.OWNED, SetKind.ACCESS}:
                    yield from self._stepped(row_set, number, way)

    def _mentioned(self, row_set: RowSet, number: int, way: Alternative) -> Iterator[ReachedBy]:
        key = self.statements.trace.map.bound[row_set.collection].key
        single = RowSet(row_set.name, row_set.collection, (way,))
        sql = self._text(("why", row_set.name, number), lambda w: w.select(single, key))
        yield from (ReachedBy(found, way.hop, None) for found in self._all(sql))

    def _stepped(self, row_set: RowSet, number: int, way: Alternative) -> Iterator[ReachedBy]:
        """Yield the hops along a flow, with the row that each comes from."""
        trace = self.statements.trace
        flow = next(f for f in trace.map.flows if f.id == way.hop)
        assert way.source is not None
        self._ready(way.source)
        key = trace.map.bound[flow.target].key
        write = partial(queries.write_step, flow=flow, source=way.source)
        for row in self._all(self._text(("why", row_set.name, number), write)):
            yield ReachedBy(row[: len(key)], way.hop, Ref(trace.map.system.name, flow.source, row[len(key) :]))

    def identify(self, questions: Sequence[SubjectQuestion]) -> Iterator[FoundSubject]:
        """Yield the subject rows that answer ``questions``."""
        for question in questions:
            for text, parameters in write_questions(self.statements, question):
                yield from read_answers(self.statements, question.collection, self._all(text, parameters))

    # --- changing ----------------------------------------------------------------------------------------

    def tally(self, change: CellChange) -> Tally:
        """Return what ``change`` would do now; after it was applied: what is left of it."""
        self._ready_for(change)
        sql = self._text(("tally", change.id), partial(queries.write_count, change=change))
        done, withheld, rows = self._all(sql)[0]
        return Tally(change.id, int(done or 0), int(rows), int(withheld or 0))

    def keys_of(self, change: CellChange, *, due: bool = False, among: Collection[Key] | None = None) -> Iterator[Key]:
        """Yield the keys of the rows of ``change``, ``due`` or all; none where rows have no key."""
        if among is None:
            yield from self._keys(change, due=due)
            return
        keys = list(among)
        self._ready_for(change)
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            writer = Writer(self.statements.trace, self.statements.dialect, self.shapes)
            text = queries.write_keys(writer, change, due=due, among=keys[start : start + _ASKED_AT_ONCE])
            yield from self._all(Sql(text, tuple(writer.binds)))

    def cells(
        self, collection: str, keys: Sequence[Key], *, locked: bool = False
    ) -> Iterator[tuple[Key, Mapping[str, Scalar]]]:
        """Yield the rows, as the base says; cells that no program can read, like an infinite date, as text."""
        bound = self.statements.trace.map.bound[collection]
        columns = tuple(dict.fromkeys((*bound.key, *(c.name for c in bound.table.columns.values() if not c.generated))))
        for start in range(0, len(keys) if bound.key else 0, _ASKED_AT_ONCE):
            writer = self._writer()
            text = queries.write_cells(writer, collection, columns, keys[start : start + _ASKED_AT_ONCE])
            if locked and self.statements.dialect.locks_rows:
                text += f" ORDER BY {', '.join(map(self.statements.dialect.quote, bound.key))} FOR UPDATE"
            with self.statements.dialect.driver.reading_any_text(self.connection):
                rows = self._all(Sql(text, tuple(writer.binds)))
            for row in rows:
                yield tuple(row[: len(bound.key)]), dict(zip(columns, row, strict=True))

    def withheld(self, change: CellChange) -> Iterator[Key]:
        """Yield the keys of the rows in which a hold keeps a cell from ``change``."""
        return iter(()) if all(cell.kept == NEVER for cell in change.cells) else self._keys(change, withheld=True)

    def _keys(self, change: CellChange, *, withheld: bool = False, due: bool = False) -> Iterator[Key]:
        if self.statements.trace.map.bound[change.collection].key:
            self._ready_for(change)
            write = partial(queries.write_keys, change=change, withheld=withheld, due=due)
            yield from self._all(self._text(("keys", change.id, withheld, due), write))

    def apply(self, change: CellChange, limit: int | None = None) -> Tally:
        """Make ``change``, on at most ``limit`` rows; a second time it finds nothing to do."""
        if not self.write:
            raise ConnectorError("C503", "this session only reads", "open it for writing")

        if not change.deletes and not change.cells:
            return Tally(change.id, 0)  # rows that are kept whole

        cursor = self._run(self._changing(change, limit))
        return Tally(change.id, max(0, int(cursor.rowcount)))

    def apply_all(self, changes: Sequence[CellChange]) -> list[Tally]:
        """Make ``changes`` in their order; PostgreSQL is sent the next before it has answered the last."""
        if not (self.statements.dialect.pipelines and self.write):
            return [self.apply(change) for change in changes]
        cursors: list[Any] = []
        with self.guard, self._pipeline():
            for change in changes:
                idle = not change.deletes and not change.cells
                cursors.append(None if idle else self._send(self._changing(change, None)))
        counts = [max(0, int(cursor.rowcount)) if cursor else 0 for cursor in cursors]
        return [Tally(change.id, count) for change, count in zip(changes, counts, strict=True)]

    def _changing(self, change: CellChange, limit: int | None) -> Sql:
        deletes, updates = partial(Writer.delete, change=change, limit=limit), partial(Writer.update, change=change)
        return self._text(("apply", change.id, limit), deletes if change.deletes else updates)

    def drop_partitions(self, change: CellChange, limit: int) -> Tally:
        """Drop the partitions of which ``change`` deletes every row, ``limit`` rows at most; each is final (25)."""
        st, bound = self.statements, self.statements.trace.map.bound[change.collection]
        listed = st.dialect.partitions(bound.table)
        done = 0
        for leaf, _ in self._run(*listed).fetchall() if listed and change.deletes else ():
            sql = self._text(
                ("leaf", change.id, leaf), partial(queries.write_partition_count, change=change, leaf=leaf)
            )
            rows, staying = self._all(sql)[0]
            if rows and not staying and done + rows <= limit:
                for statement in st.dialect.drop_partition(st.dialect.table(bound.table.name), leaf):
                    self._run(statement)
                self.commit()
                done += int(rows)
        return Tally(change.id, done, done)

    def note_plan(self, number: int, plan: str, at: str) -> None:
        """Put a row into the table of plans, where the system has one."""
        if table := self.statements.trace.map.system.plans_in:
            self._run(write_insert(self.statements.dialect, table), (number, plan, at))

    def commit(self) -> None:
        """Make what was changed so far permanent."""
        with self.guard:
            self.connection.commit()
        self.begin_again()

    # --- looking around ----------------------------------------------------------------------------------

    def texts(self, name: SetName, column: str) -> Iterator[str]:
        """Yield what stands in ``column`` of the rows of the set ``name``, each once, where it is not empty."""
        self._ready(name)
        found = self._all(self._text(("texts", name, column), partial(Writer.rows, name=name, columns=(column,))))
        yield from dict.fromkeys(str(row[0]) for row in found if row[0] not in {None, ""})

    def latest(self, change: CellChange, column: str) -> Scalar:
        """Return the last date in ``column`` of the rows of ``change``; ``None`` where one of them is empty."""
        self._ready_for(change)
        write = partial(queries.write_latest, change=change, column=column)
        last, empty = self._all(self._text(("latest", change.id, column), write))[0]
        return None if empty else last

    def earliest(self, change: CellChange, column: str, since: date) -> Scalar:
        """Return the first date in ``column`` of the rows of ``change`` not before ``since``, or ``None``."""
        self._ready_for(change)
        write = partial(queries.write_earliest, change=change, column=column, since=since)
        return self._all(self._text(("earliest", change.id, column, since), write))[0][0]  # type: ignore[no-any-return]

    def is_named(self, collection: str, column: str, texts: Sequence[str], besides: Predicate = NEVER) -> Iterator[str]:
        """Yield those of ``texts`` that are in ``column`` of some row of which ``besides`` does not hold."""
        self._ready(*find_names(besides))
        for n in range(0, len(texts), _AT_ONCE):
            sql = queries.write_named(self._writer(), collection, column, texts[n : n + _AT_ONCE], besides)
            yield from (str(found[0]) for found in self._all(sql))

    def texts_like(
        self, collection: str, column: str, patterns: Sequence[str], besides: Predicate = NEVER
    ) -> Iterator[str]:
        """Yield each text in ``column`` that is like one of ``patterns``, as `is_named`. They stream."""
        self._ready(*find_names(besides))
        streamed = self._stream(queries.write_alike(self._writer(), collection, column, patterns, besides))
        yield from (str(row[0]) for rows in streamed for row in rows)

    def _writer(self) -> Writer:
        return Writer(self.statements.trace, self.statements.dialect, self.shapes)
