"""Workers as processes: they do what is due, say so without anybody's data, and end when they are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from unittest.mock import patch

from bailee.requests.letters.mail import SECONDS
from bailee.store.context import Context
from bailee.views.doctor import examine
from tests.harm.firm import ALICE, MARKER
from tests.jobs.firm import Place, asks
from tests.ports import free_port

if TYPE_CHECKING:
    from bailee.store.models import Request

PATIENCE = 120


def start(place: Place, *arguments: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        "from bailee.cli import main; main()",
        *arguments,
        "--policy",
        str(place.firm.folder),
    ]
    environment = {**os.environ, **place.environment}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(what: str, is_so: object) -> None:
    assert callable(is_so)
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"{what}: not within {PATIENCE} s"
        time.sleep(0.1)


def test_a_worker_does_what_is_due_once_and_logs_kinds_and_ids_alone(small: Place) -> None:
    with small.context() as context:
        request = asks(context)
        ended = start(small, "worker", "--once", "--json")
        out, log = ended.communicate(timeout=PATIENCE)
        assert (ended.returncode, out) == (0, ""), log
        request.refresh_from_db()
        assert request.status == "planned"
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["level"] for line in lines} == {"info"}, log
    said = [line["said"] for line in lines]
    for kind in ("check", "tidy", "remind", "retain"):
        assert any(one.startswith(f"{kind} ") and "again at" in one for one in said), log
    assert f"plan {request.id}: done" in said
    assert MARKER not in log
    assert ALICE not in log


def test_a_worker_that_is_told_to_stop_ends_and_is_not_alive_any_more(small: Place) -> None:
    with small.context():
        from bailee.store.models import Worker

        process = start(small, "worker")
        wait_for("the worker is seen", Worker.objects.exists)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, log
        ended = Worker.objects.get()
        assert ended.ended_at == ended.seen_at
        with patch.dict(os.environ, small.environment):
            (workers,) = [one for one in examine(small.firm.folder, ended.seen_at) if one.about == "workers"]
        assert not workers.well
        assert workers.says == f"no worker is alive: the last was seen at {ended.seen_at:%Y-%m-%d %H:%M} UTC"


def test_a_silent_mail_server_delays_nothing_but_letters(small: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        policy = small.firm.folder / "bailee.yaml"
        port = silent.getsockname()[1]
        policy.write_text(f"{policy.read_text()}mail: {{host: 127.0.0.1, port: {port}, security: none}}\n")
        with small.context() as context:
            from bailee.store.models import Due

            for number in range(4):
                letter(context, number)
            process = start(small, "worker")
            silent.settimeout(PATIENCE)
            connection, _ = silent.accept()  # a letter waits for an answer
            begun = time.monotonic()
            request = asks(context)
            wait_for("the request is planned", lambda: planned(request))
            assert time.monotonic() - begun < SECONDS, "it waited for the mail server"
            assert Due.objects.filter(kind="deliver", done_at=None).count() == 4
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
            connection.close()


def letter(context: Context, number: int) -> None:
    from bailee.requests.letters.outbox import post_letter

    facts = {"code": "K7QM-3XPA", "expires": context.now, "link": "https://firm.example/prove"}
    post_letter(context, asks(context), "identity", facts, to=f"person{number}@post.example")


def planned(request: Request) -> bool:
    request.refresh_from_db()
    return bool(request.status == "planned")


def test_serve_answers_and_works_in_one_process(small: Place) -> None:
    port = free_port()
    with small.context() as context:
        request = asks(context)
        process = start(small, "serve", "--port", str(port))

        wait_for("the request is planned", lambda: planned(request))
        web = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        web.request("GET", "/api/v1/openapi.json")
        plain = web.getresponse()
        assert (plain.status, plain.read()[:1], plain.headers["Strict-Transport-Security"]) == (200, b"{", None)
        web.request(
            "GET", "/api/v1/openapi.json", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        )
        assert web.getresponse().headers["Strict-Transport-Security"]  # a proxy in front is believed
        web.close()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, log
        assert "Traceback" not in log
        assert MARKER not in log


def test_two_cannot_listen_on_one_port(small: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(small, "serve", "--port", str(taken.getsockname()[1]))
        _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 4
    assert "nothing can listen" in log
