"""Steps of the sign-in that are ours."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import LoginStage
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from bailee.web.accounts.adapters import LASTING
from bailee.web.pages.errors import refused


class NeedsFactor(LoginStage):  # type: ignore[misc] # allauth ships no types
    """Whoever has no second factor stays out: the first one is set on a one-time link alone, never by a password."""

    key = "needs_factor"

    def handle(self) -> tuple[Any, bool]:
        """Go on, or say what is missing."""
        if Authenticator.objects.filter(user_id=self.login.user.pk, type__in=LASTING).exists():
            return None, True
        told = _("Your sign-in was not finished: a second factor is missing.")
        return refused(
            self.request, 403, told, _("Open your link again, or ask an administrator for a new one.")
        ), False
