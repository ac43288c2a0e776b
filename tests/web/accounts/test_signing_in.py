"""Staff come in by two factors, and nobody else does."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from werkzeug.test import TestResponse

from bailee.requests.cleanup import tidy
from bailee.store import staff
from bailee.store.admission import invite
from bailee.store.models import Invitation, Role, Session, Staff, StaffChange
from bailee.web.accounts import forms
from tests.api.house import Served
from tests.web.accounts.coming_in import PASSWORD, code, email_of, enrol, secret_of, try_password
from tests.web.visitor import page, visitor, words


def test_a_member_of_staff_sets_password_and_second_factor_on_a_link_and_is_in(house: Served) -> None:
    came, _ = enrol(house, Role.OFFICER)
    codes = page(came.get("/sign-in/account/codes/")).select(".codes code")
    assert len(codes) == 10
    assert came.get("/console/").status_code == 200
    kinds = list(StaffChange.objects.filter(staff=house.staff[Role.OFFICER]).values_list("kind", flat=True))
    assert {"link made", "password set", "signed in", "factor added"} <= set(kinds)


def test_password_and_code_open_the_console_and_a_password_alone_does_not(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    assert try_password(came, Role.OFFICER).location == "/sign-in/code/"
    for path in ("/console/", "/sign-in/account/", "/sign-in/account/codes/", "/sign-in/account/app/"):
        assert came.get(path).status_code == 302, path
    assert came.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"
    assert came.get("/console/").status_code == 200


def test_a_recovery_code_lets_in_once(house: Served) -> None:
    came, _ = enrol(house, Role.OFFICER)
    recovery = page(came.get("/sign-in/account/codes/")).select(".codes code")[0].get_text()
    assert "are not shown again" in words(came.get("/sign-in/account/codes/"))
    first, second = visitor(house), visitor(house)
    try_password(first, Role.OFFICER)
    assert first.post("/sign-in/code/", {"code": recovery}).location == "/console/"
    try_password(second, Role.OFFICER)
    assert "Incorrect code" in words(second.post("/sign-in/code/", {"code": recovery}))


def test_a_code_of_the_app_is_good_once_on_whichever_process_it_comes(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    digits = code(secret)
    first, second = visitor(house), visitor(house)
    try_password(first, Role.OFFICER)
    assert first.post("/sign-in/code/", {"code": digits}).location == "/console/"
    cache.clear()  # as another process has it
    try_password(second, Role.OFFICER)
    assert "Incorrect code" in words(second.post("/sign-in/code/", {"code": digits}))


def test_after_five_wrong_codes_none_is_looked_at_for_a_quarter_of_an_hour(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    for wrong in range(5):
        try_password(came, Role.OFFICER)
        assert came.post("/sign-in/code/", {"code": f"{wrong:06}"}).status_code == 200
    assert came.post("/sign-in/code/", {"code": code(secret)}).status_code == 429
    house.clock.forward(minutes=16)
    try_password(came, Role.OFFICER)
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"


NO_CODE = "no code of an app"


def guess(house: Served, role: Role, at: str, code: str = NO_CODE) -> TestResponse:
    """Type the right password and then a code, from the network ``at``."""
    came = visitor(house, at=at)
    assert try_password(came, role).location == "/sign-in/code/"
    return came.post("/sign-in/code/", {"code": code})


def test_who_knows_a_password_keeps_its_owner_out_neither_from_one_network_nor_from_many(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "_FOR_ACCOUNT", replace(forms._FOR_ACCOUNT, most=9))
    _, secret = enrol(house, Role.OFFICER)

    def owner(at: str) -> str | None:
        house.clock.forward(minutes=3)  # a code is good once, and the app shows the same one here
        cache.clear()
        return guess(house, Role.OFFICER, at, code(secret)).location

    for n in range(5):
        assert guess(house, Role.OFFICER, "198.51.100.7").status_code == 200, n
    assert guess(house, Role.OFFICER, "198.51.100.7").status_code == 429
    assert owner("203.0.113.1") == "/console/"
    for n in range(5):
        assert guess(house, Role.OFFICER, f"198.51.101.{n}").status_code == 200, n
    slowed = guess(house, Role.OFFICER, "198.51.101.3")
    assert (slowed.status_code, int(slowed.headers["Retry-After"]) <= 15 * 60) == (429, True)
    assert guess(house, Role.OFFICER, "203.0.113.1").status_code == 200  # a slip, from where its owner came in
    assert owner("203.0.113.1") == "/console/"
    assert owner("203.0.113.9") == "/console/"  # where nobody has tried


def test_networks_of_ipv6_are_told_apart_by_64_bits_when_codes_are_guessed(house: Served) -> None:
    enrol(house, Role.OFFICER)
    for n in range(5):
        assert guess(house, Role.OFFICER, f"2001:db8:1:2::{n}").status_code == 200, n
    assert guess(house, Role.OFFICER, "2001:db8:1:2:ffff::9").status_code == 429
    assert guess(house, Role.OFFICER, "2001:db8:1:3::1").status_code == 200


def test_one_network_gets_so_many_codes_wrong_and_no_more(house: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_FROM_NETWORK", replace(forms._FROM_NETWORK, most=2))
    roles = list(house.staff)[:3]
    for role in roles:
        enrol(house, role)
    said = [guess(house, role, "198.51.100.7").status_code for role in roles]
    assert said == [200, 200, 429]
    assert guess(house, roles[2], "203.0.113.1").status_code == 200


def test_a_password_without_a_second_factor_opens_nothing_not_even_the_way_to_set_one(house: Served) -> None:
    member = house.staff[Role.SUPPORT]
    Staff.objects.get(id=member.id)
    link = invite(house.office, member.id)
    came = visitor(house)
    came.get(f"/sign-in/begin/{link}/")
    came.post("/sign-in/begin/", {"password": PASSWORD})
    assert came.get("/console/").location == "/sign-in/factor/"
    assert came.get("/sign-in/account/").location == "/sign-in/factor/"
    other = visitor(house)
    refused = try_password(other, Role.SUPPORT)
    assert refused.status_code == 403
    assert "a second factor is missing" in words(refused)
    assert other.get("/sign-in/account/app/").status_code == 302
    # the link is good until there is one
    again = visitor(house)
    again.get(f"/sign-in/begin/{link}/")
    again.post("/sign-in/begin/", {"password": PASSWORD})
    secret = secret_of(again.get("/sign-in/account/app/"))
    again.post("/sign-in/account/app/", {"code": code(secret)})
    assert again.get("/console/").status_code == 200
    assert came.get("/console/").status_code == 302  # what was begun before has ended


def test_a_session_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right(house: Served) -> None:
    house.clock.forward(days=2)
    came, _ = enrol(house, Role.OFFICER)
    link = invite(house.office.at(house.clock.now), house.staff[Role.SUPPORT].id)
    assert came.get("/console/").status_code == 200
    house.clock.forward(days=-2, hours=1)
    assert came.get("/console/").status_code == 302
    assert visitor(house).get(f"/sign-in/begin/{link}/").status_code == 404
    tidy(house.office.at(house.clock.now))
    assert not Session.objects.filter(staff_id=house.staff[Role.OFFICER].id).exists()


def test_a_link_is_good_once_and_for_a_day(house: Served) -> None:
    member = house.staff[Role.SUPPORT]
    old = invite(house.office, member.id)
    new = invite(house.office, member.id)
    assert visitor(house).get(f"/sign-in/begin/{old}/").status_code == 404
    assert visitor(house).get(f"/sign-in/begin/{new}/").status_code == 302
    house.clock.forward(hours=25)
    assert visitor(house).get(f"/sign-in/begin/{new}/").status_code == 404
    enrol(house, Role.SUPPORT)
    assert Invitation.objects.get(staff=member).used_at is not None
    assert visitor(house).get("/sign-in/begin/").status_code == 404


@pytest.mark.parametrize("password", ["short", "password1234", "qwertyuiop12"])
def test_a_short_or_common_password_is_not_taken(house: Served, password: str) -> None:
    came = visitor(house)
    came.get(f"/sign-in/begin/{invite(house.office, house.staff[Role.SUPPORT].id)}/")
    answer = came.post("/sign-in/begin/", {"password": password})
    assert answer.status_code == 422
    assert page(answer).select("#id_password-err")


def test_a_new_link_ends_the_sessions_and_factors_of_before(house: Served) -> None:
    came, secret = enrol(house, Role.OFFICER)
    house.clock.forward(minutes=3)
    enrol(house, Role.OFFICER)
    assert came.get("/console/").status_code == 302
    other = visitor(house)
    try_password(other, Role.OFFICER)
    assert other.post("/sign-in/code/", {"code": code(secret)}).status_code == 200


# --- guessing ------------------------------------------------------------------------------------------------


def test_an_unknown_address_and_a_wrong_password_are_told_the_same(house: Served) -> None:
    enrol(house, Role.OFFICER)
    said: list[str] = []
    for email in (email_of(house, Role.OFFICER), "nobody@elsewhere.example", email_of(house, Role.AUDITOR)):
        answer = visitor(house, at=f"198.51.100.{len(said)}").post("/sign-in/", {"login": email, "password": "wrong"})
        said.append(words(answer))
        assert answer.status_code == 200
    assert len(set(said)) == 1
    assert "is not right" in said[0]


def test_an_unknown_address_takes_about_as_long_as_a_wrong_password(house: Served) -> None:
    enrol(house, Role.OFFICER)

    def took(email: str) -> float:
        times = []
        for number in range(4):
            came = visitor(house, at=f"198.51.100.{number}")
            token = came.token()
            begun = time.process_time()
            came.client.post("/sign-in/", data={"login": email, "password": "wrong", "csrfmiddlewaretoken": token})
            times.append(time.process_time() - begun)
        return sorted(times)[1]

    known, unknown = took(email_of(house, Role.OFFICER)), took("nobody@elsewhere.example")
    assert 0.5 < known / unknown < 2


def test_who_guesses_is_locked_out_for_a_quarter_of_an_hour_and_nobody_else_is(house: Served) -> None:
    enrol(house, Role.OFFICER)
    guesser = visitor(house, at="198.51.100.7")
    for _ in range(4):
        assert "is not right" in words(try_password(guesser, Role.OFFICER, "wrong"))
    for password in ("wrong", PASSWORD):
        assert "tried too often" in words(try_password(guesser, Role.OFFICER, password))
    assert try_password(visitor(house), Role.OFFICER).location == "/sign-in/code/"
    house.clock.forward(minutes=16)
    assert try_password(guesser, Role.OFFICER).location == "/sign-in/code/"


def test_what_is_kept_of_a_guess_names_neither_person_nor_place_nor_browser(house: Served) -> None:
    came = visitor(house, at="198.51.100.7")
    came.post(
        "/sign-in/",
        {"login": email_of(house, Role.OFFICER), "password": "a secret guess"},
        headers={"User-Agent": "Seen/1"},
    )
    kept = AccessAttempt.objects.get()
    everything = " ".join(str(getattr(kept, field.name)) for field in AccessAttempt._meta.fields)
    assert kept.username == staff.tag(house.office, email_of(house, Role.OFFICER))
    for secret in ("@", "198.51.100.7", "secret guess", "Seen", "csrf"):
        assert secret not in everything
    assert kept.user_agent == kept.post_data == kept.get_data == kept.path_info == ""


def test_guesses_from_many_networks_are_slowed_and_the_owner_is_let_in(house: Served) -> None:
    enrol(house, Role.OFFICER)
    for n in range(30):
        assert "is not right" in words(try_password(visitor(house, at=f"198.51.100.{n}"), Role.OFFICER, "wrong"))
    second = visitor(house, at="198.51.100.3")
    assert "Try again in a minute" in words(try_password(second, Role.OFFICER, "wrong"))
    assert "Try again in a minute" in words(try_password(second, Role.OFFICER))
    assert try_password(visitor(house), Role.OFFICER).location == "/sign-in/code/"
    house.clock.forward(minutes=2)
    assert "is not right" in words(try_password(second, Role.OFFICER, "wrong"))


def test_one_network_guesses_at_so_many_accounts_and_no_more(house: Served) -> None:
    enrol(house, Role.OFFICER)
    guesser = visitor(house, at="198.51.100.7")
    for n in range(30):
        answer = guesser.post("/sign-in/", {"login": f"guess{n}@elsewhere.example", "password": "wrong"})
        assert "is not right" in words(answer), n
    assert "tried too often" in words(try_password(guesser, Role.OFFICER))
    assert try_password(visitor(house), Role.OFFICER).location == "/sign-in/code/"


# --- sessions ------------------------------------------------------------------------------------------------


def test_a_session_gets_a_new_key_when_somebody_signs_in(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    try_password(came, Role.OFFICER)
    before = came.cookie()
    came.post("/sign-in/code/", {"code": code(secret)})
    assert before
    assert came.cookie() != before
    came.client.set_cookie("bailee", before)
    assert came.get("/console/").status_code == 302


def test_a_key_that_somebody_else_chose_is_not_taken_up(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    came.client.set_cookie("bailee", "chosenbysomebodyelse12345678901234")
    try_password(came, Role.OFFICER)
    came.post("/sign-in/code/", {"code": code(secret)})
    assert came.cookie() != "chosenbysomebodyelse12345678901234"
    assert came.get("/console/").status_code == 200


@pytest.mark.parametrize(
    ("steps", "minutes", "stands"), [(1, 29, True), (1, 31, False), (25, 28, True), (26, 28, False)]
)
def test_a_session_ends_after_half_an_hour_unused_and_after_twelve_hours_in_any_case(
    house: Served, steps: int, minutes: int, stands: bool
) -> None:
    came = visitor(house, Role.OFFICER)
    for _ in range(steps - 1):
        house.clock.forward(minutes=minutes)
        came.get("/console/")
    house.clock.forward(minutes=minutes)
    assert (came.get("/console/").status_code == 200) is stands


def test_what_a_page_asks_on_its_own_does_not_keep_a_session_alive(house: Served) -> None:
    came = visitor(house, Role.OFFICER)
    house.clock.forward(minutes=20)
    assert came.get("/console/", headers={"X-Polls": "1"}).status_code == 200
    house.clock.forward(minutes=20)
    assert came.get("/console/").status_code == 302


def test_signing_out_ends_the_session_itself(house: Served) -> None:
    came = visitor(house, Role.OFFICER)
    held = came.cookie()
    assert came.post("/sign-in/out/").location == "/sign-in/"
    came.client.set_cookie("bailee", held)
    assert came.get("/console/").status_code == 302
    assert not Session.objects.filter(staff=house.staff[Role.OFFICER]).exists()


def test_sessions_are_listed_and_one_can_be_ended_from_another(house: Served) -> None:
    here, _ = enrol(house, Role.OFFICER)
    there = visitor(house, Role.OFFICER)
    shown = page(here.get("/sign-in/account/"))
    assert len(shown.select('form[action*="/sessions/"]')) == 2  # the other one, and all others
    assert "this one" in shown.get_text()
    path = str(shown.select_one('form[action$="/end/"]')["action"])  # type: ignore[index]
    assert here.post(path).status_code == 302
    assert there.get("/console/").status_code == 302
    assert here.get("/console/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(house: Served) -> None:
    visitor(house, Role.AUDITOR)
    theirs = Session.objects.get(staff=house.staff[Role.AUDITOR])
    came, _ = enrol(house, Role.OFFICER)
    assert came.post(f"/sign-in/account/sessions/{theirs.id}/end/").status_code == 404
    assert Session.objects.filter(id=theirs.id).exists()


def test_sessions_are_ended_only_by_who_showed_once_more_that_it_is_they(house: Served) -> None:
    here, there = visitor(house, Role.OFFICER), visitor(house, Role.OFFICER)
    asked = here.post("/sign-in/account/sessions/end/")
    assert asked.location == "/sign-in/again/?next=%2Fsign-in%2Faccount%2F"
    assert there.get("/console/").status_code == 200


def test_a_changed_password_wants_the_one_of_before_and_ends_the_other_sessions(house: Served) -> None:
    here, _ = enrol(house, Role.OFFICER)
    there = visitor(house, Role.OFFICER)
    new = "another four dull words"
    assert here.post("/sign-in/account/password/", {"old": "wrong", "password": new}).status_code == 422
    assert here.post("/sign-in/account/password/", {"old": PASSWORD, "password": "harm ltd 2026"}).status_code == 422
    assert here.post("/sign-in/account/password/", {"old": PASSWORD, "password": new}).location == "/sign-in/account/"
    assert here.get("/console/").status_code == 200
    assert there.get("/console/").status_code == 302
    assert "is not right" in words(try_password(visitor(house), Role.OFFICER))
    assert try_password(visitor(house), Role.OFFICER, new).location == "/sign-in/code/"


def test_showing_once_more_who_one_is_gives_the_session_a_new_key(house: Served) -> None:
    came, _ = enrol(house, Role.OFFICER)
    before = came.cookie()
    came.post("/sign-in/again/", {"password": PASSWORD, "next": "/console/"})
    assert came.cookie() != before
    assert came.get("/console/").status_code == 200
    came.client.set_cookie("bailee", before)
    assert came.get("/console/").status_code == 302


def test_who_leaves_is_out_at_once(house: Served) -> None:
    came, secret = enrol(house, Role.OFFICER)
    staff.leave(house.as_of(Role.ADMINISTRATOR), house.staff[Role.OFFICER].id)
    assert came.get("/console/").status_code == 302
    other = visitor(house)
    assert "is not right" in words(try_password(other, Role.OFFICER))
    assert secret


def test_who_steals_the_books_finds_no_session_and_no_secret_of_a_factor(house: Served) -> None:
    came, secret = enrol(house, Role.OFFICER)
    name = staff.known(house.office, house.staff[Role.OFFICER]).name
    stolen = (house.folder / "books" / "books.sqlite3").read_bytes() + (
        house.folder / "books" / "books.sqlite3-wal"
    ).read_bytes()
    for text in (came.cookie(), secret, name, PASSWORD, email_of(house, Role.OFFICER)):
        assert text.encode() not in stolen


# --- where one is led ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_the_sign_in_leads_to_no_other_site(house: Served, elsewhere: str) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    try_password(came, Role.OFFICER, next=elsewhere)
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"


def test_the_sign_in_leads_back_to_where_one_came_from(house: Served) -> None:
    _, secret = enrol(house, Role.OFFICER)
    came = visitor(house)
    led = came.get("/console/?tab=late").location
    assert led == "/sign-in/?next=%2Fconsole%2F%3Ftab%3Dlate"
    assert 'value="/console/?tab=late"' in came.get(led).get_data(as_text=True)
    try_password(came, Role.OFFICER, next="/console/?tab=late")
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/?tab=late"


def test_the_secret_of_a_link_does_not_stay_in_the_address(house: Served) -> None:
    link = invite(house.office, house.staff[Role.SUPPORT].id)
    came = visitor(house)
    answer = came.get(f"/sign-in/begin/{link}/", follow_redirects=True)
    assert answer.request.path == "/sign-in/begin/"
    assert link not in answer.get_data(as_text=True)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert re.search(r"no-store", answer.headers["Cache-Control"])
