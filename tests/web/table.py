"""Every address of the site, and to whom it opens: a line each. A test fails where an address has no line.

A line says who may GET and who may POST, and what they are answered then. Whoever is not named gets 403; who is signed
out is led to the sign-in by a GET, and gets 403 on a POST. `None`: there is no such method, 405 for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bailee.books.models import Role

Who: TypeAlias = frozenset[Role] | Literal["everybody", "staff"] | None

STAFF: frozenset[Role] = frozenset(Role)
READERS = STAFF - {Role.ADMINISTRATOR}
FRONT = frozenset({Role.SUPPORT, Role.OFFICER, Role.CONTROLLER})
DECIDERS = frozenset({Role.OFFICER, Role.CONTROLLER})
CONTROLLER = frozenset({Role.CONTROLLER})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Line:
    """``got``, ``posted``: the status for who may, with nothing in the form; ``arguments``: what stands in the path.

    ``outside``: what somebody who is signed out is answered, GET and POST, where that is not as above.
    """

    get: Who
    post: Who = None
    got: int = 200
    posted: int = 302
    arguments: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[int, int] | None = None


NOBODY = {"staff_id": "0123456789abcdef"}

ACCOUNTS: Mapping[str, Line] = {
    # who is signed in already is led on to the console
    "sign-in/": Line("everybody", "everybody", got=302, outside=(200, 200)),
    "sign-in/code/": Line("everybody", "everybody", got=302, outside=(302, 302)),
    "sign-in/key/": Line("everybody", "everybody", got=302, outside=(302, 302)),
    "sign-in/out/": Line(None, "everybody"),
    "sign-in/again/": Line(STAFF, STAFF, outside=(302, 302), posted=200),
    "sign-in/again/code/": Line(STAFF, STAFF, outside=(302, 302), got=302),
    "sign-in/again/key/": Line(STAFF, STAFF, outside=(302, 302), got=302),
    "sign-in/begin/": Line("everybody", "everybody", got=404, posted=404),
    "sign-in/begin/<str:secret>/": Line("everybody", got=404, arguments={"secret": "no-such-link"}),
    "sign-in/factor/": Line(STAFF),
    "sign-in/account/": Line(STAFF),
    "sign-in/account/sessions/end/": Line(None, STAFF),
    "sign-in/account/sessions/<str:session_id>/end/": Line(
        None, STAFF, posted=404, arguments={"session_id": "0123456789abcdef"}
    ),
    "sign-in/account/tokens/<str:token_id>/end/": Line(
        None, STAFF, posted=404, arguments={"token_id": "0123456789abcdef"}
    ),
    # these ask once more who somebody is, or have nothing to show
    "sign-in/account/app/": Line(STAFF, STAFF, got=302, outside=(302, 302)),
    "sign-in/account/app/remove/": Line(STAFF, STAFF, got=404, posted=404, outside=(302, 302)),
    "sign-in/account/passkeys/": Line("everybody", "everybody", got=302),
    "sign-in/account/passkeys/add/": Line(STAFF, STAFF, got=302, outside=(302, 302)),
    "sign-in/account/passkeys/<int:pk>/remove/": Line(STAFF, STAFF, got=302, arguments={"pk": "1"}, outside=(302, 302)),
    "sign-in/account/codes/": Line(STAFF, got=404, outside=(302, 302)),
    "sign-in/account/codes/new/": Line(STAFF, STAFF, got=302, outside=(302, 302)),
    "console/staff/": Line(ADMINISTRATOR),
    "console/staff/add/": Line(ADMINISTRATOR, ADMINISTRATOR, got=302),
    "console/staff/<str:staff_id>/": Line(ADMINISTRATOR, got=404, arguments=NOBODY),
    "console/staff/<str:staff_id>/link/": Line(None, ADMINISTRATOR, arguments=NOBODY),
    "console/staff/<str:staff_id>/check/": Line(None, ADMINISTRATOR, posted=404, arguments=NOBODY),
    "console/staff/<str:staff_id>/leave/": Line(None, ADMINISTRATOR, arguments=NOBODY),
}

CONSOLE: Mapping[str, Line] = {
    "console/": Line(STAFF),
}
"""Requests, promises and all other screens of staff."""

PUBLIC: Mapping[str, Line] = {
    "": Line("everybody"),
}
"""The notice and the portal."""

TABLE: Mapping[str, Line] = {**ACCOUNTS, **CONSOLE, **PUBLIC}
