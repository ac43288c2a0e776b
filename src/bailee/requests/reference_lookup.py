"""Who opens a request shows a reference and a code. What is answered, and how often, is the same for none as for one.

Otherwise anyone who tries references would learn from the limits which of them there are.
"""

from __future__ import annotations

import re

from bailee.requests import copy_links, limits, visits
from bailee.requests.copy_links import LinkResult
from bailee.requests.intake import find_request
from bailee.store.context import Context
from bailee.store.errors import TooMany
from bailee.store.models import Request


def open_by_code(context: Context, reference: str, text: str, *, source: str) -> Request | None:
    """Return the request that ``text``, a code or a link's token, opens; else ``None``. Raises `TooMany`.

    ``source``: the network address that it came from.
    """
    found = find_request(reference)
    if found is not None:
        return found if visits.exchange_code(context, found, text, source=source) is not None else None
    limits.count_attempt(context, limits.TRIES_BY_SOURCE, source)
    if not _could_be(reference):
        return None
    sent = limits.find_last_attempt(context, limits.SENDS_OF_ONE, reference)
    if limits.count_since(context, limits.TRIES_OF_ONE, reference, sent) >= limits.TRIES_OF_ONE.most:
        raise TooMany("the code was mistaken too often", "have a new one sent", context.now)
    limits.note_attempt(context, limits.TRIES_OF_ONE, reference)
    return None


def open_by_link(context: Context, reference: str, text: str, *, source: str) -> tuple[Request | None, LinkResult]:
    """Use a one-time link to a copy: return the request that it opens, else ``None``, and why not. Raises `TooMany`.

    ``source``: the network address that it came from. No tries of the request's are counted: 192 bits are not guessed,
    and who knows a reference alone must not shut the link of the person who has it.
    """
    limits.count_attempt(context, limits.TRIES_BY_SOURCE, source)
    found = find_request(reference)
    taken = LinkResult.UNKNOWN if found is None else copy_links.use_link(context, found, text)
    return (found if taken is LinkResult.OPENED else None), taken


def send_code(context: Context, reference: str, *, source: str) -> None:
    """Have a code sent to whoever has proven the request, or is on file; of none nothing is done. Raises `TooMany`."""
    limits.count_attempt(context, limits.INTAKE_BY_SOURCE, source)
    found = find_request(reference)
    if found is not None:
        visits.send_code(context, found)
        return
    if not _could_be(reference):
        return
    if (
        limits.count_since(context, limits.SENDS_OF_ONE, reference, None) >= limits.SENDS_OF_ONE.most - 1
    ):  # one went unasked
        hint = "look where the letters of the firm usually come, or call"
        raise TooMany("enough codes were sent today", hint, context.now + limits.SENDS_OF_ONE.within)
    limits.note_attempt(context, limits.SENDS_OF_ONE, reference)


def _could_be(reference: str) -> bool:
    """Whether this could be a reference at all; what could not tells nothing, and is not remembered."""
    return re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", reference.upper()) is not None
