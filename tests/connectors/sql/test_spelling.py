"""What a database finds, and what `trace.normal` says of the same cells: one set, whatever stands in them (law h)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bailee.connectors.sql import SqlConnector
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.policy import (
    Collection,
    Firm,
    Form,
    Identity,
    Joins,
    Mention,
    OnErase,
    OnLeave,
    Party,
    Policy,
    Spelling,
    System,
)
from bailee.policy.predicate import ALWAYS, Scalar
from bailee.trace import Batch, BoundMap, KnownValue, bind, build_erasure_trace
from bailee.trace.normal import is_spelling, list_spellings, read_values, scan_text
from bailee.trace.questions import SubjectQuestion
from tests.conftest import Database
from tests.connectors.sql.conftest import fill

REGION = "GB"
ALICE, ALICES_PHONE = "alice@x.example", "+442079460101"

RAW, SCAN = Spelling(Form.RAW), Spelling(Form.RAW, scan=True)
FORMS = {
    "raw": RAW,
    "scan": SCAN,
    "lower": Spelling(Form.LOWER),
    "e164": Spelling(Form.E164),
    "template": Spelling(Form.TEMPLATE, "home::{}"),
    "list": Spelling(Form.LIST, ","),
    "list of lines": Spelling(Form.LIST, "\n"),
    "list by blanks": Spelling(Form.LIST, ", "),
    "list by words": Spelling(Form.LIST, " and\\"),
}

TYPES = {
    "postgresql": {"text": "text", "padded": "char(80)", "folding": "citext", "loose": "text COLLATE loose"},
    "mariadb": {
        "text": "varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        "padded": "char(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "folding": "varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        "loose": "varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_nopad_ci",
    },
    "sqlite": {"text": "TEXT", "padded": "TEXT COLLATE RTRIM", "folding": "TEXT COLLATE NOCASE", "loose": ""},
}
BEFORE = {
    "postgresql": (
        "CREATE EXTENSION citext",
        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
    )
}


# --- a database with one column of people, and one that mentions them ----------------------------------------


@dataclass(frozen=True)
class Ground:
    """The tables ``people`` and ``notes``, whose column ``who`` is of one type."""

    database: Database
    stored: Spelling
    attribute: str
    map: BoundMap
    connector: SqlConnector

    def put(self, cells: Sequence[Scalar]) -> None:
        """Put ``cells`` into both tables, keyed by their places."""
        mark = "?" if self.database.dialect == "sqlite" else "%s"
        with closing(open_connection(open_engine(self.database.url, write=True))) as connection:
            cursor: Any = connection.cursor()
            for table in ("people", "notes"):
                cursor.execute(f"DELETE FROM {table}")
                if cells:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({mark}, {mark})", list(enumerate(cells)))
            connection.commit()

    def read(self, table: str) -> dict[int, Scalar]:
        """Return the cells as they stand."""
        with closing(open_connection(open_engine(self.database.url, write=False))) as connection:
            cursor: Any = connection.cursor()
            cursor.execute(f"SELECT id, who FROM {table}")
            return dict(cursor.fetchall())

    def found(self, values: Sequence[str]) -> set[int]:
        """Return the people whom the database finds by any of ``values``."""
        (identity,) = self.map.bound["people"].collection.identities
        forms = [form for value in values for form in list_spellings(self.attribute, value, self.stored, REGION)]
        question = SubjectQuestion("people", identity, tuple(dict.fromkeys(forms)), ALWAYS)
        with self.connector.session(build_erasure_trace(self.map, date(2026, 1, 1)), write=False) as session:
            return {int(str(found.ref.key[0])) for found in session.identify([question])} if forms else set()

    def mentioned(self, values: Sequence[str]) -> tuple[set[int], dict[int, Scalar]]:
        """Return the notes that mention one of ``values``, and all notes once the person has left."""
        trace = build_erasure_trace(self.map, date(2026, 1, 1))
        batch = Batch(known=tuple(KnownValue(0, self.attribute, value) for value in values))
        with self.connector.session(trace, write=False) as session:
            session.begin(batch)
            found = {int(str(key[0])) for name in trace.located["notes"].values() for key in session.keys(name)}
        with self.connector.session(trace, write=True) as session:
            session.begin(batch)
            session.fix()
            for change in trace.changes:
                session.apply(change)
        return found, self.read("notes")


def ground(database: Database, attribute: str, stored: Spelling, type_name: str) -> Ground:
    """Make the tables, and bind a map to them."""
    tables = [f"CREATE TABLE {table} (id integer PRIMARY KEY, who {type_name})" for table in ("people", "notes")]
    fill(database.url, *BEFORE.get(database.dialect, ()), *tables)
    return _mapped(database, attribute, stored)


def mapped(g: Ground, attribute: str, stored: Spelling) -> Ground:
    """Return the same tables under another map."""
    return _mapped(g.database, attribute, stored)


def _mapped(database: Database, attribute: str, stored: Spelling) -> Ground:
    identity = Identity(attribute, "who", stored, Joins.VERIFIED)
    mention = Mention(attribute, "who", "who", stored, on_leave=OnLeave(matched=True))
    people = Collection("people", table="people", party=Party.PERSON, identities=(identity,), on_erase=OnErase())
    notes = Collection("notes", table="notes", mentions=(mention,), on_erase=OnErase())
    system = System("crm", "crm", "sql", "", collections={"people": people, "notes": notes})
    policy = Policy(Firm("the firm", region=REGION), {"crm": system}, {}, {})
    connector = SqlConnector(system, database.url, database.url, now=datetime(2026, 1, 1, tzinfo=UTC))
    return Ground(database, stored, attribute, bind(system, connector.schema(), policy), connector)


# --- cells that are hard to read -----------------------------------------------------------------------------

VALUES = {
    "email": (ALICE, "kim@x.example", "zoë@x.example", "σας@x.example", "i̇da@x.example", "bob@münchen.example"),
    "phone": ("+44 20 7946 0101", "020 7946 0101", "(020) 7946-0102", "00442079460101", "02079460101;ext=12", "7946"),
    "crm.account": ("A-1", "a-1", "17", "017", "1e3", "1.5", "n/a", "K", "ß"),
}
BLANKS = ("", "", "", " ", "  ", "\t", "\r", "\r\n", "\n", "\u00a0", "\u3000", "\u2003", "\x1f", "\x85", "\0", "\v")
AROUND = {"email": ("", "mailto:"), "phone": ("", "tel:", "Tel.: ", "x", "T\u00e9l ", "@"), "crm.account": ("",)}


def _twisted(text: str) -> Iterator[str]:
    yield from (text, text.upper(), text.title(), text.swapcase(), unicodedata.normalize("NFD", text))
    yield unicodedata.normalize("NFD", text.upper())
    yield from (text.replace("k", "\u212a"), text.replace("i\u0307", "\u0130"), text.replace("I", "\u0130"))
    yield from (
        text.replace(" ", ""),
        text.replace(" ", "\u00a0"),
        text.replace(" ", "\t"),
        text.replace("0", "\u0660"),
    )


@st.composite
def words(draw: st.DrawFn, attribute: str) -> str:
    """Return a value, written as somebody might write it."""
    text = draw(st.sampled_from(list(dict.fromkeys(w for v in VALUES[attribute] for w in _twisted(v)))))
    before, after = draw(st.sampled_from(BLANKS)), draw(st.sampled_from(BLANKS))
    return f"{before}{draw(st.sampled_from(AROUND[attribute]))}{text}{after}"


@st.composite
def cells(draw: st.DrawFn, attribute: str, stored: Spelling, dialect: str) -> Scalar:
    """Return a cell of a column that is declared so, or of one that is not."""
    told = words(attribute)
    if stored.form is Form.LIST:
        told = st.lists(st.one_of(told, st.just("")), max_size=4).map(stored.text.join)
    elif stored.form is Form.TEMPLATE:
        told = st.one_of(told.map(lambda word: stored.text.replace("{}", word)), told)
    letters = st.characters(exclude_categories=["Cs"])
    text = draw(st.one_of(told, told, told, told, st.text(letters, max_size=6)))
    if dialect == "postgresql":
        text = text.replace("\0", "")
    if dialect == "sqlite":
        kinds = (st.just(text), st.just(text), st.just(text.encode()), st.just(17), st.just(1.5), st.just(b"\xff"))
        return draw(st.one_of(*kinds))  # type: ignore[no-any-return]
    return text[:80]


def values_in(g: Ground, rows: dict[int, Scalar]) -> list[str]:
    """Return every normal value that some cell carries."""
    found = [v for cell in rows.values() for v in read_values(g.attribute, cell, g.stored, REGION)]
    return sorted(dict.fromkeys(found))


CASES = [(attribute, form) for form in FORMS for attribute in VALUES if attribute == "phone" or form != "e164"]


@pytest.mark.parametrize("kind", ["text", "padded", "folding", "loose"])
def test_a_database_finds_the_cells_that_spell_a_value_and_no_other(database: Database, kind: str) -> None:
    first = ground(database, "email", RAW, TYPES[database.dialect][kind])
    grounds = {case: mapped(first, case[0], FORMS[case[1]]) for case in CASES}

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        g = grounds[data.draw(st.sampled_from(CASES))]
        drawn = data.draw(st.lists(cells(g.attribute, g.stored, database.dialect), max_size=16))
        g.put(drawn)
        rows = g.read("people")
        values = values_in(g, rows)
        assert g.found(values) == {i for i, c in rows.items() if _spells_one(g, c, values)}
        for value in values:
            spelled = {id for id, cell in rows.items() if _spells_one(g, cell, [value])}
            assert g.found([value]) == spelled
            found, left = g.mentioned([value])
            assert found == spelled
            assert left == {i: _left(g, c, value, kind) if i in spelled else c for i, c in rows.items()}
            g.put(drawn)
            if g.stored.form is not Form.LOWER or value == value.lower():
                assert spelled <= {i for i, c in rows.items() if value in read_values(g.attribute, c, g.stored, REGION)}

    holds()


def _spells_one(g: Ground, cell: Scalar, values: Sequence[str]) -> bool:
    return any(is_spelling(g.attribute, cell, value, g.stored, REGION) for value in values)


def _left(g: Ground, cell: Scalar, value: str, kind: str) -> Scalar:
    """Return what is left of a cell that mentioned ``value``: nothing, or the rest of a list as it stood."""
    if g.stored.form is not Form.LIST:
        return None
    text = cell.decode() if isinstance(cell, bytes) else str(cell)
    forms = list_spellings(g.attribute, value, g.stored, REGION)
    left = [part for part in text.split(g.stored.text) if scan_text(g.attribute, part) not in forms]
    rest = g.stored.text.join(left) if left else None
    return rest.rstrip(" ") if rest and kind == "padded" and g.database.dialect != "sqlite" else rest


# --- by name -------------------------------------------------------------------------------------------------

WRITTEN = [f"{before}{ALICE}{after}" for before in ("", " ", "\t", "\u00a0") for after in ("", "\r\n", "\n", "\u3000")]
WRITTEN += ["Alice@X.Example", " ALICE@x.example"]


def test_alice_is_found_by_a_scan_whatever_stands_around_her_address(database: Database) -> None:
    g = ground(database, "email", SCAN, TYPES[database.dialect]["text"])
    g.put(WRITTEN)
    assert g.found([ALICE]) == set(range(len(WRITTEN)))
    assert g.mentioned([ALICE])[0] == set(range(len(WRITTEN)))


def test_a_list_has_blanks_and_capitals_and_loses_alice_alone(database: Database) -> None:
    g = ground(database, "email", FORMS["list"], TYPES[database.dialect]["text"])
    g.put(["Bob@x.example, ALICE@X.EXAMPLE ,carol@x.example", "alice@x.example , Alice@x.example", "malice@x.example"])
    assert g.found([ALICE]) == {0, 1}
    found, left = g.mentioned([ALICE])
    assert found == {0, 1}
    assert left == {0: "Bob@x.example,carol@x.example", 1: None, 2: "malice@x.example"}


def test_a_number_is_found_by_a_scan_behind_the_word_that_says_what_it_is(database: Database) -> None:
    g = ground(database, "phone", SCAN, TYPES[database.dialect]["text"])
    g.put(["tel:+44 20 7946 0101", "Tel.: (020) 7946-0101", "020 7946 0101 ext 2", "02079460101@pbx.example"])
    assert g.found([ALICES_PHONE]) == {0, 1}
    assert g.mentioned([ALICES_PHONE])[0] == {0, 1}  # neither her colleague nor somebody's address


@pytest.mark.parametrize("kelvin", ["\u212aim@x.example", "KIM@x.example"])
def test_letters_that_two_databases_make_small_in_two_ways_are_read_in_one(database: Database, kelvin: str) -> None:
    g = ground(database, "email", SCAN, TYPES[database.dialect]["text"])
    g.put([kelvin, "\u0130da@x.example", "ΣΑΣ@x.example"])
    assert [g.found([v]) for v in ("kim@x.example", "i\u0307da@x.example", "σας@x.example", "ida@x.example")] == [
        *({0}, {1}, {2}, set())
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("declared", ["TEXT", "VARCHAR(80) COLLATE NOCASE", "", "BLOBBY"])
@pytest.mark.parametrize("form", ["lower", "raw", "scan", "list"])
def test_an_address_in_bytes_or_with_the_zero_that_ends_it_in_c_is_found(
    database: Database, declared: str, form: str
) -> None:
    g = ground(database, "email", FORMS[form], declared)
    g.put([ALICE, ALICE.encode(), f"{ALICE}\0", f"{ALICE}\0".encode(), "bob@x.example"])
    assert g.found([ALICE]) == {0, 1, 2, 3}
    assert g.mentioned([ALICE])[0] == {0, 1, 2, 3}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("declared", ["", "NUMERIC", "INTEGER", "TEXT"])
def test_an_account_is_found_as_a_number_and_as_a_text(database: Database, declared: str) -> None:
    g = ground(database, "crm.account", RAW, declared)
    g.put([17, "17", "017", b"17", 17.5])
    expected = {id for id, cell in g.read("people").items() if cell in {17, "17", b"17"}}
    assert g.found(["17"]) == g.mentioned(["17"])[0] == expected


@pytest.mark.parametrize("declared", ["BIGINT", "INTEGER", "SMALLINT", "NUMERIC"])
@pytest.mark.parametrize("account", [2**15, 2**31, 2**40, 2**63, -(2**63) - 1, 10**20 - 1, 1 - 10**20, 10**30])
def test_an_account_that_no_column_can_hold_is_nobodys(database: Database, declared: str, account: int) -> None:
    """Servers let no identity be NUMERIC."""
    is_let_in = declared != "NUMERIC" or database.dialect == "sqlite"
    g = ground(database, "crm.account", RAW, declared if is_let_in else "BIGINT")
    g.put([17, -17])
    assert g.found([str(account)]) == set()
    assert g.found([str(account), "-17"]) == {1}
