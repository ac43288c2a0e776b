"""Sessions in the books: known by a tag of what the cookie holds, sealed, and at an end when nobody used them.

Who steals the books finds no session that can be taken up, and nothing of what somebody typed half-way.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from bailee.store.context import Context
from bailee.store.models import WebSession
from bailee.store.sessions import list_live_sessions
from bailee.vault import InvalidVaultSealError
from bailee.web import CONTEXT

POLLS = "X-Polls"
"""A request with this header was sent by a page on its own, and does not count as use."""

_KEY = "sessions"
_SEEN_EVERY = timedelta(minutes=1)
_MEMBER = "_auth_user_id"


class SessionStore(SessionBase):
    """One session. ``context`` gives the time and the vault."""

    cache_key_prefix: ClassVar[str] = ""

    def __init__(self, session_key: str | None = None, *, context: Context, counts: bool = True) -> None:
        super().__init__(session_key)
        self._context, self._counts = context, counts

    def exists(self, session_key: str) -> bool:
        """Whether there is a session under a key."""
        return self._rows(session_key).exists()

    def load(self) -> dict[str, Any]:
        """Return what the session holds; of none, or one that has ended, a new key and nothing."""
        row = (
            list_live_sessions(self._context.now).filter(digest=self._tag(self.session_key)).first()
            if self.session_key
            else None
        )
        if row is None:
            self._session_key = None
            return {}
        if self._counts and row.used_at <= self._context.now - _SEEN_EVERY:
            WebSession.objects.filter(id=row.id).update(used_at=self._context.now)
        try:
            content = self._context.vault.open(_KEY, bytes(row.sealed), about=f"session:{row.digest}")
        except InvalidVaultSealError:  # the key was shredded, or the books are another firm's
            self._session_key = None
            return {}
        found: dict[str, Any] = json.loads(content)
        return found

    def create(self) -> None:
        """Begin a session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined] # of Django's base
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - as Django calls it
        """Write the session down. Raises `UpdateError` where it has ended meanwhile."""
        if self.session_key is None:
            self.create()
            return
        content, now = self._get_session(no_load=must_create), self._context.now  # type: ignore[attr-defined]
        tag = self._tag(self.session_key)
        sealed = self._context.vault.seal(_KEY, json.dumps(content).encode(), about=f"session:{tag}")
        member = content.get(_MEMBER)
        if not must_create:
            if not WebSession.objects.filter(digest=tag).update(sealed=sealed, staff_id=member, used_at=now):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                WebSession.objects.create(digest=tag, sealed=sealed, staff_id=member, begun_at=now, used_at=now)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        """End a session."""
        if key := session_key or self.session_key:
            self._rows(key).delete()

    def get_expire_at_browser_close(self) -> bool:
        """The cookie ends with the browser, the session when `live` says so."""
        return True

    @property
    def row(self) -> str:
        """The id of this session in the books, empty where it is not written."""
        found = self._rows(self.session_key).values_list("id", flat=True).first() if self.session_key else None
        return found or ""

    def _rows(self, key: str) -> QuerySet[WebSession]:
        return WebSession.objects.filter(digest=self._tag(key))

    def _tag(self, key: str | None) -> str:
        return self._context.vault.tag("sessions", key or "")


class Sessions(SessionMiddleware):
    """Django's own, with the store given the context."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the session on the request. It is read when somebody looks."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.session = SessionStore(key, context=request.META[CONTEXT], counts=POLLS not in request.headers)
