"""How somebody comes in the first time, and again: by a link, a password, an authenticator app."""

from __future__ import annotations

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from werkzeug.test import TestResponse

from bailee.store import staff
from bailee.store.admission import invite_staff
from bailee.store.models import Role
from tests.api.live import Served
from tests.web.visitor import Visitor, visitor

PASSWORD = "four boring words together"


def email_of(live: Served, role: Role) -> str:
    return staff.describe_staff(live.context, live.staff[role]).email


def code(secret: str) -> str:
    """The digits that an authenticator app shows now; they are good for half a minute more."""
    _, now, _ = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, now)))


def secret_of(response: TestResponse) -> str:
    found = re.search(r"<code>([A-Z2-7]{32})</code>", response.get_data(as_text=True))
    assert found
    return found[1]


def enrol(live: Served, role: Role) -> tuple[Visitor, str]:
    """Come in the first time; return the visitor, who is signed in, and the secret of their authenticator app."""
    link = invite_staff(live.context.at(live.clock.now), live.staff[role].id)
    came = visitor(live)
    assert came.get(f"/sign-in/begin/{link}/").location == "/sign-in/begin/"
    assert came.post("/sign-in/begin/", {"password": PASSWORD}).location == "/sign-in/factor/"
    secret = secret_of(came.get("/sign-in/account/app/"))
    assert came.post("/sign-in/account/app/", {"code": code(secret)}).location == "/sign-in/account/codes/"
    return came, secret


def try_password(came: Visitor, role: Role, password: str = PASSWORD, **more: str) -> TestResponse:
    return came.post("/sign-in/", {"login": email_of(came.live, role), "password": password, **more})
