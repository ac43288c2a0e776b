"""A small firm at work, and what its people, its staff and its worker do with a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bailee.engine.systems import open_systems_of_context
from bailee.store.context import Context
from tests.harm.firm import ALICE, NOW, Firm

if TYPE_CHECKING:
    from bailee.store.models import Message, Request

MALLORY = "mallory@elsewhere.example"
NOBODY = "nobody.at.all@elsewhere.example"


@dataclass
class Place:
    """The ``context`` at `NOW`, the ``firm`` whose systems are real, and ``staff`` by role."""

    context: Context
    firm: Firm
    staff: dict[str, str]

    def at(self, *, days: float = 0, hours: float = 0) -> Context:
        """Return the context so much later, entered by the public or a worker."""
        return self.context.at(NOW + timedelta(days=days, hours=hours))

    def by(self, role: str = "support", *, days: float = 0) -> Context:
        """Return the context as a member of staff enters it."""
        return self.at(days=days).by(self.staff[role])

    def ask(self, right: str = "erase", *identities: str, days: float = 0, **asked: Any) -> Request:
        """Let somebody ask by the portal."""
        from bailee.requests.intake import receive_request
        from bailee.requests.request_content import Asked

        whole = Asked(identities=identities or (ALICE,), **{"reply_to": MALLORY, **asked})
        return receive_request(self.at(days=days), right, whole, "portal")

    def look(self, request: Request, *, days: float = 0) -> None:
        """Let a worker find out whom a request is about."""
        from bailee.requests.identity import identify_person

        with open_systems_of_context(self.at(days=days)) as systems:
            identify_person(self.at(days=days), systems, request)

    def prove(self, request: Request, code: str, *, days: float = 0, source: str = "") -> bool:
        """Enter a code."""
        from bailee.requests.identity import prove_identity

        return prove_identity(self.at(days=days), request, code, source=source)

    def proven(self, right: str = "erase", *identities: str, days: float = 0, **asked: Any) -> Request:
        """Let somebody ask and show at once who they are."""
        request = self.ask(right, *identities, days=days, **asked)
        self.look(request, days=days)
        assert self.prove(request, self.codes(request)[0], days=days)
        return request

    def letters(self, request: Request) -> list[tuple[str, str]]:
        """Return the letters about a request, in their order: which, and to whom."""
        return [(m.template, self.opened(m).to) for m in request.messages.order_by("made_at", "template", "id")]

    def opened(self, message: Message) -> Any:
        """Return what is sealed of a letter."""
        from bailee.requests.letters.outbox import open_letter

        return open_letter(self.context, message)

    def codes(self, request: Request) -> list[str]:
        """Return the codes that were sent, the newest last."""
        letters = request.messages.filter(template="identity").order_by("made_at", "id")
        texts = [self.opened(m).letter.text for m in letters]
        return [re.findall(r"(?m)^ *([0-9B-Z]{4}-[0-9B-Z]{4}) *$", text)[0] for text in texts]

    def token(self, request: Request) -> str:
        """Return the token of the link that was sent last."""
        text = self.opened(request.messages.filter(template="identity").latest("made_at")).letter.text
        return str(re.findall(rf"/prove/{request.reference}/(\S+)", text)[-1])

    def asked(self, request: Request) -> Any:
        """Return what was asked, as it stands sealed now."""
        from bailee.requests.request_content import open_asked

        request.refresh_from_db()
        return open_asked(self.context, request)


def kinds(request: Request) -> list[str]:
    """Return what happened to a request."""
    return list(request.events.order_by("id").values_list("kind", flat=True))


def due(request: Request) -> set[str]:
    """Return what is still to be done about a request."""
    from bailee.store.models import Due

    return set(Due.objects.filter(about=request.id, done_at=None).values_list("kind", flat=True))


def dump() -> str:
    """Return every cell of the books, as whoever steals them reads it."""
    from django.db import connection

    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found.extend(str(bytes(c)) if isinstance(c, bytes | memoryview) else repr(c) for c in row)
    return "\n".join(found)
