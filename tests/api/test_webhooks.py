"""Programs are told of events: signed, at least once, and of nobody's data."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from unittest.mock import patch

import pytest
import standardwebhooks

from bailee.jobs import due_items
from bailee.jobs.due_items import Lease, LeaseLost
from bailee.requests import http_posts, webhooks
from bailee.requests.http_posts import Unreachable
from bailee.store.models import Due, Role, WebhookDelivery
from bailee.web.wsgi import utc_now
from tests.api.live import Served
from tests.harm.firm import MARKER

ASKED = {"right": "question", "reply_to": f"alice.{MARKER}@post.example", "words": f"What do you hold, {MARKER}?"}


@dataclass
class Receiver:
    """A program that hears; it answers with ``status`` and, if given, a place to go to."""

    url: str = ""
    status: int = 204
    location: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    heard = Receiver()

    class Hearing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.heard.append((dict(self.headers), body))
            self.send_response(heard.status)
            if heard.location:
                self.send_header("Location", heard.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hearing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        heard.url = f"http://127.0.0.1:{server.server_port}/hook?of=bailee"
        yield heard
        server.shutdown()
        thread.join()


def hook(firm: Served, receiver: Receiver, *events: str) -> dict[str, Any]:
    """Let the receiver be told."""
    made = firm.post("/webhooks", {"url": receiver.url, "events": list(events)}, by=Role.ADMINISTRATOR)
    assert made.status_code == 201, made.text
    answer: dict[str, Any] = made.get_json()
    return answer


def deliver_all(firm: Served) -> list[Any]:
    """Do what is due of webhooks, as a worker does; return when each is due again."""
    context = firm.context.at(firm.clock.now)
    ends = []
    for row in Due.objects.filter(kind="webhook", done_at=None, at__lte=context.now).order_by("at", "id"):
        lease = due_items.claim_due(row.id, "worker", context.now)
        assert lease is not None
        when = webhooks.deliver_event(context, row.about, lease)
        ends.append(when)
        if when is None:
            due_items.finish_due(lease, context.now)
        else:
            due_items.retry_due(lease, when)
    return ends


def test_a_program_is_told_what_happened_and_to_which_request_and_of_nobody(either: Served, receiver: Receiver) -> None:
    either.clock.now = utc_now()  # the judge wants it to be fresh
    secret = hook(either, receiver)["secret"]
    reference = either.post("/requests", ASKED).get_json()["reference"]
    assert deliver_all(either)
    events = []
    for headers, body in receiver.heard:
        said = standardwebhooks.Webhook(secret).verify(body, {k.lower(): v for k, v in headers.items()})
        events.append(json.loads(body)["type"])
        assert said["data"] == {"reference": reference, "right": "question", "status": said["data"]["status"]}
        assert MARKER not in body.decode()
    assert "request.received" in events
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == len(receiver.heard)


def test_a_program_is_told_of_what_it_wants_to_hear(firm: Served, receiver: Receiver) -> None:
    hook(firm, receiver, "request.withdrawn", "request.closed")
    reference = firm.post("/requests", ASKED).get_json()["reference"]
    assert not deliver_all(firm)
    assert firm.post(f"/requests/{reference}/withdraw", by=Role.SUPPORT).status_code == 200
    deliver_all(firm)
    assert [json.loads(body)["type"] for _, body in receiver.heard] == ["request.closed"]


def test_what_is_not_heard_is_said_again_later_under_the_same_name_and_given_up_in_the_end(
    firm: Served, receiver: Receiver
) -> None:
    hook(firm, receiver, "request.received")
    firm.post("/requests", ASKED)
    receiver.status, waits = 500, []
    for _ in range(len(webhooks.WAITS) + 1):
        (when,) = deliver_all(firm)
        if when is not None:
            waits.append(when - firm.clock.now)
            firm.clock.now = when
    assert tuple(waits) == webhooks.WAITS
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert WebhookDelivery.objects.get().given_up_at == firm.clock.now
    assert not deliver_all(firm)


def test_a_program_that_says_it_is_gone_is_told_nothing_more(firm: Served, receiver: Receiver) -> None:
    hook(firm, receiver)
    receiver.status = 410
    firm.post("/requests", ASKED)
    deliver_all(firm)
    assert len(receiver.heard) == 1
    assert firm.get("/webhooks", by=Role.ADMINISTRATOR).get_json()[0]["stopped_at"]


def test_a_redirect_is_not_followed(firm: Served, receiver: Receiver) -> None:
    hook(firm, receiver, "request.received")
    receiver.status, receiver.location = 307, receiver.url
    firm.post("/requests", ASKED)
    assert deliver_all(firm) == [firm.clock.now + webhooks.WAITS[0]]
    assert len(receiver.heard) == 1


def test_a_worker_that_has_lost_its_lease_writes_nothing(either: Served, receiver: Receiver) -> None:
    hook(either, receiver, "request.received")
    either.post("/requests", ASKED)
    row = Due.objects.get(kind="webhook", done_at=None)
    old = due_items.claim_due(row.id, "slow", either.clock.now)
    later = either.clock.now + timedelta(minutes=5)
    assert old is not None
    assert isinstance(due_items.claim_due(row.id, "quick", later), Lease)
    with pytest.raises(LeaseLost):
        webhooks.deliver_event(either.context.at(later), row.about, old)
    assert WebhookDelivery.objects.get().tries == 0


def test_a_ping_shows_that_a_program_hears(firm: Served, receiver: Receiver) -> None:
    made = hook(firm, receiver, "request.closed")
    assert firm.post(f"/webhooks/{made['id']}/ping", by=Role.ADMINISTRATOR).status_code == 202
    deliver_all(firm)
    assert [json.loads(body)["type"] for _, body in receiver.heard] == ["ping"]
    (one,) = firm.get(f"/webhooks/{made['id']}/deliveries", by=Role.ADMINISTRATOR).get_json()
    assert one["delivered_at"]
    assert firm.call("DELETE", f"/webhooks/{made['id']}", by=Role.ADMINISTRATOR).status_code == 204
    assert firm.post(f"/webhooks/{made['id']}/ping", by=Role.ADMINISTRATOR).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/hook",  # unencrypted
        "https://10.0.0.8/hook",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://[2002:0a00:0008::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://name:password@93.184.216.34/",
        "https://93.184.216.34:99999/",
        "https://no-such-name.invalid/",
        "ftp://127.0.0.1/",
        "https://",
    ],
)
def test_nothing_is_sent_inside_a_network(url: str) -> None:
    with pytest.raises(Unreachable) as caught:
        http_posts.must_be_public(url)
    assert url not in str(caught.value)


def test_a_name_that_points_inside_when_it_is_sent_to_reaches_nothing(firm: Served, receiver: Receiver) -> None:
    hook(firm, receiver, "request.received")
    firm.post("/requests", ASKED)
    inside = [(2, 1, 6, "", ("10.0.0.8", 443))]
    with patch("socket.getaddrinfo", return_value=inside):
        assert deliver_all(firm) == [firm.clock.now + webhooks.WAITS[0]]
    assert not receiver.heard


def test_a_receiver_that_says_a_byte_now_and_then_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import time

    monkeypatch.setattr(http_posts, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            plain, _ = server.accept()
            with plain:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100:
                        plain.send(bytes([byte]))
                        time.sleep(0.1)
                except OSError:
                    pass

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            http_posts.post_body(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        assert time.monotonic() - begun < 8  # all of it would take twelve
        thread.join()
