"""Every address of the site, and to whom it opens: a line each. A test fails where an address has no line.

A line says who may GET and who may POST, and what they are answered then. Whoever is not named gets 403; who is signed
out is led to the sign-in by a GET, and gets 403 on a POST. `None`: there is no such method, 405 for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bailee.requests.acts import list_acts
from bailee.store.models import Role

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
    "sign-in/account/password/": Line(STAFF, STAFF, posted=422),
    "sign-in/account/sessions/end/": Line(None, STAFF),
    "sign-in/account/sessions/<str:session_id>/end/": Line(None, STAFF, arguments={"session_id": "0123456789abcdef"}),
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
    "console/staff/<str:staff_id>/sessions/end/": Line(None, ADMINISTRATOR, posted=404, arguments=NOBODY),
    "console/staff/<str:staff_id>/leave/": Line(None, ADMINISTRATOR, arguments=NOBODY),
}

_NONE = {"reference": "2222-2222-2222", "plan_id": "0123456789abcdef", "parcel_id": "0123456789abcdef",
         "hold_id": "0123456789abcdef", "message_id": "0123456789abcdef"}  # fmt: skip
_ONE = "console/requests/<str:reference>/"


def _act(*who: Role) -> Line:
    return Line(None, frozenset(who), posted=404, arguments=_NONE)


REQUESTS: Mapping[str, Line] = {
    "console/": Line(STAFF),
    "console/requests/": Line(READERS),
    "console/requests/new/": Line(FRONT, FRONT, posted=422),
    _ONE: Line(READERS, got=404, arguments=_NONE),
    # these ask for the reason first
    f"{_ONE}in-full/": Line(FRONT, FRONT, posted=422, arguments=_NONE),
    f"{_ONE}found/": Line(FRONT, FRONT, posted=422, arguments=_NONE),
    f"{_ONE}number/": Line(FRONT, FRONT, posted=422, arguments=_NONE),
    f"{_ONE}parcels/<str:parcel_id>/": Line(DECIDERS, DECIDERS, posted=422, arguments=_NONE),
    f"{_ONE}confirm/": _act(*FRONT),
    f"{_ONE}plan/": Line(READERS, got=404, arguments=_NONE),
    f"{_ONE}plan/approve/": Line(None, DECIDERS, arguments=_NONE),  # shows first once more who they are
    f"{_ONE}plan/cancel/": _act(*FRONT),
    f"{_ONE}plans/<str:plan_id>/": Line(READERS, got=404, arguments=_NONE),
    f"{_ONE}plans/<str:plan_id>/file/": Line(READERS, got=404, arguments=_NONE),
    f"{_ONE}plans/<str:plan_id>/progress/": Line(READERS, got=404, arguments=_NONE),
    **{f"{_ONE}do/{act.name}/": _act(*act.roles) for act in list_acts().values() if act.title},
    "console/holds/": Line(READERS),
    "console/holds/new/": Line(None, CONTROLLER, posted=422),
    "console/holds/<str:hold_id>/": Line(CONTROLLER, got=404, arguments=_NONE),
    "console/holds/<str:hold_id>/lift/": Line(None, CONTROLLER, arguments=_NONE),
    "console/letters/": Line(READERS),
    "console/letters/<str:message_id>/": Line(FRONT, FRONT, posted=422, arguments=_NONE),
    "console/letters/<str:message_id>/paper/": Line(FRONT, FRONT, posted=422, arguments=_NONE),
    "console/letters/<str:message_id>/posted/": _act(*FRONT),
    "console/letters/<str:message_id>/again/": _act(*FRONT),
}  # fmt: skip
"""Today, requests, plans, holds and letters."""

_NO_NAME = {"name": "none"}

RECORDS: Mapping[str, Line] = {
    "console/promises/": Line(STAFF),
    "console/promises/look/": Line(None, STAFF),
    "console/promises/looking/": Line(STAFF),
    "console/promises/<str:name>/": Line(STAFF, got=404, arguments=_NO_NAME),
    "console/promises/<str:name>/fix/": Line(None, STAFF - {Role.AUDITOR}, posted=404, arguments=_NO_NAME),
    "console/people/": Line(FRONT, FRONT, posted=422),
    "console/map/": Line(STAFF),
    "console/map/look/": Line(STAFF, STAFF),
    "console/map/<str:name>/": Line(STAFF, got=404, arguments=_NO_NAME),
    "console/map/<str:name>/decide/": Line(None, DECIDERS, arguments=_NO_NAME),  # nothing is ticked
    "console/retention/": Line(READERS),
    "console/retention/look/": Line(READERS, READERS),
    "console/register/": Line(READERS),
    "console/register/disclosures/": Line(READERS),
    "console/register/<str:role>.<str:form>": Line(READERS, arguments={"role": "controller", "form": "csv"}),
    "console/evidence/": Line(READERS),
    "console/evidence/checkpoint": Line(READERS, got=404),  # nothing was done yet: there is no ledger
    "console/evidence/verify/": Line(None, READERS, posted=200),
    "console/evidence/receipts/": Line(READERS),
    "console/evidence/<int:index>/": Line(READERS, got=404, arguments={"index": "9"}),
    "console/evidence/<int:index>.tlog-proof": Line(READERS, got=404, arguments={"index": "9"}),
}
"""What is known without a request: promises, people, the map, retention, the register, the evidence."""

CONSOLE: Mapping[str, Line] = {
    **REQUESTS,
    **RECORDS,
}
"""Requests, promises and all other screens of staff."""

_MINE = "request/<str:reference>"
_CLOSED = {"reference": "none", "parcel_id": "none", "receipt_id": "1", "token": "none", "step": "who"}

PUBLIC: Mapping[str, Line] = {
    "": Line("everybody"),
    "notice/versions": Line("everybody", got=404),  # this firm has no notice
    ".well-known/security.txt": Line("everybody"),
    "ask": Line("everybody", "everybody", posted=422),
    "ask/check": Line("everybody", got=302),
    "ask/send": Line(None, "everybody"),
    "ask/sent": Line("everybody", got=302),
    "ask/<slug:step>": Line("everybody", "everybody", got=302, arguments=_CLOSED),
    "request": Line("everybody", "everybody", posted=422),
    _MINE: Line("everybody", "everybody", posted=422, arguments=_CLOSED),  # the door, whoever comes
    f"{_MINE}/code": Line(None, "everybody", arguments=_CLOSED),
    f"{_MINE}/leave": Line(None, "everybody", posted=200, arguments=_CLOSED),
    f"{_MINE}/reply": Line(None, "everybody", posted=403, arguments=_CLOSED),
    f"{_MINE}/withdraw": Line("everybody", "everybody", posted=403, arguments=_CLOSED),
    f"{_MINE}/complain": Line("everybody", "everybody", posted=403, arguments=_CLOSED),
    f"{_MINE}/complained": Line("everybody", arguments=_CLOSED),
    f"{_MINE}/parcels/<slug:parcel_id>": Line(None, "everybody", posted=403, arguments=_CLOSED),
    f"{_MINE}/receipts/<int:receipt_id>": Line(None, "everybody", posted=403, arguments=_CLOSED),
    "copy/<str:reference>/<str:token>": Line("everybody", "everybody", posted=422, arguments=_CLOSED),
    "prove/<str:reference>/<str:token>": Line("everybody", "everybody", posted=422, arguments=_CLOSED),
    "unsubscribe/<str:token>": Line("everybody", "everybody", got=404, posted=404, arguments=_CLOSED),
    "verify": Line("everybody"),
    "verify.html": Line("everybody"),
}
"""The notice and the portal."""

TABLE: Mapping[str, Line] = {**ACCOUNTS, **CONSOLE, **PUBLIC}
