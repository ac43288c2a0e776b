"""What `find` prints as a row is what `--confirm` takes, whatever the type of its key, on every database."""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bailee.cli.app import run as command
from bailee.connectors.sql.dialects import list_dialects
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.people import UnknownPerson, format_ref, parse_ref, search_person
from bailee.engine.plans import plan_erase
from bailee.engine.systems import Systems, open_systems
from bailee.trace.keys import UnreadableKeyError, read_key, write_key
from bailee.trace.schema import ColumnKind, SchemaColumn
from tests.conftest import Database
from tests.harm.firm import NOW, run

PHONE = "+442079460105"

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
_PLAIN = st.text(string.ascii_letters + string.digits + ",:\"'\\ ", min_size=1, max_size=20)
_MOMENTS = st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2037-01-01"))
KEYS: dict[str, tuple[dict[str, tuple[str, ...]], st.SearchStrategy[tuple[Any, ...]]]] = {
    "whole": ({"": ("bigint",)}, st.tuples(st.integers(-(2**62), 2**62))),
    "words": ({"": ("varchar(40)",)}, st.tuples(_TEXT | _PLAIN)),
    "two_words": ({"": ("varchar(40)", "varchar(40)")}, st.tuples(_TEXT | _PLAIN, _PLAIN)),
    "number_and_word": ({"": ("integer", "varchar(40)")}, st.tuples(st.integers(0, 999), _PLAIN)),
    "padded": ({"": ("char(20)",)}, st.tuples(_PLAIN.map(str.strip).filter(bool))),
    "universal": ({"": ("uuid",), "sqlite": ("varchar(36)",)}, st.tuples(st.uuids(version=4))),
    "days": ({"": ("date",)}, st.tuples(st.dates(date(1000, 1, 1)))),
    "moments": ({"": ("timestamp",), "mariadb": ("datetime(6)",)}, st.tuples(_MOMENTS)),
    "instants": (
        {"": ("timestamp",), "postgresql": ("timestamptz",), "mariadb": ("datetime(6)",)},
        st.tuples(_MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC))),
    ),
    "octets": (
        {"": ("blob",), "postgresql": ("bytea",), "mariadb": ("varbinary(40)",)},
        st.tuples(st.binary(min_size=1, max_size=20)),
    ),
    "decimals": ({"": ("decimal(12,3)",)}, st.tuples(st.decimals(-999999, 999999, places=3, allow_nan=False))),
    "truths": ({"": ("boolean",)}, st.tuples(st.booleans())),
    "clocks": ({"": ("time",), "mariadb": ("time(6)",), "sqlite": ("varchar(20)",)}, st.tuples(st.times())),
}
"""A collection by each type of key: the columns' types by dialect, and what may stand there."""

POLICY = "firm: Keys Ltd\nmode: act\nregime: uk\nregion: GB\n"
SYSTEM = "system: keys\ntitle: Keys\nconnector: sql\nurl: env:KEYS_URL\nwrite_url: env:KEYS_URL\ncollections:\n"
COLLECTION = """\
  {name}:
    table: {name}
    key: [{key}]
    party: person
    identity: {{phone: {{column: phone, stored: e164, joins: confirm}}}}
    on_erase: delete
"""


def _types(name: str, dialect: str) -> tuple[str, ...]:
    by_dialect = KEYS[name][0]
    return by_dialect.get(dialect, by_dialect[""])


@pytest.fixture
def folder(tmp_path: Path, database: Database) -> Iterator[Path]:
    if database.dialect == "sqlite":
        Path(database.url.removeprefix("sqlite:///")).touch()
    text = SYSTEM
    for name in KEYS:
        types = _types(name, database.dialect)
        keys = [f"k{n}" for n in range(len(types))]
        columns = ", ".join(f"{key} {type_} not null" for key, type_ in zip(keys, types, strict=True))
        run(database.url, f"create table {name} ({columns}, phone varchar(20), primary key ({', '.join(keys)}))")
        text += COLLECTION.format(name=name, key=", ".join(keys))
    folder = tmp_path / "firm"
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text(POLICY)
    (folder / "systems/keys.yaml").write_text(text)
    with patch.dict(os.environ, {"KEYS_URL": database.url}):
        yield folder


def put(database: Database, name: str, key: tuple[Any, ...]) -> None:
    """Let the table hold one row, with ``key``."""
    dialect, is_server = list_dialects()[database.dialect], database.dialect == "postgresql"
    values: list[Any] = [
        str(part) if isinstance(part, UUID) or (isinstance(part, time) and not is_server) else part for part in key
    ]
    values = [dialect.bind(v, None) if not isinstance(v, bool) or not is_server else v for v in values]
    with (
        closing(open_connection(open_engine(database.url, write=True))) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute(f"delete from {name}")
        marks = ", ".join([dialect.mark] * (len(values) + 1))
        cursor.execute(f"insert into {name} values ({marks})", [*values, PHONE])
        connection.commit()


def to_confirm(systems: Systems, name: str, confirmed: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """The rows of a collection that wait to be confirmed, and those that are the person's."""
    with search_person(systems, [PHONE], confirmed=confirmed) as found:
        waiting = [format_ref(one.ref) for one in found.persons.to_confirm if one.ref.collection == name]
        return waiting, [format_ref(one.ref) for one in found.persons.subjects if one.ref.collection == name]


@pytest.mark.parametrize("name", KEYS)
def test_what_is_printed_is_confirmed_for_every_type_of_key(database: Database, folder: Path, name: str) -> None:
    with open_systems(folder, now=NOW) as systems:

        @given(key=KEYS[name][1])
        @settings(max_examples=12, suppress_health_check=list(HealthCheck))
        def confirm(key: tuple[Any, ...]) -> None:
            put(database, name, key)
            (printed,), nobody = to_confirm(systems, name)
            assert not nobody
            assert format_ref(parse_ref(systems, printed)) == printed
            assert to_confirm(systems, name, (printed,)) == ([], [printed])

        confirm()


def test_the_line_that_find_prints_is_a_command(
    database: Database, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    put(database, "two_words", ('O\'Hara, "Al": 007', "it's, é"))
    assert command(["find", PHONE, "--policy", str(folder)]) in {0, 1}
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if "--confirm" in line]
    _, row = shlex.split(line[line.index("--confirm") :])
    assert command(["plan", "erase", PHONE, "--confirm", row, "--policy", str(folder)]) == 0
    assert "two_words  1  row" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("whole", "Alice", "k0 in the key of keys.whole is a number"),
        ("days", "31 May", "k0 in the key of keys.days is a date"),
        ("two_words", "one", "the key of keys.two_words has 2 parts"),
        ("two_words", '"one', "the key of keys.two_words has 2 parts"),
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(
    database: Database, folder: Path, name: str, text: str, says: str
) -> None:
    if (name, database.dialect) == ("days", "sqlite"):
        pytest.skip("SQLite keeps a date as text, and any text is one")
    with open_systems(folder, now=NOW) as systems, pytest.raises(UnknownPerson) as refused:
        parse_ref(systems, f"keys.{name}:{text}")
    assert says in refused.value.message
    assert text not in refused.value.message + refused.value.hint.replace("one", "1")


def test_a_confirmed_row_of_a_person_who_is_refused_is_no_mistake(tmp_path: Path, database: Database) -> None:
    from tests.refusals.firm import BOB, build, opened

    folder = build(tmp_path / "shop", database)
    run(database.url, "insert into customer values (8, null, '+442079460108', 'B.')")
    run(database.url, "update customer set phone = '+442079460108' where id = 2")
    with opened(folder, database) as systems:
        plan = plan_erase(systems, [[BOB]], confirmed=["shop.customer:8"]).plan
    assert (plan.refused, plan.unconfirmed) == (1, 0)


# --- alone, without a database --------------------------------------------------------------------------------

_COLUMN = SchemaColumn("k", ColumnKind.TEXT, type_name="text")


@given(parts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4))
@example(["007", "0x61"])
@example([""])
@example(['"'])
@example([" a ", "b,c"])
def test_texts_are_read_back_however_they_look(parts: list[str]) -> None:
    key = tuple(parts)
    text = write_key(key)
    assert text.isprintable()
    for dialect in list_dialects().values():
        assert read_key(text, [_COLUMN] * len(key), dialect.kind) == key


@given(key=st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False), other=st.text(max_size=8))
@example(17, "17")
@example(17.0, "17.0")
@example(1e300, "1e+300")
def test_a_number_and_a_text_of_an_untyped_column_are_written_apart(key: float, other: str) -> None:
    untyped = [SchemaColumn("k", ColumnKind.OTHER)]
    for one in (key, other, str(key)):
        read = read_key(write_key((one,)), untyped, list_dialects()["sqlite"].kind)
        assert read == (one,)
        assert type(read[0]) is type(one)


@given(text=st.text(max_size=30), width=st.integers(1, 3))
def test_whatever_is_written_as_a_key_is_read_or_refused(text: str, width: int) -> None:
    for kind in ColumnKind:
        for dialect in list_dialects().values():
            try:
                key = read_key(text, [SchemaColumn("k", kind, type_name=str(kind))] * width, dialect.kind)
            except UnreadableKeyError:
                continue
            assert len(key) == width
