"""A call made twice acts once (draft-ietf-httpapi-idempotency-key-header).

The key is claimed first, in a transaction of its own. Then what the call does and the answer to it are committed
together: a process that dies in between has done nothing, and after `ABANDONED` the next call with the key does it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse

from bailee.store.context import Context
from bailee.store.models import Idempotency
from bailee.web.api.access import Call
from bailee.web.api.problems import MEDIA_TYPE, CallRefused, answer_refusal

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)
"""After so long without an answer the process that worked on the call is taken for dead."""

KEY = re.compile("^[A-Za-z0-9_-]{16,128}$")
"""Keys that are taken: random ones are at least so long."""

_KEY = "idempotency"

_PASSING = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
)
"""Answers that say nothing of the call itself: with the same key it may be tried again."""

Run = Callable[..., HttpResponse]


def act_once(run: Run) -> Run:
    """Let a call that has an ``Idempotency-Key`` act once: the innermost of `decorate_view`."""

    @wraps(run)
    def wrapped(call: Call, **path: Any) -> HttpResponse:
        key, whose = call.headers.get("Idempotency-Key"), _identify_caller(run, call)
        if key is None or whose is None:
            return run(call, **path)
        try:
            claim = _claim_key(call, key, whose)
        except CallRefused as refusal:
            return answer_refusal(refusal)
        if claim.status is not None:
            return _answer_again(call.context, claim)
        return _run_once(claim, call, run, path)

    return wrapped


def _identify_caller(run: Run, call: Call) -> str | None:
    """Return the id of the caller's token, or request; empty for the public, ``None`` where they are not let in.

    Who is not let in is told so, and not what somebody has done with a key.
    """
    asked: Sequence[Callable[[Call], Any]] = run.__self__.auth_callbacks  # type: ignore[attr-defined]
    try:
        known = [one for ask in asked if (one := ask(call))]
    except CallRefused:
        return None
    if asked and not known:
        return None
    return str(known[0].id) if known else ""


def _claim_key(call: Call, key: str, whose: str) -> Idempotency:
    """Return the row of the call: with a status where it was answered, without one where it is ours to do.

    Raises `CallRefused`.
    """
    if not KEY.fullmatch(key):
        raise CallRefused("invalid", "an Idempotency-Key has 16 to 128 letters, digits, - and _", "send a random UUID")
    now = call.context.now
    Idempotency.objects.filter(made_at__lte=now - KEPT).delete()
    named = hashlib.sha256(key.encode()).hexdigest()
    print_ = _hash_call(call)
    try:
        with transaction.atomic():
            return Idempotency.objects.create(token=whose, key=named, fingerprint=print_, made_at=now)
    except IntegrityError:
        there = Idempotency.objects.filter(token=whose, key=named).first()
    if there is not None and there.fingerprint != print_:
        raise CallRefused("key-reused", "this key came with another call", "send a new random key with each new call")
    if there is not None and there.status is not None:
        return there
    if there is not None and there.made_at <= now - ABANDONED:
        taken = Idempotency.objects.filter(id=there.id, status=None, made_at=there.made_at).update(made_at=now)
        there.made_at = now
        if taken:
            return there
    raise _refuse_busy()


def _run_once(claim: Idempotency, call: Call, run: Run, path: dict[str, Any]) -> HttpResponse:
    """Do the call, and keep the answer with what it did. Where nothing was done the claim is given up or answered."""
    mine = Idempotency.objects.filter(id=claim.id, made_at=claim.made_at, status=None)
    try:
        with transaction.atomic():
            response = run(call, **path)
            done = response.status_code < HTTPStatus.BAD_REQUEST
            overtaken = done and not _keep(mine, call.context, claim, response)
            if overtaken or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)  # what was done here is undone
    except BaseException:
        mine.delete()
        raise
    if overtaken:
        return answer_refusal(_refuse_busy())
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code in _PASSING:
        mine.delete()
    elif not done:
        _keep(mine, call.context, claim, response)
    return response


def _refuse_busy() -> CallRefused:
    return CallRefused("in-flight", "this call is being worked on", "wait, then send it again", {"Retry-After": "2"})


def _keep(mine: Any, context: Context, claim: Idempotency, response: HttpResponse) -> bool:
    """Keep the answer, and return whether the claim still was ours."""
    sealed = context.vault.seal(_KEY, response.content, about=f"{_KEY}:{claim.id}")
    return bool(mine.update(status=response.status_code, sealed=sealed))


def _answer_again(context: Context, claim: Idempotency) -> HttpResponse:
    assert claim.status is not None
    assert claim.sealed is not None
    content = context.vault.open(_KEY, bytes(claim.sealed), about=f"{_KEY}:{claim.id}")
    kind = "application/json; charset=utf-8" if claim.status < HTTPStatus.BAD_REQUEST else MEDIA_TYPE
    response = HttpResponse(content, status=claim.status, content_type=kind)
    response["Idempotent-Replayed"] = "true"
    return response


def _hash_call(call: Call) -> str:
    digest = hashlib.sha256()
    for part in (str(call.method).encode(), call.get_full_path().encode(), call.body):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()
