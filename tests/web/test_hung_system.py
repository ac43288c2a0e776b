"""A system that takes connections and never answers keeps nobody waiting but those who ask for what is in it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from bailee.connectors.sql import engine
from bailee.store.models import Role
from bailee.web import CONTEXT, answers, server
from tests.api.live import Served
from tests.conftest import Database
from tests.harm.firm import ALICE
from tests.jobs.firm import settle_in
from tests.jobs.test_processes import start, wait_for
from tests.ports import free_port
from tests.web.visitor import Visitor, page, visitor, words

SOON = 9.0  # seconds: less than the silent system is waited for, and than the ten in which a page answers
WHO = {"known_by": ALICE, "reason": "to answer a request"}


@pytest.fixture
def hung(live: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The firm, one of its systems silent; a page waits a second."""
    monkeypatch.setattr(answers, "WAITS", 1.0)
    monkeypatch.setattr(engine, "CONNECT_TIMEOUT", 10)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HARM_URL", f"postgresql://reader:secret@127.0.0.1:{silent.getsockname()[1]}/shop")
        yield live
        wait_for("the searches end", lambda: all(job.ready.is_set() for job in answers._jobs.values()))
    answers._jobs.clear()


def find(came: Visitor) -> tuple[str, float]:
    begun = time.monotonic()
    told = came.post("/console/people/", WHO)
    assert told.status_code == 503
    return words(told), time.monotonic() - begun


def test_a_page_says_which_system_it_waits_for_and_all_others_answer(hung: Served) -> None:
    searchers = [visitor(hung, Role.OFFICER) for _ in range(answers.AT_ONCE + 2)]
    told: list[tuple[str, float]] = []
    threads = [threading.Thread(target=lambda one=one: told.append(find(one))) for one in searchers]
    for thread in threads:
        thread.start()
    other = visitor(hung, Role.OFFICER)
    begun = time.monotonic()
    assert other.get("/console/").status_code == 200
    assert other.get("/").status_code == 200
    assert time.monotonic() - begun < SOON
    for thread in threads:
        thread.join()
    assert len(told) == len(searchers)
    for said, took in told:
        assert "We are still waiting for" in said
        assert took < SOON
    assert sum("Desk" in said or "Shop" in said for said, _ in told) >= answers.AT_ONCE


def test_no_more_searches_are_made_at_once_than_may_wait(live: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds a thread and a connection as long as its connector waits: one more begins when another ends."""
    monkeypatch.setattr(answers, "WAITS", 0.0)
    goes_on = threading.Event()

    def work() -> HttpResponse:
        goes_on.wait(60)
        return HttpResponse("found")

    def ask(number: int) -> object:
        request = RequestFactory().post("/console/people/", {"known_by": str(number)})
        request.META[CONTEXT] = live.context
        return answers.answer_off_thread(request, work)

    try:
        told = [ask(number) for number in range(answers.AT_ONCE + 3)]
        assert {type(one) for one in told} == {answers.Pending}
        assert len(answers._jobs) == answers.AT_ONCE == server.WAITING
        goes_on.set()
        wait_for("the searches end", lambda: all(job.ready.is_set() for job in answers._jobs.values()))
        monkeypatch.setattr(answers, "WAITS", 30.0)
        assert isinstance(ask(answers.AT_ONCE), HttpResponse)
    finally:
        goes_on.set()
        answers._jobs.clear()


def test_the_api_says_which_system_it_waits_for(hung: Served) -> None:
    from bailee.store import staff
    from bailee.store.staff import Scope

    member = hung.staff[Role.OFFICER]
    token = staff.issue_token(hung.context.at(hung.clock.now).by(member.id), member.id, tuple(Scope), 30)[1]
    told = hung.post("/find", {"persons": [ALICE], "reason": "to answer a request"}, by=token)
    assert told.status_code == 503
    assert json.loads(told.get_data())["type"] == "urn:bailee:problem:waiting"
    assert told.headers["Retry-After"] == str(answers.RETRY)
    assert ALICE not in told.get_data(as_text=True)


def test_a_slow_answer_is_there_when_the_same_person_looks_again(live: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "WAITS", 0.0)
    came, other = visitor(live, Role.OFFICER), visitor(live, Role.SUPPORT)
    waiting = came.post("/console/people/", WHO)
    assert waiting.status_code == 503
    form = page(waiting).select_one("form[hx-post]")
    assert form is not None
    assert {one["name"]: one["value"] for one in form.select("input") if one["name"] != "csrfmiddlewaretoken"} == WHO
    wait_for("the answer is made", lambda: all(job.ready.is_set() for job in answers._jobs.values()))
    monkeypatch.setattr(answers, "WAITS", 30.0)
    begun = len(answers._jobs)
    assert other.post("/console/people/", WHO).status_code == 200  # asked anew, not taken from somebody else
    assert len(answers._jobs) == begun
    assert came.post("/console/people/", WHO).status_code == 200
    assert not answers._jobs


def test_a_process_that_is_told_to_stop_ends_within_ten_seconds(tmp_path: Path) -> None:
    firm, port = settle_in(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite")), free_port()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://reader:secret@127.0.0.1:{silent.getsockname()[1]}/shop"
        hung = replace(firm, firm=replace(firm.firm, read=url))
        process = start(hung, "serve", "--port", str(port))
        try:
            wait_for("it listens", lambda: _listens(port))
            silent.settimeout(60)
            connection, _ = silent.accept()  # the worker's daily rounds ask the system
            process.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            process.communicate(timeout=20)
            assert time.monotonic() - begun < 10.5
            connection.close()
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("same", [False, True], ids=["each for somebody else", "all for one"])
def test_the_server_answers_pages_while_more_wait_for_a_system_than_it_has_threads(
    hung: Served, monkeypatch: pytest.MonkeyPatch, *, same: bool
) -> None:
    from bailee.store import staff

    monkeypatch.setattr(answers, "WAITS", 2 * SOON)
    member, port = hung.staff[Role.OFFICER], free_port()
    token = staff.issue_token(hung.context.at(hung.clock.now).by(member.id), member.id, tuple(staff.Scope), 30)[1]
    serving = server.listen(hung.app, "127.0.0.1", port)
    threading.Thread(target=serving.run, daemon=True).start()
    whom = [ALICE if same else f"somebody{n}@post.example" for n in range(server.THREADS + 4)]
    threads = [threading.Thread(target=ask_for, args=(port, token, one), daemon=True) for one in whom]
    try:
        for thread in threads:
            thread.start()
        wait_for("the searches begin", lambda: bool(answers._jobs))
        time.sleep(0.5)  # for those that come after the first
        begun = time.monotonic()
        assert _page(port) == 200
        assert time.monotonic() - begun < SOON
    finally:
        for thread in threads:
            thread.join()
        serving.task_dispatcher.shutdown()
        serving.close()


def ask_for(port: int, token: str, whom: str) -> None:
    call = HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"persons": [whom], "reason": "to answer a request"})
    call.request("POST", "/api/v1/find", body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    call.getresponse().read()
    call.close()


def _page(port: int) -> int:
    visitor = HTTPConnection("127.0.0.1", port, timeout=60)
    visitor.request("GET", "/")
    status = visitor.getresponse().status
    visitor.close()
    return status
