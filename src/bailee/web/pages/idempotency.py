"""A form that is sent twice makes one request: a second press leads to what the first one made.

The claim on the form's mark is committed together with the request: of two presses at once one waits for the other. It
is a row among those by which a call of the API acts once (`bailee.web.api.idempotency`), and stays for a day as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus

from django.db import IntegrityError, transaction

from bailee.store.context import Context
from bailee.store.models import Idempotency, Request

_FORM = "form"
_KEY = "idempotency"


def make_mark() -> str:
    """Return what is hidden in a form, and in no other."""
    return secrets.token_urlsafe(16)


def make_once(context: Context, whose: str, mark: str, make: Callable[[], Request]) -> str:
    """Return the reference of the request that the form with ``mark`` makes by ``make``, or has made before.

    ``whose``: the id of who sends it, where they are known. What ``make`` raises ends the claim, too.
    """
    key = _make_key(context, whose, mark)
    with transaction.atomic():
        try:
            with transaction.atomic():
                claim = Idempotency.objects.create(token=_FORM, key=key, fingerprint="", made_at=context.now)
        except IntegrityError:
            return _open_claim(context, key)
        reference = make().reference
        claim.status, claim.sealed = (
            HTTPStatus.FOUND,
            context.vault.seal(_KEY, reference.encode(), about=_name_claim(claim)),
        )
        claim.save(update_fields=["status", "sealed"])
    return reference


def find_made(context: Context, whose: str, mark: str) -> str:
    """Return the reference of the request that the form with ``mark`` has made, empty where it made none."""
    return _open_claim(context, _make_key(context, whose, mark))


def _open_claim(context: Context, key: str) -> str:
    claim = Idempotency.objects.filter(token=_FORM, key=key).first()
    if claim is None:
        return ""
    return context.vault.open(_KEY, bytes(claim.sealed or b""), about=_name_claim(claim)).decode()


def _make_key(context: Context, whose: str, mark: str) -> str:
    return context.vault.tag("forms", whose, mark)


def _name_claim(claim: Idempotency) -> str:
    return f"{_KEY}:{claim.id}"
