"""What changes about how somebody signs in is written down, and a link is used up when a second factor stands."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.dispatch import receiver

from bailee.store import sessions
from bailee.store.admission import note, use_up
from bailee.store.models import Staff
from bailee.web.accounts.adapters import LASTING
from bailee.web.environment import CONTEXT
from bailee.web.pages.authorisation import FRESH
from bailee.web.pages.middleware import ENROLLING
from bailee.web.pages.page_request import PageRequest


@receiver(authenticator_added)
def _added(request: PageRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    context = request.META[CONTEXT].by(user.id)
    note(context, user.id, "factor added", type=str(authenticator.type))
    link = request.session.get(ENROLLING)
    if link and authenticator.type in LASTING:
        use_up(context, link)
        del request.session[ENROLLING]
        request.session.cycle_key()
    sessions.end(user.id, but=request.session.row)


@receiver(authenticator_removed)
def _removed(request: PageRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    note(request.META[CONTEXT].by(user.id), user.id, "factor removed", type=str(authenticator.type))
    sessions.end(user.id, but=request.session.row)


@receiver(authentication_failed)
def _failed(request: PageRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    note(request.META[CONTEXT], user.id, "wrong code", type=str(authenticator.type))


@receiver(authentication_step_completed)
def _shown_again(request: PageRequest, *, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated:
        request.session.cycle_key()  # ASVS 7.2.4
        request.session[FRESH] = request.META[CONTEXT].now.isoformat()
