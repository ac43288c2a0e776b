"""Staff come in by two factors, and nobody else does."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from werkzeug.test import TestResponse

from bailee.requests.cleanup import delete_expired_rows
from bailee.store import staff
from bailee.store.admission import invite_staff
from bailee.store.models import Invitation, Role, Staff, StaffChange, WebSession
from bailee.web.accounts import forms
from tests.api.live import Served
from tests.web.accounts.coming_in import PASSWORD, code, email_of, enrol, secret_of, try_password
from tests.web.visitor import page, visitor, words


def test_a_member_of_staff_sets_password_and_second_factor_on_a_link_and_is_in(live: Served) -> None:
    came, _ = enrol(live, Role.OFFICER)
    codes = page(came.get("/sign-in/account/codes/")).select(".codes code")
    assert len(codes) == 10
    assert came.get("/console/").status_code == 200
    kinds = list(StaffChange.objects.filter(staff=live.staff[Role.OFFICER]).values_list("kind", flat=True))
    assert {"link made", "password set", "signed in", "factor added"} <= set(kinds)


def test_password_and_code_open_the_console_and_a_password_alone_does_not(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    assert try_password(came, Role.OFFICER).location == "/sign-in/code/"
    for path in ("/console/", "/sign-in/account/", "/sign-in/account/codes/", "/sign-in/account/app/"):
        assert came.get(path).status_code == 302, path
    assert came.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"
    assert came.get("/console/").status_code == 200


def test_a_recovery_code_lets_in_once(live: Served) -> None:
    came, _ = enrol(live, Role.OFFICER)
    recovery = page(came.get("/sign-in/account/codes/")).select(".codes code")[0].get_text()
    assert "are not shown again" in words(came.get("/sign-in/account/codes/"))
    first, second = visitor(live), visitor(live)
    try_password(first, Role.OFFICER)
    assert first.post("/sign-in/code/", {"code": recovery}).location == "/console/"
    try_password(second, Role.OFFICER)
    assert "Incorrect code" in words(second.post("/sign-in/code/", {"code": recovery}))


def test_a_code_of_the_app_is_good_once_on_whichever_process_it_comes(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    digits = code(secret)
    first, second = visitor(live), visitor(live)
    try_password(first, Role.OFFICER)
    assert first.post("/sign-in/code/", {"code": digits}).location == "/console/"
    cache.clear()  # as another process has it
    try_password(second, Role.OFFICER)
    assert "Incorrect code" in words(second.post("/sign-in/code/", {"code": digits}))


def test_after_five_wrong_codes_none_is_looked_at_for_a_quarter_of_an_hour(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    for wrong in range(5):
        try_password(came, Role.OFFICER)
        assert came.post("/sign-in/code/", {"code": f"{wrong:06}"}).status_code == 200
    assert came.post("/sign-in/code/", {"code": code(secret)}).status_code == 429
    live.clock.forward(minutes=16)
    try_password(came, Role.OFFICER)
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"


NO_CODE = "no code of an app"


def guess(live: Served, role: Role, at: str, code: str = NO_CODE) -> TestResponse:
    """Type the right password and then a code, from the network ``at``."""
    came = visitor(live, at=at)
    assert try_password(came, role).location == "/sign-in/code/"
    return came.post("/sign-in/code/", {"code": code})


def test_who_knows_a_password_keeps_its_owner_out_neither_from_one_network_nor_from_many(
    live: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "_FOR_ACCOUNT", replace(forms._FOR_ACCOUNT, most=9))
    _, secret = enrol(live, Role.OFFICER)

    def owner(at: str) -> str | None:
        live.clock.forward(minutes=3)  # a code is good once, and the app shows the same one here
        cache.clear()
        return guess(live, Role.OFFICER, at, code(secret)).location

    for n in range(5):
        assert guess(live, Role.OFFICER, "198.51.100.7").status_code == 200, n
    assert guess(live, Role.OFFICER, "198.51.100.7").status_code == 429
    assert owner("203.0.113.1") == "/console/"
    for n in range(5):
        assert guess(live, Role.OFFICER, f"198.51.101.{n}").status_code == 200, n
    slowed = guess(live, Role.OFFICER, "198.51.101.3")
    assert (slowed.status_code, int(slowed.headers["Retry-After"]) <= 15 * 60) == (429, True)
    assert guess(live, Role.OFFICER, "203.0.113.1").status_code == 200  # a slip, from where its owner came in
    assert owner("203.0.113.1") == "/console/"
    assert owner("203.0.113.9") == "/console/"  # where nobody has tried


def test_networks_of_ipv6_are_told_apart_by_64_bits_when_codes_are_guessed(live: Served) -> None:
    enrol(live, Role.OFFICER)
    for n in range(5):
        assert guess(live, Role.OFFICER, f"2001:db8:1:2::{n}").status_code == 200, n
    assert guess(live, Role.OFFICER, "2001:db8:1:2:ffff::9").status_code == 429
    assert guess(live, Role.OFFICER, "2001:db8:1:3::1").status_code == 200


def test_one_network_gets_so_many_codes_wrong_and_no_more(live: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_FROM_NETWORK", replace(forms._FROM_NETWORK, most=2))
    roles = list(live.staff)[:3]
    for role in roles:
        enrol(live, role)
    said = [guess(live, role, "198.51.100.7").status_code for role in roles]
    assert said == [200, 200, 429]
    assert guess(live, roles[2], "203.0.113.1").status_code == 200


def test_a_password_without_a_second_factor_opens_nothing_not_even_the_way_to_set_one(live: Served) -> None:
    member = live.staff[Role.SUPPORT]
    Staff.objects.get(id=member.id)
    link = invite_staff(live.context, member.id)
    came = visitor(live)
    came.get(f"/sign-in/begin/{link}/")
    came.post("/sign-in/begin/", {"password": PASSWORD})
    assert came.get("/console/").location == "/sign-in/factor/"
    assert came.get("/sign-in/account/").location == "/sign-in/factor/"
    other = visitor(live)
    refused = try_password(other, Role.SUPPORT)
    assert refused.status_code == 403
    assert "a second factor is missing" in words(refused)
    assert other.get("/sign-in/account/app/").status_code == 302
    # the link is good until there is one
    again = visitor(live)
    again.get(f"/sign-in/begin/{link}/")
    again.post("/sign-in/begin/", {"password": PASSWORD})
    secret = secret_of(again.get("/sign-in/account/app/"))
    again.post("/sign-in/account/app/", {"code": code(secret)})
    assert again.get("/console/").status_code == 200
    assert came.get("/console/").status_code == 302  # what was begun before has ended


def test_a_session_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right(live: Served) -> None:
    live.clock.forward(days=2)
    came, _ = enrol(live, Role.OFFICER)
    link = invite_staff(live.context.at(live.clock.now), live.staff[Role.SUPPORT].id)
    assert came.get("/console/").status_code == 200
    live.clock.forward(days=-2, hours=1)
    assert came.get("/console/").status_code == 302
    assert visitor(live).get(f"/sign-in/begin/{link}/").status_code == 404
    delete_expired_rows(live.context.at(live.clock.now))
    assert not WebSession.objects.filter(staff_id=live.staff[Role.OFFICER].id).exists()


def test_a_link_is_good_once_and_for_a_day(live: Served) -> None:
    member = live.staff[Role.SUPPORT]
    old = invite_staff(live.context, member.id)
    new = invite_staff(live.context, member.id)
    assert visitor(live).get(f"/sign-in/begin/{old}/").status_code == 404
    assert visitor(live).get(f"/sign-in/begin/{new}/").status_code == 302
    live.clock.forward(hours=25)
    assert visitor(live).get(f"/sign-in/begin/{new}/").status_code == 404
    enrol(live, Role.SUPPORT)
    assert Invitation.objects.get(staff=member).used_at is not None
    assert visitor(live).get("/sign-in/begin/").status_code == 404


def test_a_link_says_what_ends_to_those_alone_who_had_something(live: Served) -> None:
    member, ends = live.staff[Role.SUPPORT], "your old password and second factors stop working"
    member.set_unusable_password()  # as somebody who was only now added
    member.save(update_fields=["password"])
    came = visitor(live)
    came.get(f"/sign-in/begin/{invite_staff(live.context, member.id)}/")
    assert ends not in words(came.get("/sign-in/begin/"))
    assert "work" not in words(came.get("/sign-in/begin/")).partition("second factor:")[2].partition("Password")[0]
    enrol(live, Role.SUPPORT)
    back = visitor(live)
    back.get(f"/sign-in/begin/{invite_staff(live.context, member.id)}/")
    shown = words(back.get("/sign-in/begin/"))
    assert f"When you continue, {ends}. Old sign-in links no longer work." in shown


@pytest.mark.parametrize("password", ["short", "password1234", "qwertyuiop12"])
def test_a_short_or_common_password_is_not_taken(live: Served, password: str) -> None:
    came = visitor(live)
    came.get(f"/sign-in/begin/{invite_staff(live.context, live.staff[Role.SUPPORT].id)}/")
    answer = came.post("/sign-in/begin/", {"password": password})
    assert answer.status_code == 422
    assert page(answer).select("#id_password_error")


def test_a_new_link_ends_the_sessions_and_factors_of_before(live: Served) -> None:
    came, secret = enrol(live, Role.OFFICER)
    live.clock.forward(minutes=3)
    enrol(live, Role.OFFICER)
    assert came.get("/console/").status_code == 302
    other = visitor(live)
    try_password(other, Role.OFFICER)
    assert other.post("/sign-in/code/", {"code": code(secret)}).status_code == 200


# --- guessing ------------------------------------------------------------------------------------------------


def test_an_unknown_address_and_a_wrong_password_are_told_the_same(live: Served) -> None:
    enrol(live, Role.OFFICER)
    said: list[str] = []
    for email in (email_of(live, Role.OFFICER), "nobody@elsewhere.example", email_of(live, Role.AUDITOR)):
        answer = visitor(live, at=f"198.51.100.{len(said)}").post("/sign-in/", {"login": email, "password": "wrong"})
        said.append(words(answer))
        assert answer.status_code == 200
    assert len(set(said)) == 1
    assert "is not right" in said[0]


def test_an_unknown_address_takes_about_as_long_as_a_wrong_password(live: Served) -> None:
    enrol(live, Role.OFFICER)

    def took(email: str) -> float:
        times = []
        for number in range(4):
            came = visitor(live, at=f"198.51.100.{number}")
            token = came.token()
            begun = time.process_time()
            came.client.post("/sign-in/", data={"login": email, "password": "wrong", "csrfmiddlewaretoken": token})
            times.append(time.process_time() - begun)
        return sorted(times)[1]

    known, unknown = took(email_of(live, Role.OFFICER)), took("nobody@elsewhere.example")
    assert 0.5 < known / unknown < 2


def test_who_guesses_is_locked_out_for_a_quarter_of_an_hour_and_nobody_else_is(live: Served) -> None:
    enrol(live, Role.OFFICER)
    guesser = visitor(live, at="198.51.100.7")
    for _ in range(4):
        assert "is not right" in words(try_password(guesser, Role.OFFICER, "wrong"))
    for password in ("wrong", PASSWORD):
        assert "Too many attempts" in words(try_password(guesser, Role.OFFICER, password))
    assert try_password(visitor(live), Role.OFFICER).location == "/sign-in/code/"
    live.clock.forward(minutes=16)
    assert try_password(guesser, Role.OFFICER).location == "/sign-in/code/"


def test_what_is_kept_of_a_guess_names_neither_person_nor_place_nor_browser(live: Served) -> None:
    came = visitor(live, at="198.51.100.7")
    came.post(
        "/sign-in/",
        {"login": email_of(live, Role.OFFICER), "password": "a secret guess"},
        headers={"User-Agent": "Seen/1"},
    )
    kept = AccessAttempt.objects.get()
    everything = " ".join(str(getattr(kept, field.name)) for field in AccessAttempt._meta.fields)
    assert kept.username == staff.tag_email(live.context, email_of(live, Role.OFFICER))
    for secret in ("@", "198.51.100.7", "secret guess", "Seen", "csrf"):
        assert secret not in everything
    assert kept.user_agent == kept.post_data == kept.get_data == kept.path_info == ""


def test_guesses_from_many_networks_are_slowed_and_the_owner_is_let_in(live: Served) -> None:
    enrol(live, Role.OFFICER)
    for n in range(30):
        assert "is not right" in words(try_password(visitor(live, at=f"198.51.100.{n}"), Role.OFFICER, "wrong"))
    second = visitor(live, at="198.51.100.3")
    assert "Try again in a minute" in words(try_password(second, Role.OFFICER, "wrong"))
    assert "Try again in a minute" in words(try_password(second, Role.OFFICER))
    assert try_password(visitor(live), Role.OFFICER).location == "/sign-in/code/"
    live.clock.forward(minutes=2)
    assert "is not right" in words(try_password(second, Role.OFFICER, "wrong"))


def test_one_network_guesses_at_so_many_accounts_and_no_more(live: Served) -> None:
    enrol(live, Role.OFFICER)
    guesser = visitor(live, at="198.51.100.7")
    for n in range(30):
        answer = guesser.post("/sign-in/", {"login": f"guess{n}@elsewhere.example", "password": "wrong"})
        assert "is not right" in words(answer), n
    assert "Too many attempts" in words(try_password(guesser, Role.OFFICER))
    assert try_password(visitor(live), Role.OFFICER).location == "/sign-in/code/"


# --- sessions ------------------------------------------------------------------------------------------------


def test_a_session_gets_a_new_key_when_somebody_signs_in(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    try_password(came, Role.OFFICER)
    before = came.cookie()
    came.post("/sign-in/code/", {"code": code(secret)})
    assert before
    assert came.cookie() != before
    came.client.set_cookie("bailee", before)
    assert came.get("/console/").status_code == 302


def test_a_key_that_somebody_else_chose_is_not_taken_up(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    came.client.set_cookie("bailee", "chosenbysomebodyelse12345678901234")
    try_password(came, Role.OFFICER)
    came.post("/sign-in/code/", {"code": code(secret)})
    assert came.cookie() != "chosenbysomebodyelse12345678901234"
    assert came.get("/console/").status_code == 200


@pytest.mark.parametrize(
    ("steps", "minutes", "stands"), [(1, 29, True), (1, 31, False), (25, 28, True), (26, 28, False)]
)
def test_a_session_ends_after_half_an_hour_unused_and_after_twelve_hours_in_any_case(
    live: Served, steps: int, minutes: int, stands: bool
) -> None:
    came = visitor(live, Role.OFFICER)
    for _ in range(steps - 1):
        live.clock.forward(minutes=minutes)
        came.get("/console/")
    live.clock.forward(minutes=minutes)
    assert (came.get("/console/").status_code == 200) is stands


def test_what_a_page_asks_on_its_own_does_not_keep_a_session_alive(live: Served) -> None:
    came = visitor(live, Role.OFFICER)
    live.clock.forward(minutes=20)
    assert came.get("/console/", headers={"X-Polls": "1"}).status_code == 200
    live.clock.forward(minutes=20)
    assert came.get("/console/").status_code == 302


def test_signing_out_ends_the_session_itself(live: Served) -> None:
    came = visitor(live, Role.OFFICER)
    held = came.cookie()
    assert came.post("/sign-in/out/").location == "/sign-in/"
    came.client.set_cookie("bailee", held)
    assert came.get("/console/").status_code == 302
    assert not WebSession.objects.filter(staff=live.staff[Role.OFFICER]).exists()


def test_sessions_are_listed_and_one_can_be_ended_from_another(live: Served) -> None:
    here, _ = enrol(live, Role.OFFICER)
    there = visitor(live, Role.OFFICER)
    shown = page(here.get("/sign-in/account/"))
    assert len(shown.select('form[action*="/sessions/"]')) == 2  # the other one, and all others
    assert "this one" in shown.get_text()
    path = str(shown.select_one('form[action$="/end/"]')["action"])  # type: ignore[index]
    assert here.post(path).status_code == 302
    assert there.get("/console/").status_code == 302
    assert here.get("/console/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(live: Served) -> None:
    visitor(live, Role.AUDITOR)
    theirs = WebSession.objects.get(staff=live.staff[Role.AUDITOR])
    came, _ = enrol(live, Role.OFFICER)
    assert came.post(f"/sign-in/account/sessions/{theirs.id}/end/").status_code == 404
    assert WebSession.objects.filter(id=theirs.id).exists()


def test_sessions_are_ended_only_by_who_showed_once_more_that_it_is_they(live: Served) -> None:
    here, there = visitor(live, Role.OFFICER), visitor(live, Role.OFFICER)
    asked = here.post("/sign-in/account/sessions/end/")
    assert asked.location == "/sign-in/again/?next=%2Fsign-in%2Faccount%2F"
    assert there.get("/console/").status_code == 200


def test_a_changed_password_wants_the_one_of_before_and_ends_the_other_sessions(live: Served) -> None:
    here, _ = enrol(live, Role.OFFICER)
    there = visitor(live, Role.OFFICER)
    new = "another four dull words"
    assert here.post("/sign-in/account/password/", {"old": "wrong", "password": new}).status_code == 422
    assert here.post("/sign-in/account/password/", {"old": PASSWORD, "password": "harm ltd 2026"}).status_code == 422
    assert here.post("/sign-in/account/password/", {"old": PASSWORD, "password": new}).location == "/sign-in/account/"
    assert here.get("/console/").status_code == 200
    assert there.get("/console/").status_code == 302
    assert "is not right" in words(try_password(visitor(live), Role.OFFICER))
    assert try_password(visitor(live), Role.OFFICER, new).location == "/sign-in/code/"


def test_showing_once_more_who_one_is_gives_the_session_a_new_key(live: Served) -> None:
    came, _ = enrol(live, Role.OFFICER)
    before = came.cookie()
    came.post("/sign-in/again/", {"password": PASSWORD, "next": "/console/"})
    assert came.cookie() != before
    assert came.get("/console/").status_code == 200
    came.client.set_cookie("bailee", before)
    assert came.get("/console/").status_code == 302


def test_who_leaves_is_out_at_once(live: Served) -> None:
    came, secret = enrol(live, Role.OFFICER)
    staff.let_staff_leave(live.as_of(Role.ADMINISTRATOR), live.staff[Role.OFFICER].id)
    assert came.get("/console/").status_code == 302
    other = visitor(live)
    assert "is not right" in words(try_password(other, Role.OFFICER))
    assert secret


def test_who_steals_the_books_finds_no_session_and_no_secret_of_a_factor(live: Served) -> None:
    came, secret = enrol(live, Role.OFFICER)
    name = staff.describe_staff(live.context, live.staff[Role.OFFICER]).name
    stolen = (live.folder / "books" / "books.sqlite3").read_bytes() + (
        live.folder / "books" / "books.sqlite3-wal"
    ).read_bytes()
    for text in (came.cookie(), secret, name, PASSWORD, email_of(live, Role.OFFICER)):
        assert text.encode() not in stolen


# --- where one is led ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_the_sign_in_leads_to_no_other_site(live: Served, elsewhere: str) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    try_password(came, Role.OFFICER, next=elsewhere)
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"


def test_the_sign_in_leads_back_to_where_one_came_from(live: Served) -> None:
    _, secret = enrol(live, Role.OFFICER)
    came = visitor(live)
    led = came.get("/console/?tab=late").location
    assert led == "/sign-in/?next=%2Fconsole%2F%3Ftab%3Dlate"
    assert 'value="/console/?tab=late"' in came.get(led).get_data(as_text=True)
    try_password(came, Role.OFFICER, next="/console/?tab=late")
    assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/?tab=late"


def test_the_secret_of_a_link_does_not_stay_in_the_address(live: Served) -> None:
    link = invite_staff(live.context, live.staff[Role.SUPPORT].id)
    came = visitor(live)
    answer = came.get(f"/sign-in/begin/{link}/", follow_redirects=True)
    assert answer.request.path == "/sign-in/begin/"
    assert link not in answer.get_data(as_text=True)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert re.search(r"no-store", answer.headers["Cache-Control"])
