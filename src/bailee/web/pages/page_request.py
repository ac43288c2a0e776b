"""A request as views get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from bailee.store.models import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_htmx.middleware import HtmxDetails

    from bailee.store.access_log import Reason
    from bailee.store.context import Context
    from bailee.store.models import Staff
    from bailee.web.pages.sessions import SessionStore


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in, with a second factor: ``name`` as colleagues know them."""

    id: str
    role: Role
    name: str


if TYPE_CHECKING:

    class PageRequest(HttpRequest):
        """``context`` is of ``member``; ``reason``: why personal values are shown, or ``None``: they are not."""

        context: Context
        member: Member | None
        reason: Reason | None
        session: SessionStore
        user: Staff | AnonymousUser
        htmx: HtmxDetails

else:
    PageRequest = HttpRequest
