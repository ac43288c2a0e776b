"""By which credentials staff are known to Django."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from bailee.store.models import Staff


class Passwords(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Tag and password. Who is unknown takes as long as who is known: a hash is made either way."""

    def _authenticate(self, request: Any, **credentials: Any) -> Staff | None:  # noqa: ARG002 - as allauth calls it
        found = Staff.objects.filter(tag=credentials.get("username") or "", left_at=None).first()
        known: Staff | None = self._check_password(found, credentials["password"])
        return known
