"""`bailee letters`: what has not gone, paper for those who post it, and mail that is sent after all."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.requests.letters.delivery import deliver_letter
from bailee.requests.letters.outbox import post_letter
from bailee.requests.startup import open_context
from tests.conftest import MakeBooks
from tests.letters.example import SOON
from tests.letters.lease import Held
from tests.letters.servers import Mailbox, mail_server
from tests.letters.test_outbox import ALICE, a_request
from tests.letters.test_printing import ADDRESS


@pytest.fixture
def folder(tmp_path: Path, make_books: MakeBooks) -> Path:
    """The policy of the demo firm, and new books."""
    with as_file(files("bailee.demo") / "policy") as policy:
        shutil.copytree(policy, tmp_path / "firm")
    make_books("sqlite", tmp_path / "firm")
    return tmp_path / "firm"


def letters(folder: Path, *arguments: str) -> int:
    return run(["letters", *arguments, "--policy", str(folder)])


def test_paper_is_printed_and_ticked_off(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_context(folder) as context:
        facts = {"code": "K7QM-3XPA", "expires": SOON}
        message, today = (
            post_letter(context, a_request(), "identity", facts, to="\n".join(ADDRESS), channel="paper"),
            context.today,
        )
    assert letters(folder, "list", "--json") == 0
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["id"], listed["channel"], listed["state"]) == (message.id, "paper", "to_print")
    assert letters(folder, "print", str(folder / "post")) == 0
    assert (folder / "post" / f"{message.id}.pdf").read_bytes().startswith(b"%PDF")
    assert letters(folder, "sent", message.id, "--on", "2020-02-29") == 2  # before it was written
    assert letters(folder, "sent", message.id, "--on", "yesterday") == 2
    capsys.readouterr()
    assert letters(folder, "sent", message.id, "--on", str(today)) == 0
    assert letters(folder, "list") == 0
    told = capsys.readouterr().out
    assert "every letter has gone" in told
    assert "Alice" not in told
    assert letters(folder, "sent", message.id) == 2
    assert "W906: 1 of 1: not printed, or ticked off already" in capsys.readouterr().err


def test_mail_that_failed_is_listed_and_sent_after_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(Mailbox(recipient_answers=[f"550 no {ALICE}"])) as mailbox:
        policy = folder / "bailee.yaml"
        server = f"host: 127.0.0.1\n  port: {mailbox.port}\n  security: none\n"
        policy.write_text(policy.read_text().replace("folder: outbox\n", server))
        with open_context(folder) as context:
            message = post_letter(context, a_request(), "withdrawn", {}, to=ALICE)
            deliver_letter(context, message.id, Held())
        assert letters(folder, "list") == 1  # somebody must look
        told = capsys.readouterr().out
        assert "recipient-550" in told
        assert "1 letter did not arrive\n" in told
        assert ALICE not in told
        assert letters(folder, "again", message.id) == 0
        with open_context(folder) as context:
            deliver_letter(context, message.id, Held())
    assert len(mailbox.mails) == 1
    assert letters(folder, "again", message.id) == 2


def test_a_letter_that_came_back_is_noted_and_must_be_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bailee.requests.staff_notifications import list_untold_letters

    with open_context(folder) as context:
        request = a_request()
        message = post_letter(context, request, "answer", {"words": "Yes."}, to="\n".join(ADDRESS), channel="paper")
    assert letters(folder, "returned", message.id) == 2  # it waits here still
    assert "no letter of that id has left" in capsys.readouterr().err
    assert letters(folder, "print", str(folder / "post")) == 0
    assert letters(folder, "sent", message.id) == 0
    assert letters(folder, "returned", message.id) == 0
    with open_context(folder) as context:
        post_letter(context, request, "withdrawn", {}, to=ALICE)
    capsys.readouterr()
    assert letters(folder, "list") == 1
    told = capsys.readouterr().out
    assert "returned" in told
    assert "1 letter did not arrive, 1 not gone yet\n" in told
    with open_context(folder):
        assert list_untold_letters(request) == ["answer"]
