"""Programs that are told of events: an administrator's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field, StringConstraints

from bailee.requests import webhooks
from bailee.store.models import Webhook, WebhookDelivery
from bailee.store.staff import Scope
from bailee.web.api.access import ADMINISTRATORS, Call, allow
from bailee.web.api.fields import Id, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import NotFound

router = Router(tags=["webhooks"])

_MAY = allow(Scope.ADMIN, ADMINISTRATORS)
_MOST_SHOWN = 100

_Event = Annotated[str, StringConstraints(max_length=64, pattern=r"^request\.[a-z_]+$")]


class Hook(View):
    """A program that is told of events, and where."""

    id: Id
    url: str = Field(examples=["https://hooks.firm.example/bailee"])
    events: list[str] = Field(description="None: all")
    made_at: datetime
    stopped_at: datetime | None


class NewHook(Shape):
    """A program that is to be told."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[!-~]+$")] = Field(
        examples=["https://hooks.firm.example/bailee"]
    )
    events: list[_Event] = Field([], max_length=50, examples=[["request.verified", "request.closed"]])


class MadeHook(Hook):
    """A program that is told from now on."""

    secret: str = Field(description="Shown this once: with it the receiver knows that we are the sender")


class Delivery(View):
    """An event on its way to a program, at least once; each time under this ``id``, as ``webhook-id``."""

    id: Id
    event: str
    body: dict[str, Any]
    made_at: datetime
    tries: int
    delivered_at: datetime | None
    given_up_at: datetime | None


@router.get("/webhooks", auth=_MAY, response=list[Hook], operation_id="list_webhooks")
def list_webhooks(request: Call) -> list[webhooks.Target]:
    """List the programs that are told, or were."""
    return list(webhooks.list_webhooks(request.context))


@router.post("/webhooks", auth=_MAY, response={201: MadeHook}, operation_id="add_webhook")
def add_webhook(request: Call, body: NewHook) -> MadeHook:
    """Let a program be told of events, signed as Standard Webhooks has it.

    HTTPS to the public internet alone, or to this machine; a redirect is not followed. An ``Idempotency-Key`` is not
    looked at: what is answered is a secret, and is not kept.
    """
    made, secret = webhooks.add_webhook(request.context, body.url, body.events)
    return MadeHook.model_validate({**Hook.model_validate(made).model_dump(), "secret": secret})


@router.delete("/webhooks/{webhook_id}", auth=_MAY, response={204: None}, operation_id="stop_webhook")
def stop_webhook(request: Call, webhook_id: Id) -> None:
    """Tell a program nothing more."""
    webhooks.stop_webhook(request.context, webhook_id)


@router.post("/webhooks/{webhook_id}/ping", auth=_MAY, response={202: None}, operation_id="ping_webhook")
@decorate_view(act_once)
def ping_webhook(request: Call, webhook_id: Id) -> None:
    """Send a program a ``ping``, to see that it hears."""
    webhooks.ping_webhook(request.context, webhook_id)


@router.get("/webhooks/{webhook_id}/deliveries", auth=_MAY, response=list[Delivery], operation_id="list_deliveries")
def list_deliveries(request: Call, webhook_id: Id) -> list[WebhookDelivery]:
    """List the last events that a program was told of, or is to be told, the latest first."""
    if not Webhook.objects.filter(id=webhook_id).exists():
        raise NotFound
    return list(WebhookDelivery.objects.filter(webhook_id=webhook_id).order_by("-made_at", "-id")[:_MOST_SHOWN])
