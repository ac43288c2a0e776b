"""Who may sign in: by a password, and never without a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.stages import LoginStage
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from bailee.store.models import Staff
from bailee.web.accounts.adapters import LASTING
from bailee.web.pages.errors import render_refusal


class Passwords(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Tag and password. Who is unknown takes as long as who is known: a hash is made either way."""

    def _authenticate(self, request: Any, **credentials: Any) -> Staff | None:  # noqa: ARG002 - as allauth calls it
        found = Staff.objects.filter(tag=credentials.get("username") or "", left_at=None).first()
        known: Staff | None = self._check_password(found, credentials["password"])
        return known


class NeedsFactor(LoginStage):  # type: ignore[misc] # allauth ships no types
    """Who has no second factor stays out: the first one is set on a one-time link alone, never by a password."""

    key = "needs_factor"

    def handle(self) -> tuple[Any, bool]:
        """Go on, or say what is missing."""
        if Authenticator.objects.filter(user_id=self.login.user.pk, type__in=LASTING).exists():
            return None, True
        told = _("Your sign-in was not finished: a second factor is missing.")
        return render_refusal(
            self.request, 403, told, _("Open your link again, or ask an administrator for a new one.")
        ), False
