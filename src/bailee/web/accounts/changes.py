"""What was changed about a member of staff, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bailee.store.models import StaffChange
from bailee.web.pages.template_tags import dated

KINDS: Mapping[str, Promise] = {
    "added": _("added, as"),
    "left": _("left"),
    "vetted": _("background check passed on"),
    "link made": _("a link was made, to choose password and second factor"),
    "password set": _("password chosen; what was there before ended"),
    "signed in": _("signed in"),
    "wrong password": _("a wrong password was tried"),
    "locked out": _("locked out for 15 minutes, after wrong passwords"),
    "wrong code": _("a wrong code was tried"),
    "factor added": _("second factor added:"),
    "factor removed": _("second factor removed:"),
    "session ended": _("a session was ended from another"),
    "other sessions ended": _("all other sessions were ended"),
    "all sessions ended": _("all sessions were ended"),
    "password changed": _("password changed"),
    "token made": _("a token for a program was made"),
    "token ended": _("a token was ended"),
}
_FACTORS: Mapping[str, Promise] = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}
_SHOWN = ("role", "on", "type")


def in_words(change: StaffChange) -> str:
    """Return a change as a line. Ids of tokens and links are left to the books."""
    facts = [str(_FACTORS.get(change.facts[name], change.facts[name])) for name in _SHOWN if name in change.facts]
    return dated(" ".join([str(KINDS.get(change.kind, change.kind)), *facts]))
