"""What changes about how somebody signs in: it is written down as it happens, and told in words.

A link is used up when there is a second factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bailee.store import sessions
from bailee.store.admission import note_staff_change, use_up_link
from bailee.store.models import Staff, StaffChange
from bailee.web import CONTEXT
from bailee.web.accounts.adapters import LASTING
from bailee.web.pages.authorisation import SHOWN_AT
from bailee.web.pages.middleware import ENROLLING
from bailee.web.pages.page_request import PageRequest
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


@receiver(authenticator_added)
def _note_added(request: PageRequest, user: Staff, authenticator: Authenticator, **_signal: Any) -> None:
    context = request.META[CONTEXT].by(user.id)
    note_staff_change(context, user.id, "factor added", type=str(authenticator.type))
    link = request.session.get(ENROLLING)
    if link and authenticator.type in LASTING:
        use_up_link(context, link)
        del request.session[ENROLLING]
        request.session.cycle_key()
    sessions.end_staff_sessions(user.id, but=request.session.row)


@receiver(authenticator_removed)
def _note_removed(request: PageRequest, user: Staff, authenticator: Authenticator, **_signal: Any) -> None:
    note_staff_change(request.META[CONTEXT].by(user.id), user.id, "factor removed", type=str(authenticator.type))
    sessions.end_staff_sessions(user.id, but=request.session.row)


@receiver(authentication_failed)
def _note_failed(request: PageRequest, user: Staff, authenticator: Authenticator, **_signal: Any) -> None:
    note_staff_change(request.META[CONTEXT], user.id, "wrong code", type=str(authenticator.type))


@receiver(authentication_step_completed)
def _note_reauthentication(request: PageRequest, *, reauthenticated: bool = False, **_signal: Any) -> None:
    if reauthenticated:
        request.session.cycle_key()  # ASVS 7.2.4
        request.session[SHOWN_AT] = request.META[CONTEXT].now.isoformat()


def describe_change(change: StaffChange) -> str:
    """Return a change as a line. Ids of tokens and links are left to the books."""
    facts = [str(_FACTORS.get(change.facts[name], change.facts[name])) for name in _SHOWN if name in change.facts]
    return dated(" ".join([str(KINDS.get(change.kind, change.kind)), *facts]))
