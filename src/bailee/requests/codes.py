"""Codes and links by which a person shows that a contact on file is theirs; the books hold HMACs of them."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta

from bailee.store.context import Context
from bailee.store.models import Proof, Request

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""Letters and digits that are not taken for one another, and spell no word; as in references."""

LENGTH = 8
"""Characters of a code: 38 bits, and five tries."""

CODE, LINK, LETTER, CALL_BACK, AUTHORITY = "code", "link", "letter", "call back", "authority"
"""The methods of a `Proof` that are not staff's own look at the person."""

BY_LETTER = frozenset({CODE, LINK, LETTER})
"""The methods by which a letter asks: who shows what it had has got it."""

VISIT = "visit"
"""The method of a `Proof` that opens nothing but the door to what was proven before: it shows nobody to be anybody."""

ON_FILE = "on file"
"""The method of a `Proof` of which no code was asked: the copy goes to the address on file, as a one-time link."""

LASTS = {
    CODE: timedelta(days=7),
    LINK: timedelta(days=7),
    LETTER: timedelta(days=28),
    CALL_BACK: timedelta(days=28),
    ON_FILE: timedelta(days=7),
}
"""How long each can be proven by."""


def make_code() -> str:
    """Return a new code, as ``7F3K-92QD``."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{code[:4]}-{code[4:]}"


def make_token() -> str:
    """Return a new token for a link: 192 bits."""
    return secrets.token_urlsafe(24)


def build_link(context: Context, request: Request, token: str) -> str:
    """Return the page of the portal on which the link can be used: opening it proves nothing, its button does.

    Empty where the firm has no portal.
    """
    return _build_page_address(context, "prove", request, token)


def build_copy_link(context: Context, request: Request, token: str) -> str:
    """Return the page of the portal on which a copy is opened by its link: once, by its button.

    It begins as the policy says, whatever host a browser asked for. Empty where the firm has no portal.
    """
    return _build_page_address(context, "copy", request, token)


def _build_page_address(context: Context, name: str, request: Request, token: str) -> str:
    mail = context.policy.firm.mail
    return f"{mail.site.rstrip('/')}/{name}/{request.reference}/{token}" if mail is not None and mail.site else ""


def calculate_digest(context: Context, proof: Proof, text: str) -> str:
    """Return the HMAC by which ``text``, as somebody types it, is told to be the code or token of ``proof``."""
    plain = text.strip() if proof.method in {LINK, ON_FILE} else re.sub(r"[^0-9A-Z]", "", text.upper())
    return context.vault.tag("proofs", proof.id, plain)


def is_matching(context: Context, proof: Proof, text: str) -> bool:
    """Whether ``text`` is the code or token of ``proof``; takes as long whichever it is."""
    return hmac.compare_digest(calculate_digest(context, proof, text), proof.digest)
