"""A shop that nobody here mapped: a few tables on each database, and a policy folder to connect it to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from bailee.cli.app import run
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.connect.new_folder import create_folder
from tests.conftest import Database

MARKER = "marker4711"
PEOPLE = 40

COUNTRIES = "CREATE TABLE countries (code CHAR(2) PRIMARY KEY, name VARCHAR(40))"
CUSTOMERS = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, first_name VARCHAR(40), last_name VARCHAR(40), email VARCHAR(90),"
    " phone VARCHAR(30), country_code CHAR(2) REFERENCES countries (code), closed_on DATE)"
)
ORDERS = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
    " placed_at TIMESTAMP NULL, total INTEGER)"
)
LINES = "CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), amount INTEGER)"
REVIEWS = "CREATE TABLE reviews (id INTEGER PRIMARY KEY, customer_id INTEGER, body VARCHAR(200))"
TABLES = (COUNTRIES, CUSTOMERS, ORDERS, LINES, REVIEWS)


def rows() -> Iterator[str]:
    """Yield statements that fill the tables: people with numbers for names, one of them left."""
    yield "INSERT INTO countries VALUES ('GB', 'United Kingdom'), ('IE', 'Ireland')"
    people = ", ".join(
        f"({n}, 'First{n} {MARKER}', 'Last{n}', 'p{n}.{MARKER}@post.example', '+4420794601{n:02}', 'GB',"
        f" {'NULL' if n else chr(39) + '2020-01-01' + chr(39)})"
        for n in range(PEOPLE)
    )
    yield f"INSERT INTO customers VALUES {people}"
    yield "INSERT INTO orders VALUES " + ", ".join(f"({n}, {n}, '2024-05-01 10:00:00', {n})" for n in range(PEOPLE))
    yield "INSERT INTO order_lines VALUES " + ", ".join(f"({n}, {n}, 1)" for n in range(PEOPLE))
    yield "INSERT INTO reviews VALUES " + ", ".join(f"({n}, {n}, 'a word of {MARKER}')" for n in range(PEOPLE))


def say(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements as whoever ``url`` names, each by itself; return the rows of the last."""
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").touch()
    with closing(open_connection(open_engine(url, write=True))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def reader(url: str, *grants: str) -> Iterator[str]:
    """Yield the address of an account that has these ``grants`` alone, each said up to *TO*."""
    mariadb = url.startswith("mariadb")
    name = f"reader_of_{make_url(url).database}"
    account = f"'{name}'@'%'" if mariadb else name
    made = (
        f"CREATE USER {account} IDENTIFIED BY 'otter'" if mariadb else f"CREATE ROLE {account} LOGIN PASSWORD 'otter'"
    )
    try:
        say(url, made, *(f"GRANT {grant} TO {account}" for grant in grants))
        yield make_url(url).set(username=name, password="otter").render_as_string(hide_password=False)
    finally:
        say(url, *([f"DROP USER {account}"] if mariadb else [f"DROP OWNED BY {account}", f"DROP ROLE {account}"]))


@dataclass(frozen=True)
class Shop:
    """The shop's ``url``, and the policy's ``folder``."""

    folder: Path
    database: Database

    @property
    def url(self) -> str:
        return self.database.url

    @property
    def file(self) -> Path:
        return self.folder / "systems" / "shop.yaml"

    @property
    def guesses(self) -> Path:
        return self.folder / "systems" / "shop.guesses.jsonl"


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Bailee = Callable[..., Said]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the shop's tables, to be copied."""
    file = tmp_path_factory.mktemp("shop") / "filled.db"
    say(f"sqlite:///{file}", *TABLES, *rows())
    return file


@pytest.fixture
def shop(database: Database, tmp_path: Path, filled: Path) -> Shop:
    """A shop on each of the three databases, connected to nothing yet."""
    folder = tmp_path / "firm"
    create_folder(folder, "uk", "Otter & Sons")
    if database.dialect == "sqlite":
        shutil.copy(filled, make_url(database.url).database or "")
    else:
        say(database.url, *TABLES, *rows())
    return Shop(folder, database)


@pytest.fixture
def bailee(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Bailee:
    """Run a command on the policy, in this process."""

    def command(*arguments: str) -> Said:
        capsys.readouterr()
        code = run([*arguments, "--policy", str(shop.folder)])
        return Said(code, *capsys.readouterr())

    return command
