"""How cost grows: with the rows of a person, with the people of a plan, with the tables of a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.systems import Systems, open_systems
from bench.by_hand import Hand, by_hand
from bench.cases import NOW, fresh, systems_on
from bench.data import ROWS_EACH, email
from bench.databases import BUILD, OPEN, tell
from bench.measure import Case, Turn, compare, timed
from bench.ours import Ours, by_bailee

_FIRST = 1_000  # of the customers who get more calls, ten of each size


def sweeps() -> Iterator[tuple[str, list[Case]]]:
    """Yield each sweep with its title."""
    with OPEN["postgresql"]() as database, systems_on(database) as systems:
        hand = by_hand(database.dialect, database.url)
        yield "One person, more rows (PostgreSQL)", list(_rows(database.url, systems, hand))
        yield "More people in one plan (PostgreSQL)", list(_people(systems, hand))
    yield "More tables on the map (SQLite, one person, ten rows a table)", list(_tables())


def _rows(url: str, systems: Systems, hand: Hand) -> Iterator[Case]:
    sizes = (87, 1_000, 5_000, 20_000)
    for number, size in enumerate(sizes):
        first, more = _FIRST + 10 * number, size - ROWS_EACH
        columns = f"{100_000_000 + first * 100_000} + n, {first} + n % 10, 'out', '', '', now(), 1, 1"
        tell(url, f"INSERT INTO calls SELECT {columns} FROM generate_series(0, {10 * more - 1}) AS s(n)")
    tell(url, "ANALYZE calls")
    for number, size in enumerate(sizes):
        first = _FIRST + 10 * number
        with by_bailee(systems, write=False) as ours:
            work = [([email(first)], [email(first)])] * 15
            yield _compared(f"read {size:,} rows", ours, hand, "read", work)
        with by_bailee(systems, write=True) as ours:
            pairs = fresh(ours, hand, [[email(first + n)] for n in range(10)])
            yield _compared(f"erase {size:,} rows", ours, hand, "erase", pairs)


def _people(systems: Systems, hand: Hand) -> Iterator[Case]:
    next_one = 5_000
    for count in (1, 10, 100, 1_000):
        groups = [[email(n) for n in range(next_one + g * count, next_one + (g + 1) * count)] for g in range(6)]
        next_one += 6 * count
        with by_bailee(systems, write=False) as ours:
            yield _compared(f"read {count:,} people", ours, hand, "read", [(groups[0], groups[0])] * 7)
        with by_bailee(systems, write=True) as ours:
            yield _compared(f"erase {count:,} people", ours, hand, "erase", fresh(ours, hand, groups))


def _compared(name: str, ours: Ours, hand: Hand, what: str, work: Iterable[tuple[list[str], list[str]]]) -> Case:
    def mine(emails: list[str]) -> Turn:
        do = ours.read if what == "read" else ours.erase
        return timed(lambda: do(emails), lambda: ours.executed)

    def theirs(emails: list[str]) -> Turn:
        one, many = (hand.read_one, hand.read_many) if what == "read" else (hand.erase_one, hand.erase_many)
        return timed(lambda: one(emails[0]) if len(emails) == 1 else many(emails), lambda: hand.executed)

    return compare(name, None, "lower", mine, theirs, work)


# --- tables --------------------------------------------------------------------------------------------------


def _tables() -> Iterator[Case]:
    for count in (1, 4, 16, 64):
        with _wide(count) as systems, by_bailee(systems, write=False, system="wide") as ours:
            turns = [timed(lambda: ours.read(["a@bench.example"]), lambda: ours.executed) for _ in range(50)]
        middle = sorted(turns, key=lambda turn: turn.seconds)[len(turns) // 2]
        name = f"read a person with rows in {count} tables"
        each, statements = middle.seconds / (count + 1) * 1000, (middle.statements, count + 1)
        yield Case(name, each, None, "lower", middle.rows, middle.seconds, 0.0, statements, len(turns), "ms a table")


@contextmanager
def _wide(count: int) -> Iterator[Systems]:
    """Yield systems with one system: a person, and ``count`` tables that she owns."""
    folder = BUILD / "wide"
    (folder / "systems").mkdir(parents=True, exist_ok=True)
    base = Path(__file__).parent / "policy"
    (folder / "bailee.yaml").write_text((base / "bailee.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    file = folder / "wide.db"
    file.unlink(missing_ok=True)
    file.touch()
    texts = [
        "CREATE TABLE person (id integer PRIMARY KEY, email text)",
        "INSERT INTO person VALUES (1, 'a@bench.example')",
    ]
    map_ = ["system: wide", "title: wide", "connector: sql", "url: sqlite:///wide.db", "collections:", "  person:",
            "    party: person", "    identity: {email: {column: email, stored: lower, joins: verified}}",
            "    on_erase: delete"]  # fmt: skip
    for n in range(count):
        texts += [f"CREATE TABLE t{n} (id integer PRIMARY KEY, person_id integer REFERENCES person (id), note text)",
                  f"CREATE INDEX t{n}_person ON t{n} (person_id)",
                  f"INSERT INTO t{n} (person_id) VALUES {', '.join(['(1)'] * 10)}"]  # fmt: skip
        map_ += [f"  t{n}:", "    owned_by: person.id = person_id", "    fields: {note: note}", "    on_erase: delete"]
    (folder / "systems" / "wide.yaml").write_text("\n".join(map_) + "\n", encoding="utf-8")
    with closing(open_connection(open_engine(f"sqlite:///{file.absolute()}", write=True))) as connection:
        for text in texts:
            connection.cursor().execute(text)
        connection.commit()
    with open_systems(folder, now=NOW) as systems:
        yield systems
