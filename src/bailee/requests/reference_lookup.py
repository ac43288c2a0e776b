"""At the door of a request: a reference and a code. What is answered, and how often, is the same for none as for one.

Otherwise whoever tries references would learn from the limits which of them there are.
"""

from __future__ import annotations

import re

from bailee.requests import copy_links, limits, visits
from bailee.requests.copy_links import Taken
from bailee.requests.intake import by_reference
from bailee.store.context import Office
from bailee.store.errors import TooMany
from bailee.store.models import Request


def enter(office: Office, reference: str, text: str, *, source: str) -> Request | None:
    """Return the request that ``text``, a code or a link's token, opens; else ``None``. Raises `TooMany`.

    ``source``: the network address that it came from.
    """
    found = by_reference(reference)
    if found is not None:
        return found if visits.enter(office, found, text, source=source) is not None else None
    limits.count(office, limits.TRIES_BY_SOURCE, source)
    if not _could_be(reference):
        return None
    sent = limits.last(office, limits.SENDS_OF_ONE, reference)
    if limits.since(office, limits.TRIES_OF_ONE, reference, sent) >= limits.TRIES_OF_ONE.most:
        raise TooMany("the code was mistaken too often", "have a new one sent", office.now)
    limits.note(office, limits.TRIES_OF_ONE, reference)
    return None


def take(office: Office, reference: str, text: str, *, source: str) -> tuple[Request | None, Taken]:
    """Use a one-time link to a copy: return the request that it opens, else ``None``, and why not. Raises `TooMany`.

    ``source``: the network address that it came from. No tries of the request's are counted: 192 bits are not guessed,
    and who knows a reference alone must not shut the link of the person who has it.
    """
    limits.count(office, limits.TRIES_BY_SOURCE, source)
    found = by_reference(reference)
    taken = Taken.UNKNOWN if found is None else copy_links.take(office, found, text)
    return (found if taken is Taken.OPENED else None), taken


def send_code(office: Office, reference: str, *, source: str) -> None:
    """Have a code sent to whoever has proven the request, or is on file; of none nothing is done. Raises `TooMany`."""
    limits.count(office, limits.INTAKE_BY_SOURCE, source)
    found = by_reference(reference)
    if found is not None:
        visits.send_code(office, found)
        return
    if not _could_be(reference):
        return
    if limits.since(office, limits.SENDS_OF_ONE, reference, None) >= limits.SENDS_OF_ONE.most - 1:  # one went unasked
        hint = "look where the letters of the firm usually come, or call"
        raise TooMany("enough codes were sent today", hint, office.now + limits.SENDS_OF_ONE.within)
    limits.note(office, limits.SENDS_OF_ONE, reference)


def _could_be(reference: str) -> bool:
    """Whether this could be a reference at all; what could not tells nothing, and is not remembered."""
    return re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", reference.upper()) is not None
