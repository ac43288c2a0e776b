"""Leaving a mailing: by one button, or by the mail program itself (RFC 8058); to open the link changes nothing."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from werkzeug.test import Client

from bailee.cli.app import run
from bailee.requests.suppressions import is_suppressed
from bailee.requests.unsubscriptions import unsubscribe_token
from bailee.store.models import Request, Suppression
from tests.web.public.house import ALICE, BOB, Open

_LETTERS = ascii_uppercase + ascii_lowercase + digits + "-_"


def test_to_look_does_nothing(house: Open) -> None:
    link = f"/unsubscribe/{unsubscribe_token(house.office, ALICE)}"
    assert ALICE not in link
    for _ in range(3):
        page = house.get(link)
        assert ALICE not in page.get_data(as_text=True)
        assert house.browser.head(link).status_code == 200
    assert not Suppression.objects.exists()
    assert not Request.objects.exists()


def test_a_mail_program_takes_somebody_off_by_one_post(house: Open) -> None:
    link = f"/unsubscribe/{unsubscribe_token(house.office, f'  {ALICE.upper()} ')}"
    program = Client(house.app)
    for _ in range(2):  # which it may send twice
        assert program.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_suppressed(house.office, "email", ALICE)
    assert not is_suppressed(house.office, "email", BOB)
    assert program.get_cookie("__Host-bailee") is None
    made = Request.objects.get()
    assert (made.right, made.status) == ("object", "open")
    house.work()
    made.refresh_from_db()
    assert (made.status, made.outcome) == ("closed", "done")
    assert [each.template for each in made.messages.all()] == ["objected"]


@pytest.mark.parametrize("token", ["x", "AAAA", "é", "a" * 2_000])
def test_a_link_that_we_did_not_make_is_nobodys(house: Open, token: str) -> None:
    real = unsubscribe_token(house.office, ALICE)
    neighbours = (_LETTERS[_LETTERS.index(real[-1]) ^ bits] for bits in (1, 2, 3))  # of which some bits mean nothing
    for wrong in (token, real[:-2], f"{real}=", *(real[:-1] + end for end in neighbours)):
        page = Client(house.app).post(f"/unsubscribe/{wrong}", data={"List-Unsubscribe": "One-Click"})
        assert (page.status_code, "This link is not whole" in page.get_data(as_text=True)) == (404, True)
    assert not Suppression.objects.exists()


def test_the_command_line_writes_the_headers_of_a_mailing(house: Open, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["unsubscribe-link", ALICE, "--policy", str(house.folder), "--headers"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert second == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    link = first.removeprefix("List-Unsubscribe: <https://privacy.quill.example").removesuffix(">")
    assert Client(house.app).post(link).status_code == 200
    assert is_suppressed(house.office, "email", ALICE)
    assert run(["unsubscribe-link", "nobody", "--policy", str(house.folder)]) != 0
    assert "this is no e-mail address" in capsys.readouterr().err
