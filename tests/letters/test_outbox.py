"""Letters in the outbox: sealed, tried at growing waits, told apart when they come twice, never lost."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from bailee.engine import time_check
from bailee.policy import Mail
from bailee.requests.letters import LetterError, Template
from bailee.requests.letters.backoff import LONGEST
from bailee.requests.letters.delivery import GIVES_UP, LEAST, MOST, calculate_next_try, deliver_letter, is_delivery_over
from bailee.requests.letters.outbox import post_letter, resend_letter
from bailee.store.context import Context
from bailee.vault import InvalidVaultSealError
from tests.letters.conftest import context_in
from tests.letters.dying import Point, deliver_dying
from tests.letters.example import LINK, NOW, SOON
from tests.letters.lease import Held, Lost
from tests.letters.servers import Mailbox, mail_server
from tests.ports import free_port

if TYPE_CHECKING:
    from bailee.store.models import Message, Request

ALICE = "alice.okonkwo@post.example"
CODE = "K7QM-3XPA"


def a_request(right: str = "erase") -> Request:
    from bailee.store.models import Request

    return Request.objects.create(
        right=right, channel="portal", received_at=NOW, received_on=NOW.date(), regime="uk", due_on=NOW.date()
    )


def a_code(context: Context, request: Request | None = None) -> Message:
    facts = {"code": CODE, "expires": SOON, "link": LINK}
    return post_letter(context, request or a_request(), "identity", facts, to=ALICE)


def row(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_letter_goes_from_the_outbox_to_the_server(any_context: Context) -> None:
    from bailee.store.models import Due

    message = a_code(any_context)
    assert list(Due.objects.values_list("kind", "about", "at")) == [("deliver", message.id, NOW)]
    assert row(message).state == "queued"
    with mail_server(Mailbox()) as mailbox:
        context = context_in(any_context.folder, mailbox.port)
        assert deliver_letter(context, message.id, Held()) is None
        assert deliver_letter(context, message.id, Held()) is None
    assert [mail["Message-ID"] for mail in mailbox.mails] == [message.message_id]
    assert mailbox.envelopes[0][1] == [ALICE]
    assert (row(message).state, message.sent_at, message.problem) == ("sent", NOW, "")
    assert message.sealed is None


def test_a_worker_delivers_what_is_due(context: Context, tmp_path: Path) -> None:
    from bailee.jobs.due_items import claim_due
    from bailee.requests.job_registry import JOBS
    from bailee.store.models import Due

    message, due = a_code(context), Due.objects.get()
    lease = claim_due(due.id, "worker", NOW)
    assert lease is not None
    with mail_server(Mailbox()) as mailbox:
        assert JOBS.kinds[due.kind].do(context_in(tmp_path, mailbox.port), due.about, lease) is None
    assert (len(mailbox.mails), row(message).state) == (1, "sent")


def test_the_books_tell_nobody_where_a_letter_goes_or_what_it_says(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    with mail_server(Mailbox(recipient_answers=[f"550 no {ALICE}"])) as mailbox:
        deliver_letter(context_in(tmp_path, mailbox.port), message.id, Held())
    books = sqlite3.connect(tmp_path / "books.sqlite3")
    told = "\n".join(books.iterdump())
    books.close()
    assert message.id in told
    for mark in (ALICE, "okonkwo", CODE, LINK, "erase your personal data"):
        assert mark not in told
        assert mark.encode().hex() not in told.lower()


def test_nothing_that_a_server_says_is_repeated(
    context: Context, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bailee")
    message = a_code(context)
    answers = [f"451 later, {ALICE}", f"550 5.1.1 <{ALICE}>: no such person"]
    with mail_server(Mailbox(recipient_answers=answers)) as mailbox:
        sending = context_in(tmp_path, mailbox.port)
        assert deliver_letter(sending, message.id, Held()) == NOW + timedelta(minutes=1)
        assert row(message).problem == "recipient-451"
        assert deliver_letter(sending, message.id, Held()) is None
    assert (row(message).state, message.problem) == ("failed", "recipient-550")
    assert "okonkwo" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("bailee")
    )


# --- a server that is down --------------------------------------------------------------------------------------


def test_a_server_that_is_down_delays_and_loses_nothing(context: Context, tmp_path: Path) -> None:
    from bailee.store.models import Due

    message, port = a_code(context), free_port()
    down = context_in(tmp_path, port)
    first = deliver_letter(down, message.id, Held())
    assert first == NOW + timedelta(minutes=1)
    second = deliver_letter(down.at(first), message.id, Held())
    assert second == first + timedelta(minutes=2)
    assert (row(message).state, message.problem, message.next_try_at) == ("queued", "unreachable", second)
    Due.objects.filter(about=message.id).update(at=second)
    resend_letter(down.at(first), message.id)  # it is back before that
    assert (row(message).next_try_at, Due.objects.get(about=message.id).at) == (first, first)
    with mail_server(Mailbox(), port) as mailbox:
        assert deliver_letter(down.at(second), message.id, Held()) is None
    assert len(mailbox.mails) == 1
    assert (row(message).state, message.tries, message.sent_at) == ("sent", 3, second)


def test_letters_wait_together_for_a_server_that_fails(context: Context, tmp_path: Path) -> None:
    letters, port = [a_code(context) for _ in range(4)], free_port()
    down = context_in(tmp_path, port)
    until = deliver_letter(down, letters[0].id, Held())
    assert until == NOW + timedelta(minutes=1)
    assert [deliver_letter(down, one.id, Held()) for one in letters[1:]] == [until] * 3
    assert [row(one).tries for one in letters] == [1, 0, 0, 0]
    assert {row(one).next_try_at for one in letters} == {until}
    later = deliver_letter(down.at(until), letters[1].id, Held())
    assert later == until + timedelta(minutes=1)  # this letter's first try; the server's second
    assert deliver_letter(down.at(until), letters[2].id, Held()) == until + timedelta(minutes=2)
    with mail_server(Mailbox(), port) as mailbox:
        back = down.at(until + timedelta(minutes=2))
        assert [deliver_letter(back, one.id, Held()) for one in letters] == [None] * 4
    assert len(mailbox.mails) == 4


def test_a_letter_that_is_refused_keeps_no_other_waiting(context: Context, tmp_path: Path) -> None:
    refused, other = a_code(context), a_code(context)
    with mail_server(Mailbox(recipient_answers=["451 later"])) as mailbox:
        assert deliver_letter(context_in(tmp_path, mailbox.port), refused.id, Held()) is not None
    with mail_server(Mailbox(), mailbox.port) as mailbox:
        assert deliver_letter(context_in(tmp_path, mailbox.port), other.id, Held()) is None


def test_waits_grow_to_four_hours_and_end_after_five_days() -> None:
    at, waits = NOW, list[timedelta]()
    while not is_delivery_over(len(waits) + 1, NOW, then := calculate_next_try(len(waits) + 1, at)):
        waits.append(then - at)
        at = then
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST
    assert GIVES_UP - LONGEST < at - NOW <= GIVES_UP


@pytest.mark.parametrize("ahead", [timedelta(days=-9), timedelta(0), timedelta(days=730)])
def test_a_letter_that_a_clock_ahead_or_behind_has_dated_is_tried_for_five_days_or_two_hours(ahead: timedelta) -> None:
    made, at, tries = NOW + ahead, NOW, 1
    while not is_delivery_over(tries, made, then := calculate_next_try(tries, at)):
        at, tries = then, tries + 1
    assert LEAST <= tries <= MOST
    assert at - NOW >= (timedelta(hours=2) if ahead < timedelta(0) else GIVES_UP - LONGEST)
    assert at - NOW <= GIVES_UP + LONGEST


def _tried_for_long(context: Context, message: Message) -> Context:
    """Try ``message`` as often as a letter is tried at least, but once; return the context five days later."""
    at = context.now
    for _ in range(LEAST - 1):
        then = deliver_letter(context.at(at), message.id, Held())
        assert then is not None
        at = then
    return context.at(NOW + GIVES_UP)


def test_a_letter_that_failed_can_be_sent_after_all(context: Context, tmp_path: Path) -> None:
    message, port = a_code(context), free_port()
    late = _tried_for_long(context_in(tmp_path, port), message)
    assert deliver_letter(late, message.id, Held()) is None
    assert (row(message).state, message.problem) == ("failed", "unreachable")
    resend_letter(late, message.id)
    with mail_server(Mailbox(), port) as mailbox:
        assert deliver_letter(late, message.id, Held()) is None
    assert [mail["Message-ID"] for mail in mailbox.mails] == [message.message_id]
    with pytest.raises(LetterError, match="no mail of that id waits or has failed"):
        resend_letter(late, message.id)


def test_a_letter_is_not_given_up_since_the_machine_was_off_for_five_days(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    late = context_in(tmp_path, free_port()).at(NOW + GIVES_UP)
    assert deliver_letter(late, message.id, Held()) == late.now + timedelta(minutes=1)
    assert row(message).state == "queued"


def test_no_letter_is_given_up_by_a_clock_that_is_wrong(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    late = _tried_for_long(context_in(tmp_path, free_port()), message)
    wrong = patch.object(time_check, "find_doubts", return_value=("this machine's clock is 730 days ahead",))
    time_check._RIGHT.clear()
    with wrong:
        then = deliver_letter(late, message.id, Held())
    assert then == late.now + timedelta(minutes=128)
    assert row(message).state == "queued"
    assert deliver_letter(late.at(then), message.id, Held()) is None
    assert row(message).state == "failed"


def test_without_a_mail_server_letters_wait_for_one(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    assert deliver_letter(context, message.id, Held()) == NOW + timedelta(minutes=1)
    assert row(message).problem == "no-server"
    with mail_server(Mailbox()) as mailbox:
        deliver_letter(context_in(tmp_path, mailbox.port), message.id, Held())
    assert row(message).state == "sent"


def test_a_letter_lands_in_a_folder_where_the_policy_names_one_and_nobody_else_reads_it(context: Context) -> None:
    message, firm = a_code(context), context.policy.firm
    trying = replace(context, policy=replace(context.policy, firm=replace(firm, mail=Mail(folder="outbox"))))
    assert deliver_letter(trying, message.id, Held()) is None
    assert row(message).state == "sent"
    (file,) = (context.folder / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["Message-ID"], file.suffix) == (ALICE, message.message_id, ".eml")
    assert CODE in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    no_folder = replace(firm, mail=Mail(folder=f"outbox/{file.name}"))
    blocked = replace(context, policy=replace(context.policy, firm=no_folder))
    other = a_code(context)
    assert deliver_letter(blocked, other.id, Held()) == NOW + timedelta(minutes=1)
    assert row(other).problem == "folder"


# --- workers that die, and that are too late ---------------------------------------------------------------------


@pytest.mark.parametrize("point", list(Point))
def test_a_worker_that_is_killed_loses_nothing_and_what_comes_twice_is_told(
    context: Context, tmp_path: Path, point: Point
) -> None:
    message = a_code(context)
    with mail_server(Mailbox()) as mailbox:
        process = multiprocessing.get_context("spawn").Process(
            target=deliver_dying, args=(tmp_path, mailbox.port, message.id, point)
        )
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert row(message).state == "sending"
        assert len(mailbox.mails) == (1 if point is Point.AFTER_THE_SERVER_HAS_IT else 0)
        assert deliver_letter(context_in(tmp_path, mailbox.port), message.id, Held()) is None
    assert row(message).state == "sent"
    assert {mail["Message-ID"] for mail in mailbox.mails} == {message.message_id}
    assert len(set(mailbox.contents)) == 1


def test_a_worker_that_has_lost_its_lease_sends_nothing(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    with mail_server(Mailbox()) as mailbox, pytest.raises(Exception, match="the lease was lost"):
        deliver_letter(context_in(tmp_path, mailbox.port), message.id, Lost())
    assert (mailbox.mails, row(message).state) == ([], "queued")


# --- with the request --------------------------------------------------------------------------------------------


def test_a_letter_is_posted_with_what_it_tells_or_not_at_all(context: Context) -> None:
    from django.db import transaction

    from bailee.store.models import Due, Message

    request = a_request()
    with transaction.atomic():
        a_code(context, request)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not Due.objects.exists()


def test_what_is_sealed_goes_with_the_key_of_its_request(context: Context, tmp_path: Path) -> None:
    message = a_code(context)
    context.vault.shred(f"request:{message.request_id}")
    with mail_server(Mailbox()) as mailbox:
        assert deliver_letter(context_in(tmp_path, mailbox.port), message.id, Held()) is None
    assert (mailbox.mails, row(message).state, message.problem) == ([], "failed", "forgotten")


def test_a_letter_opens_as_itself_alone(context: Context) -> None:
    from bailee.requests.letters.outbox import open_letter

    request = a_request()
    one, other = a_code(context, request), a_code(context, request)
    assert CODE in open_letter(context, one).letter.text
    one.sealed = other.sealed
    with pytest.raises(InvalidVaultSealError):
        open_letter(context, one)


def test_the_request_tells_what_it_knows(context: Context) -> None:
    from bailee.requests.letters.outbox import open_letter

    request = a_request("copy")
    text = open_letter(
        context, post_letter(context, request, Template.EXTEND, {"reasons": "It is much."}, to=ALICE)
    ).letter.text
    assert request.reference in text
    assert "We will answer by: Wednesday 25 November 2026" in text
    assert "- It is much." in text
    done = post_letter(context, request, Template.COMPLETE, {"done": ["We have made it."]}, to=ALICE)
    assert "We will answer by" not in open_letter(context, done).letter.text


@pytest.mark.parametrize(
    ("template", "facts", "message"),
    [
        ("acknowlege", {}, "there is no letter 'acknowlege'"),
        ("refuse", {}, "the letter 'refuse' lacks 'reasons'"),
        ("refuse", {"reason": "because"}, "a letter has no fact 'reason'"),
        (
            "download_ready",
            {"link": "http://x.example/", "expires": SOON},
            "a link in a letter is not an https address",
        ),
    ],
)
def test_a_letter_that_cannot_be_written_is_not_posted(
    context: Context, template: str, facts: dict[str, object], message: str
) -> None:
    from bailee.store.models import Message

    with pytest.raises(LetterError, match=message):
        post_letter(context, a_request(), template, facts, to=ALICE)
    assert not Message.objects.exists()
