"""Requests as staff meet them: taken in, identified, planned, by whoever does so in a story."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from werkzeug.test import TestResponse

from bailee.requests import identity, intake
from bailee.requests.letters.outbox import open_letter
from bailee.requests.request_content import Asked
from bailee.store.models import Plan, Request, Role
from bailee.web.pages.authorisation import SHOWN_AT
from bailee.web.pages.sessions import SessionStore
from tests.api.live import Served
from tests.harm.firm import ALICE
from tests.web.visitor import Visitor, page

PHONE = "+442079460101"
"""Of Alice, on a row that nobody has confirmed to be hers."""

LOOKS = {"reason": "to answer a request"}


def ask(live: Served, right: str = "erase", *identities: str, **said: Any) -> Request:
    """Ask through the portal, as the public does."""
    asked = Asked(identities=identities or (ALICE,), **said)
    return intake.receive_request(live.context.at(live.clock.now), right, asked, "portal")


def identified(live: Served, right: str = "erase", *identities: str, **said: Any) -> Request:
    """Ask, and show who one is by the code that a worker sends; a worker then plans."""
    request = ask(live, right, *identities, **said)
    live.work()
    (code,) = live.codes(request.reference)
    assert identity.prove_identity(live.context.at(live.clock.now), request, code)
    live.work()
    request.refresh_from_db()
    return request


def on_paper(live: Served) -> Request:
    """Log a question that came by letter, from somebody who has no email."""
    asked = Asked(name="Zoe Quill", address=("Zoe Quill", "1 Long Road", "Leeds"), words="How long do you keep calls?")
    return intake.receive_request(live.as_of(Role.SUPPORT), "question", asked, "letter")


def newest(request: Request) -> Plan:
    return request.plans.order_by("-made_at", "-id").filter(plan=None).get()


def show_again(visitor: Visitor) -> None:
    """Show once more who one is, as before an approval."""
    live = visitor.live
    session = SessionStore(visitor.cookie(), context=live.context.at(live.clock.now))
    session[SHOWN_AT] = live.clock.now.isoformat()
    session.save()


def headline(response: TestResponse) -> str:
    (found,) = page(response).find_all("h1")
    return " ".join(found.get_text(" ").split())


def form_of(response: TestResponse, ending: str) -> Tag | None:
    """The form of a page whose address ends so."""
    soup: BeautifulSoup = page(response)
    return next((one for one in soup.find_all("form") if str(one.get("action", "")).endswith(ending)), None)


def letters(live: Served, request: Request) -> dict[str, str]:
    """The texts of the letters about a request, by their names."""
    return {one.template: open_letter(live.context, one).letter.text for one in request.messages.exclude(sealed=None)}


def queries(visitor: Visitor, path: str) -> int:
    """How often the books are asked for a page."""
    visitor.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert visitor.get(path).status_code == 200
    return len(asked)


__all__ = [
    "LOOKS", "PHONE", "Visitor", "ask", "form_of", "headline", "identified", "letters", "newest", "on_paper", "queries",
    "show_again",
]  # fmt: skip
