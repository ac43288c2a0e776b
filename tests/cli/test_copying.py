"""What a copy shows of cells that several people share: of a list, the person's own elements."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from bailee.engine.copies import write_copy
from bailee.engine.people import search_person
from bailee.engine.systems import open_systems
from tests.cli.conftest import Bailee

PERSON = "alice@post.example"
OTHERS = ("bob@post.example", "carol@post.example")
FIRM = "firm: Small Works Ltd\nmode: act\n"
SYSTEM = """
system: mail
title: Our mail
connector: sql
url: sqlite:///mail.db
write_url: sqlite:///mail.db
collections:
  member:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified, valid: [since, until]}
    fields: {email: email}
    on_erase: delete
  letter:
    mentions:
      - {email: recipients, stored: 'list(",")', at: sent_at}
    on_leave: {matched: null}
    fields: {subject: subject}
"""
DDL = """
create table member (id integer primary key, email text not null, since date, until date);
create index member_email on member (email);
create table letter (id integer primary key, recipients text, subject text, sent_at timestamp);
insert into member values (1, 'alice@post.example', '2020-01-01', null), (2, 'bob@post.example', null, null);
insert into letter values
  (1, 'alice@post.example,bob@post.example', 'one', '2021-01-01 10:00:00'),
  (2, 'bob@post.example,carol@post.example,alice@post.example', 'two', '2022-01-01'),
  (3, 'alice@post.example', 'three', '2023-01-01'),
  (4, 'bob@post.example,alice@post.example', 'before her time', '2019-01-01'),
  (5, 'bob@post.example,alice@post.example', 'at no time', null);
"""


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """A firm with letters to several people at once."""
    folder = tmp_path / "mail"
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text(FIRM)
    (folder / "systems" / "mail.yaml").write_text(SYSTEM)
    with closing(sqlite3.connect(folder / "mail.db")) as connection:
        connection.executescript(DDL)
    return folder


def _letters(mail: Path, target: Path) -> list[dict[str, object]]:
    with (
        open_systems(mail, now=datetime(2026, 11, 24, tzinfo=UTC)) as systems,
        search_person(systems, [PERSON]) as found,
    ):
        write_copy(found, target)
    with ZipFile(target) as package:
        letters: list[dict[str, object]] = json.loads(package.read("data/mail/letter.json"))
        everything = b"".join(package.read(name) for name in package.namelist())
    assert not [other for other in OTHERS if other.encode() in everything]
    return letters


def test_of_a_list_only_the_persons_own_elements_are_shown(mail: Path, tmp_path: Path) -> None:
    recipients = [letter["values"]["recipients"] for letter in _letters(mail, tmp_path / "alice.zip")]  # type: ignore[index]
    assert recipients == [
        f"{PERSON},withheld: another person's",
        f"{PERSON},withheld: another person's",
        PERSON,
    ]


def test_rows_of_no_known_time_are_listed_and_not_copied(bailee: Bailee, mail: Path, tmp_path: Path) -> None:
    said = bailee("find", PERSON, "--policy", str(mail))
    assert said.code == 1
    assert "to look at: rows that may be theirs and say no time\n  mail.letter  1 row: " in said.out
    assert bailee("copy", PERSON, "-o", str(tmp_path / "alice.zip"), "--policy", str(mail)).code == 1


def test_it_names_those_who_receive_data_and_what_safeguards_a_transfer(mail: Path, tmp_path: Path) -> None:
    (mail / "processors.yaml").write_text(
        "post: {name: Posthaste, country: US, purpose: sends our post, transfer: {mechanism: idta}}\n"
        "host: {name: Barnhost, country: GB, purpose: keeps our servers}\n"
        "gone: {name: Oldmail, country: US, purpose: sent our post, until: 2020-01-31}\n"
    )
    with open_systems(mail, now=datetime(2026, 1, 1, tzinfo=UTC)) as systems, search_person(systems, [PERSON]) as found:
        write_copy(found, tmp_path / "copy.zip")
    with ZipFile(tmp_path / "copy.zip") as package:
        name = next(n for n in package.namelist() if n.endswith("index.html"))
        page = package.read(name).decode()
    recipients, _, transfers = page.partition("<h3>Outside")
    assert all(words in recipients for words in ("Posthaste", "sends our post", "Barnhost", "keeps our servers"))
    assert "United States" in transfers
    assert "under the International Data Transfer Agreement" in transfers
    assert "Barnhost" not in transfers
    assert "Oldmail" not in page
