"""What every page stands in: headers, cookies, words when something is not so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.conf import settings
from django.urls import get_resolver
from werkzeug.test import Client

from bailee.policy import Mail
from bailee.store.models import Role
from bailee.web.wsgi import make_application
from tests.api.live import Served
from tests.web.visitor import page, visitor, words

PAGES = ("/", "/sign-in/", "/nothing-is-here")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_frames_scripts_of_others_and_guessing_of_types(once_served: Served, path: str) -> None:
    headers = visitor(once_served).get(path).headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert path == "/" or "no-store" in headers["Cache-Control"]  # the notice is everybody's, and may be kept
    assert "Server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_landmarks_a_language_and_no_style_of_its_own(once_served: Served, path: str) -> None:
    shown = page(visitor(once_served).get(path))
    assert len(shown.find_all("h1")) == 1
    assert shown.html is not None
    assert shown.html["lang"] == "en-gb"
    assert shown.select_one("a.skip[href='#main']")
    assert shown.select_one("main#main")
    assert not shown.select("[style], style, script:not([src])")
    assert shown.title is not None
    assert "Harm Ltd" in shown.title.get_text()


def test_the_api_keeps_its_own_door(once_served: Served) -> None:
    answer = once_served.get("/nothing-is-here")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Set-Cookie" not in answer.headers


def test_styles_and_scripts_come_from_here_and_are_kept_until_they_change(once_served: Served) -> None:
    came = visitor(once_served)
    for tag in page(came.get("/sign-in/")).select("link[rel=stylesheet], script[src]"):
        address = str(tag.get("href") or tag.get("src"))
        assert address.startswith("/static/")
        assert "?v=" in address
        answer = came.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()


def test_the_icon_comes_from_here_also_where_a_browser_asks_for_it_unnamed(once_served: Served) -> None:
    came = visitor(once_served)
    icon = page(came.get("/sign-in/")).select_one("link[rel=icon]")
    assert icon is not None
    for address in (str(icon["href"]), "/favicon.ico"):
        answer = came.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"style" not in answer.data  # the Content-Security-Policy of what is served lets none
        answer.close()


@pytest.mark.parametrize("name", ["Letters", "Holds"])
def test_what_waits_in_a_room_of_its_own_is_reached_by_the_bar(once_served: Served, name: str) -> None:
    for role in Role:
        bar = page(visitor(once_served, role).get("/console/")).select(".bar nav a")
        ways = [way for way in bar if way.get_text() == name]
        assert len(ways) == (role is not Role.ADMINISTRATOR)
        for way in ways:
            there = page(visitor(once_served, role).get(str(way["href"])))
            current = there.select_one(".bar nav a[aria-current=page]")
            assert current is not None
            assert current.get_text() == name


def test_a_form_without_its_token_does_nothing_and_says_so(once_served: Served) -> None:
    came = visitor(once_served, Role.OFFICER)
    answer = came.client.post("/sign-in/out/")
    assert answer.status_code == 403
    assert "nothing was done" in words(answer)
    assert came.get("/console/").status_code == 200


def test_a_form_that_another_site_sends_does_nothing(once_served: Served) -> None:
    came = visitor(once_served, Role.OFFICER)
    answer = came.post("/sign-in/out/", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert came.get("/console/").status_code == 200


def test_cookies_are_for_this_site_alone_and_scripts_do_not_see_them(once_served: Served) -> None:
    came = visitor(once_served)
    came.post("/sign-in/", {"login": "x@y.example", "password": "wrong"})
    cookies = came.client.get("/sign-in/key/", headers={"Accept": "application/json"}).headers.getlist("Set-Cookie")
    cookies += visitor(once_served).get("/sign-in/").headers.getlist("Set-Cookie")
    assert {cookie.strip().partition("=")[0] for cookie in cookies} == {"bailee", "bailee-form"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=" in cookie
        assert "Secure" not in cookie  # this firm has no site over HTTPS
        assert "Max-Age" not in cookie


@pytest.fixture
def over_https(once_served: Served) -> Any:
    """The same context, whose policy says that people reach it over HTTPS."""
    firm = once_served.context.policy.firm
    mail = Mail(host="localhost", port=25, sender="privacy@firm.example", site="https://privacy.firm.example")
    policy = replace(once_served.context.policy, firm=replace(firm, mail=mail))
    yield make_application(replace(once_served.context, policy=policy), once_served.clock)
    make_application(once_served.context, once_served.clock)


def test_over_https_cookies_are_secure_bound_to_the_host_and_https_stays(over_https: Any) -> None:
    answer = Client(over_https).get("/sign-in/", headers={"Host": "privacy.firm.example"})
    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_NAME == "__Host-bailee"
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.strip().startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_another_host_than_the_firms_is_not_answered_to(over_https: Any) -> None:
    answer = Client(over_https).get("/sign-in/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.data
    for path in ("/", "/api/v1/log/checkpoint"):  # which need not know the name by which they were asked
        answer = Client(over_https).get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 400
        for name in ("privacy.firm.example", "localhost:8080", "127.0.0.1", "[::1]:8080"):
            assert Client(over_https).get(path, headers={"Host": name}).status_code != 400
    assert "the one that the firm names" in words(Client(over_https).get("/", headers={"Host": "evil.example"}))


def test_who_is_signed_out_is_led_to_the_sign_in_and_a_post_is_refused(once_served: Served) -> None:
    came = visitor(once_served)
    assert came.get("/console/").location == "/sign-in/?next=%2Fconsole%2F"
    for page_before, back in (
        ("http://localhost/console/letters/", "/console/letters/"),
        ("http://evil.example/console/letters/", "/console/"),
        ("", "/console/"),
    ):
        answer = came.post("/console/map/look/", headers={"Referer": page_before})
        assert answer.status_code == 403
        assert "nothing was done" in words(answer)
        assert page(answer).select_one(f"main a[href='/sign-in/?{urlencode({'next': back})}']")


def test_a_piece_of_a_page_that_is_signed_out_leads_the_whole_page(once_served: Served) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/console/?late=1"}
    for answer in (
        visitor(once_served).get("/console/", headers=headers),
        visitor(once_served).post("/console/promises/look/", headers=headers),
    ):
        assert answer.status_code == 200
        assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fconsole%2F%3Flate%3D1"
        assert not answer.data


def test_a_refusal_takes_the_whole_page_where_a_piece_was_asked_for(once_served: Served) -> None:
    came, piece = visitor(once_served, Role.OFFICER), {"HX-Request": "true"}
    for answer in (
        came.client.post("/console/promises/look/", headers=piece),  # no token against forgery
        came.get("/console/promises/none/", headers=piece),
        came.get("/console/promises/look/", headers=piece),
    ):
        assert answer.status_code in {403, 404, 405}
        assert answer.headers["HX-Retarget"] == "body"
        assert (answer.headers["HX-Reswap"], answer.headers["HX-Reselect"]) == ("innerHTML show:window:top", "unset")
    assert "HX-Retarget" not in came.get("/console/promises/none/").headers


def test_an_address_that_shows_no_page_says_so_and_leads_on(once_served: Served) -> None:
    for role, path, on in ((None, "/ask/send", "/"), (Role.OFFICER, "/console/evidence/verify/", "/console/")):
        answer = visitor(once_served, role).get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert "This address shows no page" in words(answer)
        assert page(answer).select_one(f"main a.btn[href='{on}']")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "none"])
def test_where_the_api_has_nothing_it_says_so_as_a_problem(once_served: Served, path: str) -> None:
    answer = once_served.get(f"/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_line_of_the_log_has_the_pattern_of_a_path_and_nothing_that_was_sent(
    once_served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    came = visitor(once_served)
    came.get("/sign-in/begin/a-secret-of-somebody/?name=alice@byrne.example")
    came.get("/alice@byrne.example/")
    ours = [record.getMessage() for record in caplog.records if record.name == "bailee.web"]
    assert any("/sign-in/begin/<str:secret>/ 404" in line for line in ours)
    everything = " ".join(record.getMessage() for record in caplog.records)
    assert "a-secret-of-somebody" not in everything
    assert "alice" not in everything


def test_what_is_missing_in_a_form_is_said_in_the_words_of_its_field(once_served: Served) -> None:
    assert once_served.app is not None
    assert get_resolver().url_patterns  # all screens are there
    ours = ("bailee.web.console.", "bailee.web.public.")
    found = [form for form in _below(forms.Form) if form.__module__.startswith(ours)]
    bare = forms.Field.default_error_messages["required"]
    fields = [(form.__name__, name, field) for form in found for name, field in form.base_fields.items()]
    assert len(fields) > 40
    assert [(form, name) for form, name, one in fields if one.required and one.error_messages["required"] == bare] == []


def _below(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_a_page_larger_than_any_form_of_ours_is_refused(once_served: Served) -> None:
    came = visitor(once_served)
    answer = came.post("/sign-in/", {"login": "x" * (2 * 1024 * 1024), "password": "wrong"})
    assert answer.status_code in {400, 413}
