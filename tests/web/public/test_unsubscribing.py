"""Leaving a mailing: by one button, or by the mail program itself (RFC 8058); to open the link changes nothing."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from werkzeug.test import Client

from bailee.cli.app import run
from bailee.requests.suppressions import is_suppressed
from bailee.requests.unsubscriptions import make_unsubscribe_token
from bailee.store.models import Request, Suppression
from tests.web.public.live import ALICE, BOB, Open

_LETTERS = ascii_uppercase + ascii_lowercase + digits + "-_"


def test_to_look_does_nothing(live: Open) -> None:
    link = f"/unsubscribe/{make_unsubscribe_token(live.context, ALICE)}"
    assert ALICE not in link
    for _ in range(3):
        page = live.get(link)
        assert ALICE not in page.get_data(as_text=True)
        assert live.browser.head(link).status_code == 200
    assert not Suppression.objects.exists()
    assert not Request.objects.exists()


def test_a_mail_program_takes_somebody_off_by_one_post(live: Open) -> None:
    link = f"/unsubscribe/{make_unsubscribe_token(live.context, f'  {ALICE.upper()} ')}"
    program = Client(live.app)
    for _ in range(2):  # which it may send twice
        assert program.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_suppressed(live.context, "email", ALICE)
    assert not is_suppressed(live.context, "email", BOB)
    assert program.get_cookie("__Host-bailee") is None
    made = Request.objects.get()
    assert (made.right, made.status) == ("object", "open")
    live.work()
    made.refresh_from_db()
    assert (made.status, made.outcome) == ("closed", "done")
    assert [each.template for each in made.messages.all()] == ["objected"]


@pytest.mark.parametrize("token", ["x", "AAAA", "é", "a" * 2_000])
def test_a_link_that_we_did_not_make_is_nobodys(live: Open, token: str) -> None:
    real = make_unsubscribe_token(live.context, ALICE)
    neighbours = (_LETTERS[_LETTERS.index(real[-1]) ^ bits] for bits in (1, 2, 3))  # of which some bits mean nothing
    for wrong in (token, real[:-2], f"{real}=", *(real[:-1] + end for end in neighbours)):
        page = Client(live.app).post(f"/unsubscribe/{wrong}", data={"List-Unsubscribe": "One-Click"})
        assert (page.status_code, "This link is not whole" in page.get_data(as_text=True)) == (404, True)
    assert not Suppression.objects.exists()


def test_the_command_line_writes_the_headers_of_a_mailing(live: Open, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["unsubscribe-link", ALICE, "--policy", str(live.folder), "--headers"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert second == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    link = first.removeprefix("List-Unsubscribe: <https://privacy.quill.example").removesuffix(">")
    assert Client(live.app).post(link).status_code == 200
    assert is_suppressed(live.context, "email", ALICE)
    assert run(["unsubscribe-link", "nobody", "--policy", str(live.folder)]) != 0
    assert "this is no email address" in capsys.readouterr().err
