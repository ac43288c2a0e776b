"""Whom nobody mails again: kept as tags that outlive the person's data, whatever list comes back (Art. 21(3))."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.engine.high_water import OBJECTION, note_on_commit
from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.request_content import tag_identities
from bailee.requests.request_locks import must_be_permitted
from bailee.store.access_log import Reason, log_access_by_tags
from bailee.store.context import Context
from bailee.store.models import Suppression
from bailee.trace.normal import normalise

CONTACTS = ("email", "phone")
"""What marketing goes to: identities of these kinds are suppressed, whoever issued them."""

MARKETING = "marketing"


def suppress_contacts(context: Context, identities: Iterable[tuple[str, str]]) -> int:
    """Suppress the e-mails and telephone numbers among ``identities`` (attribute, normal value), for good.

    Return how many of them are. One that is suppressed already stays so from the day it was.
    """
    tags = {_tag_value(context, a, value) for a, value in identities if a.rpartition(".")[2] in CONTACTS}
    Suppression.objects.bulk_create(
        [Suppression(tag=tag, purpose=MARKETING, since=context.now) for tag in sorted(tags)], ignore_conflicts=True
    )
    if tags:
        note_on_commit(context.store, OBJECTION, "", context.now)
    return len(tags)


def check_suppression(context: Context, attribute: str, value: str, reason: Reason) -> bool:
    """Say whether somebody must get no marketing, as `is_suppressed`; who asks, and why, is written down first."""
    must_be_permitted(context, permissions.LOOK_UP)
    log_access_by_tags(
        context,
        "suppression",
        reason,
        tag_identities(context, [(attribute, _normalise_value(context, attribute, value))]),
    )
    return is_suppressed(context, attribute, value)


def is_suppressed(context: Context, attribute: str, value: str) -> bool:
    """Whether an email address or telephone number, however it is spelled, must get no marketing.

    Raises `NotAllowed` where it is neither.
    """
    normal = _normalise_value(context, attribute, value)
    return Suppression.objects.filter(tag=_tag_value(context, attribute, normal), purpose=MARKETING).exists()


def _normalise_value(context: Context, attribute: str, value: str) -> str:
    firm = context.policy.firm
    normal = normalise(attribute, value, firm.region, firm.placeholders) if attribute in CONTACTS else None
    if normal is None:
        raise NotAllowed("this is no address or number", "give an email address, or a telephone number")
    return normal


def _tag_value(context: Context, attribute: str, value: str) -> str:
    """A tag of its own purpose: it cannot be held against those of requests, which are forgotten in time."""
    return context.vault.tag("suppressed", attribute.rpartition(".")[2], value)
