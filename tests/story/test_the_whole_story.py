"""A person asks to be erased, and all that a firm has to do about it is done, on real systems, mail and books.

Intake, identity, plan, approval by a second person, three databases, a second look, a receipt that others verify; what
a law held goes by itself when its time is over. And nowhere on the way does her name stand where it should not.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from scitt_cose import merkle

from bailee.cli.app import run
from bailee.ledger import commitment
from bailee.ledger import receipt as receipts
from bailee.requests.startup import open_context
from bailee.store.context import Context
from tests.conftest import MakeBooks
from tests.letters.servers import Mailbox, mail_server
from tests.story.firm import ALICE, BOB, MARKERS, build, rows_of

ASKED_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Firm:
    """The firm: its policy folder, where its systems and books are, and the mail that it has sent."""

    folder: Path
    urls: dict[str, str]
    books: str
    sent: Mailbox

    @property
    def mails(self) -> list[EmailMessage]:
        """All mail that has left, the oldest first."""
        return self.sent.mails


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Firm]:
    """The firm, its books on one of their databases."""
    urls = {
        "crm": f"sqlite:///{tmp_path / 'crm.db'}",
        "phones": str(request.getfixturevalue("mariadb_url")),
        "desk": str(request.getfixturevalue("postgresql_url")),
    }
    for system, url in urls.items():
        monkeypatch.setenv(f"{system.upper()}_URL", url)
    monkeypatch.setenv("BAILEE_KEY", "5J0pJmE4vEHPuJPzB2J0yY3dWmYk1o9m1bq0l2x7o0E=")
    folder = tmp_path / "firm"
    with mail_server(Mailbox()) as sent:
        build(folder, urls, mail_port=sent.port, shared_books=request.param == "postgresql")
        yield Firm(folder, urls, make_books(request.param, folder), sent)


@pytest.fixture
def context(firm: Firm) -> Iterator[Context]:
    """The context on the day on which she asks."""
    with open_context(firm.folder, now=ASKED_AT) as opened:
        yield replace(opened, store=replace(opened.store, waits=20))


def test_a_question_becomes_a_receipt_and_what_was_held_goes_when_its_time_is_over(
    context: Context, firm: Firm, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from bailee.requests import approval, identity, intake
    from bailee.requests.request_content import Asked
    from bailee.store.models import Due, Plan, Receipt
    from tests.jobs.firm import let_work, officer

    caplog.set_level(logging.DEBUG, "bailee")
    request = intake.receive_request(
        context, "erase", Asked(identities=(ALICE,), reply_to=ALICE), "portal", source="192.0.2.7"
    )
    assert request.status == "unverified"

    let_work(context)  # a code goes to the address that is on file
    assert not Plan.objects.exists()  # and nothing is done for who has shown nothing
    code = _code_in(firm.mails[-1])
    assert {mail["To"] for mail in firm.mails} == {ALICE}
    assert not identity.prove_identity(context, request, "WRONGCOD", source="192.0.2.7")
    assert identity.prove_identity(context, request, code, source="192.0.2.7")

    let_work(context)
    request.refresh_from_db()
    plan = request.plans.get()
    assert (request.status, plan.state) == ("planned", "proposed")
    assert str(request.due_on) == "2026-12-29"  # 25 December is no working day, nor are 26 to 28
    approval.approve_plan(context.by(officer(context)), plan.id, plan.digest[:10])

    let_work(context)
    assert {row[0] for row in rows_of(firm.urls["desk"], "requester")} == {1, 2}  # it can still be cancelled
    tomorrow = context.at(ASKED_AT + DAY)
    let_work(tomorrow)
    assert rows_of(firm.urls["desk"], "requester") == {(2, "Bob", BOB)}
    assert rows_of(firm.urls["phones"], "call_record") == {(102, 2, None, "2025-05-03 10:00:00")}
    assert {row[0] for row in rows_of(firm.urls["crm"], "invoice")} == {10, 12}  # HMRC wants no more of 2018
    assert {row[2] for row in rows_of(firm.urls["crm"], "contact")} == {None, BOB}  # her name stays, for HMRC

    after = context.at(ASKED_AT + 2 * DAY)
    let_work(after)  # everything is looked at again
    request.refresh_from_db()
    plan.refresh_from_db()
    assert (request.status, plan.state, plan.residual) == ("held", "done", 0)
    _everybody_can_verify(after, request, plan, tmp_path, capfd)

    _nothing_of_hers_lies_about(context, firm, caplog)

    while release := Due.objects.filter(kind="release", done_at=None).first():
        later = context.at(release.at + timedelta(hours=1))
        assert later.now.year in {2025, 2026, 2030, 2031}
        let_work(later)
        let_work(later.at(later.now + 2 * DAY))
    request.refresh_from_db()
    assert (request.status, request.outcome) == ("closed", "done")
    assert rows_of(firm.urls["crm"], "invoice") == {(12, 2, "2024-02-01", 100)}
    assert {row[0] for row in rows_of(firm.urls["crm"], "contact")} == {2}
    assert Receipt.objects.filter(request=request).count() >= 2
    told = [mail["Subject"] for mail in firm.mails]
    assert any("erased" in subject.lower() for subject in told[-3:]), told
    assert run(["ledger", "verify", "--policy", str(firm.folder)]) == 0
    _nothing_of_hers_lies_about(context, firm, caplog)


def _code_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"^\s*([0-9A-Z]{4}[- ]?[0-9A-Z]{4})\s*$", body.get_content(), re.MULTILINE)
    assert found, body.get_content()
    return found[1]


def _everybody_can_verify(
    context: Context, request: Any, plan: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = plan.receipt
    text = context.vault.open(f"request:{request.id}", bytes(kept.sealed or b""), about=f"receipt:{plan.id}").decode()
    file = tmp_path / "hers.tlog-proof"
    file.write_text(text)
    capfd.readouterr()
    assert run(["receipt", "verify", str(file), "--person", ALICE]) == 0
    assert run(["receipt", "verify", str(file), "--person", BOB]) == 8
    capfd.readouterr()
    told = receipts.parse(text)
    verified = receipts.verify(told, None)
    root = merkle.root_from_inclusion_proof(
        commitment(told.salt, receipts.canonical_of(told)).hex(),
        told.index,
        verified.checkpoint.size,
        [node.hex() for node in told.proof],
    )
    assert root == verified.checkpoint.root.hex()  # another program, from the receipt alone


def _nothing_of_hers_lies_about(context: Context, firm: Firm, caplog: pytest.LogCaptureFixture) -> None:
    """Look for her name, address and number in the books, the ledger, sealed cases, and every log."""
    hay = [caplog.text.encode()]
    hay += [path.read_bytes() for path in firm.folder.rglob("*") if path.is_file()]
    engine = sa.create_engine(firm.books)
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"'))
            hay += [bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    for row in rows for cell in row]  # fmt: skip
    engine.dispose()
    for marker in MARKERS:
        assert not [text for text in hay if marker.lower().encode() in text.lower()], marker
