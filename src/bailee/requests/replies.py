"""What a person says to their own request: the answer to a question of ours, and a complaint about ours to them.

Whoever calls these has shown that the request is theirs (`visiting`).
"""

from __future__ import annotations

from dataclasses import replace

from bailee.requests import clocks, intake, permissions
from bailee.requests.request_content import Asked, open_asked, open_request, seal_asked
from bailee.requests.request_locks import locked_request
from bailee.store.context import Context
from bailee.store.errors import NotAskable
from bailee.store.models import Channel, Request, Right

LONGEST = 10_000
"""Characters of what a request says in words, with all that was answered to questions."""


def receive_reply(context: Context, request: Request, words: str) -> None:
    """Put the person's answer to our question to the words of the request, sealed; the clock goes on.

    Raises `NotAllowed` where nothing was asked, `NotAskable` where nothing is said, or too much.
    """
    said = words.strip()
    if not said:
        raise NotAskable("nothing is said", "write your answer")
    with locked_request(context, request, permissions.ANSWERED):
        asked, persons = open_request(context, request)
        whole = "\n\n".join(filter(None, (asked.words, f"({context.today})\n{said}")))
        if len(whole) > LONGEST:
            raise NotAskable("the answer is too long", f"at most {LONGEST - len(asked.words):,} characters are left")
        clocks.note_clarified(context, request)
        seal_asked(context, request, replace(asked, words=whole), persons)
        request.save(update_fields=["sealed"])


def receive_complaint(context: Context, request: Request, words: str, *, source: str = "") -> Request:
    """Take in a complaint about ``request``, answered to where its own answers go, and return it.

    Raises `NotAskable`, `TooMany`.
    """
    if not words.strip():
        raise NotAskable("nothing is said", "write what went wrong")
    mine = open_asked(context, request)
    asked = Asked(identities=mine.identities, reply_to=mine.reply_to, address=mine.address, words=words.strip(),
                  target=request.reference)  # fmt: skip
    return intake.receive_request(
        context, Right.COMPLAINT, asked, Channel.PORTAL, source=source, language=request.language
    )
