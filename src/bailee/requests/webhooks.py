"""Programs that are told of events, signed as Standard Webhooks has it; nothing personal is sent.

An event is written down with what it is about, in one transaction, and a worker delivers it: at least once, each time
under the same ``webhook-id``, by which the receiver knows it again. Loaded after `open_context`.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import connection

from bailee.jobs.due_items import Lease, schedule_all
from bailee.jobs.job import Job
from bailee.requests.http_posts import Unreachable, must_be_public, post_body
from bailee.store.context import Context
from bailee.store.errors import StaffError, UnknownWebhook
from bailee.store.events import RequestEvent, make_subscription
from bailee.store.models import Webhook, WebhookDelivery
from bailee.store.models.ids import new_id

SECRET = "whsec_"  # noqa: S105 - the prefix of Standard Webhooks
_SECRET_BYTES = 32

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between one try and the next, as Standard Webhooks recommends; after the last the event is given up."""

MOST = 20

_PRIVATE = "identity."
"""Events that would tell whether somebody is known."""

_CACHED = 10.0
"""Seconds for which a process remembers whom to tell: a program that another process added is told from then on."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook as whoever administers it sees it."""

    id: str
    url: str
    events: tuple[str, ...]
    made_at: datetime
    stopped_at: datetime | None


# --- whom to tell --------------------------------------------------------------------------------------------


def add_webhook(context: Context, url: str, events: Iterable[str] = ()) -> tuple[Target, str]:
    """Let the program at ``url`` be told of ``events`` (``request.closed``; none: of all), and return its secret.

    The secret is shown this once. Raises `StaffError` for an address to which nothing is sent: HTTPS alone is taken,
    or HTTP on this machine, and no address inside a network.
    """
    try:
        must_be_public(url)
    except Unreachable as error:
        raise StaffError(error.message, error.hint) from None
    if Webhook.objects.filter(stopped_at=None).count() >= MOST:
        raise StaffError(f"{MOST} webhooks are told already", "stop one that nobody needs")
    secret = SECRET + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    made = Webhook(events=sorted(set(events)), made_by_id=context.staff, made_at=context.now)
    content = json.dumps({"url": url, "secret": secret}).encode()
    made.sealed = context.vault.seal(_name_key(made), content, about=_name_key(made))
    made.save(force_insert=True)
    _known.clear()
    return _describe_webhook(context, made), secret


def stop_webhook(context: Context, webhook_id: str) -> None:
    """Tell a program nothing more. A second time nothing happens. Raises `UnknownWebhook`."""
    found = Webhook.objects.filter(id=webhook_id)
    if not found.exists():
        raise UnknownWebhook("there is no such webhook", "see which there are: GET /api/v1/webhooks")
    found.filter(stopped_at=None).update(stopped_at=context.now)
    _known.clear()


def list_webhooks(context: Context) -> Iterator[Target]:
    """Yield all webhooks, the oldest first."""
    for one in Webhook.objects.order_by("made_at", "id"):
        yield _describe_webhook(context, one)


def _describe_webhook(context: Context, webhook: Webhook) -> Target:
    url = _open_webhook(context, webhook)[0]
    return Target(webhook.id, url, tuple(webhook.events), webhook.made_at, webhook.stopped_at)


def _open_webhook(context: Context, webhook: Webhook) -> tuple[str, str]:
    content = json.loads(context.vault.open(_name_key(webhook), bytes(webhook.sealed), about=_name_key(webhook)))
    return content["url"], content["secret"]


def _name_key(webhook: Webhook) -> str:
    return f"webhook:{webhook.id}"


# --- events --------------------------------------------------------------------------------------------------


_known: dict[str, tuple[float, Sequence[tuple[str, frozenset[str]]]]] = {}
"""By database: until when it is remembered, and whom to tell of what."""


def announce_event(context: Context, happened: RequestEvent) -> None:
    """Write down that programs are to be told of what has happened to a request, in the caller's transaction.

    They are told its reference, right, state and the time.
    """
    event = f"request.{happened.kind}"
    if happened.kind.startswith(_PRIVATE):
        return
    told = [one for one, events in _list_listening() if not events or event in events]
    if not told:
        return
    data = {"reference": happened.reference, "right": happened.right, "status": happened.status}
    _schedule_deliveries(context, told, event, data)


def _schedule_deliveries(context: Context, webhooks: Sequence[str], event: str, data: dict[str, str]) -> list[str]:
    """Write down that ``webhooks`` are to be told; return the ids of the deliveries."""
    body = {"type": event, "timestamp": context.now.isoformat().replace("+00:00", "Z"), "data": data}
    made = [
        WebhookDelivery(id=new_id(), webhook_id=one, event=event, body=body, made_at=context.now) for one in webhooks
    ]
    WebhookDelivery.objects.bulk_create(made)
    schedule_all([("webhook", one.id, context.now) for one in made])
    return [one.id for one in made]


def ping_webhook(context: Context, webhook_id: str) -> str:
    """Let a program be sent a ``ping``, so that whoever set it up sees that it hears; return the delivery's id."""
    if not Webhook.objects.filter(id=webhook_id, stopped_at=None).exists():
        raise UnknownWebhook("there is no such webhook", "see which there are: GET /api/v1/webhooks")
    return _schedule_deliveries(context, [webhook_id], "ping", {})[0]


def _list_listening() -> Sequence[tuple[str, frozenset[str]]]:
    name = str(connection.settings_dict["NAME"])
    until, found = _known.get(name, (0.0, ()))
    if until < time.monotonic():
        rows = Webhook.objects.filter(stopped_at=None).values_list("id", "events")
        found = [(webhook, frozenset(events)) for webhook, events in rows]
        _known[name] = (time.monotonic() + _CACHED, found)
    return found


# --- delivering ----------------------------------------------------------------------------------------------


def deliver_event(context: Context, delivery_id: str, lease: Lease) -> datetime | None:
    """Tell a program of an event; return when to try again (UTC), ``None`` where it is over.

    A program that answers 410 is told nothing more. Raises `LeaseLost`.
    """
    one = WebhookDelivery.objects.select_related("webhook").filter(id=delivery_id).first()
    if one is None or one.delivered_at or one.given_up_at or one.webhook.stopped_at:
        return None
    url, secret = _open_webhook(context, one.webhook)
    body = json.dumps(one.body, separators=(",", ":"), sort_keys=True).encode()
    try:
        status = post_body(url, body, build_headers(one.id, context.now, body, secret))
    except Unreachable:
        status = 0
    lease.check()
    one.tries += 1
    again = None
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        one.delivered_at = context.now
    elif status == HTTPStatus.GONE:
        one.given_up_at = context.now
        stop_webhook(context, one.webhook_id)
    elif one.tries > len(WAITS):
        one.given_up_at = context.now
    else:
        again = context.now + WAITS[one.tries - 1]
    one.save(update_fields=["tries", "delivered_at", "given_up_at"])
    return again


def build_headers(message: str, now: datetime, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers of Standard Webhooks for a message that is sent at ``now`` (UTC)."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET))
    signature = base64.b64encode(hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }


HEARS = (make_subscription(RequestEvent, announce_event),)

JOBS = (Job("webhook", deliver_event, is_brief=True, is_away=True),)
