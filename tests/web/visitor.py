"""Somebody at a browser that runs no script: signed in as a member of staff, or the public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from werkzeug.test import Client, TestResponse

from bailee.store import staff
from bailee.store.models import Role
from bailee.web.pages.middleware import MEMBER_NAME
from bailee.web.pages.sessions import SessionStore
from tests.api.live import Served

BACKEND = "bailee.web.accounts.login.Passwords"


@dataclass
class Visitor:
    """``get`` and ``post`` as a browser does; ``post`` sends the token of the form, as its page has it."""

    live: Served
    at: str = "192.0.2.1"
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.live.app)

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.at}, **how)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **how: Any) -> TestResponse:
        """Send a form, with the token against forgery that a page gave."""
        sent = {**(data or {}), "csrfmiddlewaretoken": self.token()}
        return self.client.post(path, data=sent, environ_base={"REMOTE_ADDR": self.at}, **how)

    def token(self) -> str:
        """The token of a form, from the page on which staff sign in, or from that of their account."""
        for path in ("/sign-in/", "/sign-in/account/", "/sign-in/factor/"):
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).get_data(as_text=True))
            if found:
                return found[1]
        cookie = self.client.get_cookie(settings.CSRF_COOKIE_NAME)
        return cookie.value if cookie else ""

    def cookie(self) -> str:
        """What the cookie of the session holds."""
        found = self.client.get_cookie(settings.SESSION_COOKIE_NAME)
        return found.value if found else ""


def visitor(live: Served, role: Role | None = None, *, at: str = "192.0.2.1") -> Visitor:
    """Return a visitor: signed in with a second factor as the member of staff in a role, or nobody."""
    came = Visitor(live, at)
    if role is not None:
        came.client.set_cookie(settings.SESSION_COOKIE_NAME, session_of(live, role))
    return came


def session_of(live: Served, role: Role) -> str:
    """Begin a session of the member of staff in a role, and return what the cookie holds."""
    context = live.context.at(live.clock.now)
    member = live.staff[role]
    member.refresh_from_db()
    session = SessionStore(context=context)
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = member.id, BACKEND
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session[MEMBER_NAME] = staff.describe_staff(context, member).name
    session.save()
    assert session.session_key is not None
    return session.session_key


def page(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(), "html.parser")


def words(response: TestResponse) -> str:
    """The words of a page, in one line."""
    return " ".join(unescape(page(response).get_text(" ")).split())


def dangling(response: TestResponse) -> list[str]:
    """The ids that elements of a page are labelled or described by, and that no element of it has."""
    if response.mimetype != "text/html":
        return []
    soup = page(response)
    there = {str(one["id"]) for one in soup.select("[id]")}
    named = [
        name
        for by in ("aria-describedby", "aria-labelledby", "aria-controls", "for")
        for one in soup.select(f"[{by}]")
        for name in str(one[by]).split()
    ]
    return [name for name in named if name not in there]
