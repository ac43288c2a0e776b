"""Every check: kept on a firm in order, broken and unknown for a reason of its own, and rehearsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bailee.checks import load_checks
from bailee.store.sealed_store import Store
from tests.checks.firm import NOW, Firm

Do = Callable[[Firm], object]


@dataclass(frozen=True)
class Case:
    """A check as a promise binds it, what breaks it, what makes it unknown; ``before``: what must be so to be kept."""

    check: str
    breaks: Do
    unsettles: Do
    before: Do = lambda _: None


def sql(text: str, database: str = "office") -> Do:
    return lambda firm: firm.sql(text, database)


def change(file: str, old: str, new: str) -> Do:
    return lambda firm: firm.change(file, old, new)


def gone(firm: Firm) -> None:
    """Take both databases away, as a server is that is down."""
    (firm.folder / "office.db").rename(firm.folder / "away.db")
    (firm.folder / "addresses.db").rename(firm.folder / "away2.db")


def look_first(firm: Firm) -> None:
    firm.look(NOW - timedelta(days=1))


def forget(firm: Firm) -> None:
    Store(firm.folder / "books").keep_page("checks", {})


def undecided_addresses(firm: Firm) -> None:
    firm.change("systems/office.yaml", ", note: note", "")
    firm.sql("UPDATE contact SET note = 'carol@example.com' WHERE id = 1")


def without_line(file: str, line: str) -> Do:
    return change(file, line, "")


OFFICE_PLACE = "systems/office.yaml"
ATTESTED = "attested: {by: Maeve Lynch, on: 2026-10-01, valid: P1Y, that: staff are background-checked}"

CASES = [
    Case(
        "retention.ceiling: {rule: calls}",
        sql("INSERT INTO call VALUES (9, 1, '2020-11-23 10:00:00')"),
        sql("UPDATE call SET began = NULL WHERE id = 1"),
    ),
    Case("retention.floor: {rule: calls}", sql("DELETE FROM call WHERE id = 3"), forget, look_first),
    Case(
        "retention.period: {rule: calls}",
        change("notice.md", "six years", "5 years"),
        change("notice.md", "six years", "a while"),
    ),
    Case("columns.undecided", undecided_addresses, change(OFFICE_PLACE, ", note: note", "")),
    Case(
        "columns.only: {collection: office.contact, allowed: [full_name, email, note]}",
        change(OFFICE_PLACE, "note: note", "religion: note"),
        change(OFFICE_PLACE, ", note: note", ""),
    ),
    Case(
        "rows.only_where: {collection: recording, via: line, where: recording_since is not null,"
        " since: recording_since, at: made_at}",
        sql("UPDATE line SET recording_since = '2026-11-10'"),
        gone,
    ),
    Case(
        "rows.have: {collection: member, columns: origin, one_of: [customer, enquiry]}",
        sql("UPDATE member SET origin = 'bought'"),
        gone,
    ),
    Case(
        "rows.at_most: {collection: mailing, at: sent_at, within: P1Y, most: 2}",
        sql("INSERT INTO mailing VALUES (2, '2026-10-02', 'x'), (3, '2026-10-03', 'x')"),
        gone,
    ),
    Case(
        "cells.look_like: {collection: login, columns: secret}",
        sql("UPDATE login SET secret = 'hunter2'"),
        change("promises.yaml", "columns: secret", "columns: token"),
    ),
    Case("systems.reachable", sql("ALTER TABLE call RENAME TO calls"), gone),
    Case(
        "systems.sealed",
        sql("INSERT INTO entry VALUES (2, NULL, 'Dave')", "addresses"),
        gone,
    ),
    Case(
        "rights.reach: {right: erase, system: office}",
        lambda firm: firm.change(OFFICE_PLACE, "    owned_by: contact.id = contact_id\n    fields: {began: began}",
                                 "    fields: {began: began}"),
        change("bailee.yaml", "mode: act", "mode: observe"),
    ),
    Case(
        "storage.encrypted: {system: office}",
        change(OFFICE_PLACE, "at_rest: luks", "at_rest: none"),
        change(OFFICE_PLACE, "on: 2026-11-02", "on: 2025-11-02"),
    ),
    Case(
        "storage.location",
        change(OFFICE_PLACE, "country: IE", "country: US"),
        without_line(OFFICE_PLACE, "  attested: {by: Maeve Lynch, on: 2026-11-02}\n"),
    ),
    Case(
        "backups.encrypted",
        change(OFFICE_PLACE, "at_rest: gpg", "at_rest: none"),
        without_line(OFFICE_PLACE, "  backups: {country: GB, at_rest: gpg}\n"),
    ),
    Case(
        "backups.location: {allowed: [UK]}",
        change(OFFICE_PLACE, "backups: {country: GB", "backups: {country: IE"),
        without_line(OFFICE_PLACE, "  backups: {country: GB, at_rest: gpg}\n"),
    ),
    Case(
        "processors.named",
        change("notice.md", "SMTP2GO", "Zendesk"),
        lambda firm: (firm.folder / "notice.md").unlink(),
    ),
    Case(
        "processors.transfer",
        change("processors.yaml", "NZ", "BR"),
        lambda firm: firm.write("processors.yaml", "{}\n"),
    ),
    Case(
        "holds.lawful",
        change("holds.yaml", "Finance Act 1998 Sch. 18", "our accountant wants it"),
        change("holds.yaml", "year end of closed_on + P6Y", "2025-01-01"),
        change(OFFICE_PLACE, "    retain: customers\n", "    retain: customers\n    hold: tax\n"),
    ),
    Case(
        "contacts.given",
        change("notice.md", ", {{ controller.email }}", ""),
        lambda firm: (firm.folder / "notice.md").unlink(),
    ),
    Case(
        ATTESTED,
        change("promises.yaml", "valid: P1Y", "so: false"),
        change("promises.yaml", "2026-10-01", "2025-10-01"),
    ),
]  # fmt: skip
IDS = [case.check.partition(":")[0] for case in CASES]
ON_A_SERVER = {"transport.tls", "account.reader", "account.writer"}  # see test_on_servers.py


def test_every_check_is_here_or_on_a_server() -> None:
    assert {*IDS, *ON_A_SERVER} == set(load_checks())


@pytest.fixture(params=CASES, ids=IDS)
def case(request: pytest.FixtureRequest, firm: Firm) -> Case:
    found: Case = request.param
    firm.promises(found.check)
    found.before(firm)
    return found


def test_it_is_kept_on_a_firm_in_order(case: Case, firm: Firm) -> None:
    kept = firm.kept()
    assert kept.verdict == "kept", kept.findings
    assert all(f.hint == "" and f.says for f in kept.findings)


def test_it_is_broken_and_says_what_to_do(case: Case, firm: Firm) -> None:
    case.breaks(firm)
    kept = firm.kept()
    assert kept.verdict == "broken", kept.findings
    assert all(f.hint for f in kept.findings if f.verdict != "kept")


def test_it_is_unknown_and_says_what_to_do(case: Case, firm: Firm) -> None:
    case.unsettles(firm)
    kept = firm.kept()
    assert kept.verdict == "unknown", kept.findings
    assert all(f.hint for f in kept.findings if f.verdict != "kept")


def test_its_light_turns_in_a_rehearsal(case: Case, firm: Firm) -> None:
    before = firm.sql("SELECT count(*) FROM call")
    done = firm.rehearsed()
    assert done
    assert {(one.outcome, one.says) for one in done} == {("turned", "")}
    assert firm.sql("SELECT count(*) FROM call") == before
