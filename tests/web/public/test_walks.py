"""The three walks on the page on how Bailee is built are walked as the page says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bailee.checks.catalogue import load_checks
from bailee.cli.app import run
from bailee.demo import build as build_demo
from bailee.requests import visits
from bailee.store.models import Plan, Receipt, Role
from tests.api.live import Served
from tests.docs.test_architecture import WALKS
from tests.web.public.entered_files import record_entered_files
from tests.web.public.live import ALICE, Open
from tests.web.requests.context import show_again
from tests.web.visitor import visitor


def walk(beginning: str) -> list[str]:
    (files,) = (files for title, files in WALKS.items() if title.startswith(beginning))
    return files


def assert_walked(beginning: str, entered: list[str]) -> None:
    """Assert that a run entered the files of a walk, and in the order in which the page has them."""
    files = walk(beginning)
    assert [name for name in files if name not in entered] == []
    assert files == sorted(files, key=entered.index)


def test_a_search_enters_the_files_of_its_walk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_demo(tmp_path / "demo", today=date(2026, 11, 24))
    with record_entered_files([]) as entered:
        assert run(["find", "alice.okonkwo@post.example", "--why", "--policy", str(tmp_path / "demo")]) == 0
    assert "rows in 3 systems" in capsys.readouterr().out
    assert_walked("An address", entered)


def test_a_request_enters_the_files_of_its_walk(live: Open) -> None:
    assert_walked("A request", _follow_a_request(live))


def _serve(live: Open) -> Served:
    return Served(live.folder, live.context, live.app, live.clock, live.staff)


def _follow_a_request(live: Open) -> list[str]:
    entered: list[str] = []
    with record_entered_files(entered):
        reference = live.ask("erase", email=ALICE, reply_to=ALICE)
        live.work()
        live.enter(reference)
        live.work()
    officer = visitor(_serve(live), Role.OFFICER)
    show_again(officer)
    plan = Plan.objects.get(request__reference=reference)
    with record_entered_files(entered):
        at = f"/console/requests/{reference}/plan/"
        officer.get(at)
        officer.post(f"{at}approve/", {"plan": plan.id, "typed": plan.digest[:8]})
        live.clock.forward(hours=25)
        live.work()
        live.clock.forward(hours=25)
        live.work()
        visits.send_code(live.context, live.request(reference))
        live.enter(reference)
        receipt = live.press(f"/request/{reference}/receipts/{Receipt.objects.get().id}", page=f"/request/{reference}")
    assert receipt.status_code == 200
    return entered


def test_a_promise_enters_the_files_of_its_walk(live: Open, capsys: pytest.CaptureFixture[str]) -> None:
    load_checks.cache_clear()  # another test may have loaded them
    with record_entered_files([]) as entered:
        run(["check", "--policy", str(live.folder)])
    assert "✓ kept    call records" in capsys.readouterr().out
    officer = visitor(_serve(live), Role.OFFICER)
    with record_entered_files(entered):
        assert officer.get("/console/promises/").status_code == 200
    assert_walked("A promise", entered)
