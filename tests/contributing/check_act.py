"""What a toy act is given without another line: test_act.py runs it in a process that has the act."""

from __future__ import annotations

import pytest

from bailee.cli.app import every_command, run
from bailee.requests.acts import list_acts
from bailee.store.models import Role
from tests.api.live import Served
from tests.api.test_every_command import commands
from tests.api.test_who_may import MAY, operations
from tests.docs.acts import table
from tests.web.requests.conftest import live
from tests.web.requests.context import ask
from tests.web.table import REQUESTS
from tests.web.visitor import page, visitor

__all__ = ["live"]


def test_it_is_known_everywhere_by_its_name() -> None:
    assert "thanks" in list_acts()
    assert "request thanks" in set(commands(every_command()))
    assert "thanks" in {name for name, _, _ in operations()}
    assert MAY["thanks"][1] == {Role.SUPPORT, Role.OFFICER, Role.CONTROLLER}
    assert "console/requests/<str:reference>/do/thanks/" in REQUESTS
    assert "| `thanks` | note thanks | everybody | open | every right |" in table()


def test_it_is_done_by_a_form_and_then_not_offered(live: Served) -> None:
    request = ask(live, "question", reply_to="q@post.example", words="Why?")
    support = visitor(live, Role.SUPPORT)
    here = f"/console/requests/{request.reference}/"
    form = page(support.get(here)).select_one("form[action$='do/thanks/']")
    assert form is not None
    assert form.select_one("textarea[name=words]") is not None
    missing = support.post(f"{here}do/thanks/", {"words": ""})
    assert (missing.status_code, "Write what they said" in missing.get_data(as_text=True)) == (422, True)
    assert support.post(f"{here}do/thanks/", {"words": "You were quick."}).status_code == 302
    assert request.events.get(kind="thanked").facts == {"length": 15}
    assert page(support.get(here)).select_one("form[action$='do/thanks/']") is None


def test_it_is_done_by_a_program_and_refused_to_who_may_not(live: Served) -> None:
    request = ask(live, "question", reply_to="q@post.example", words="Why?")
    way = f"/requests/{request.reference}/thanks"
    assert live.post(way, {"words": "You were quick."}, by=Role.AUDITOR).status_code == 403
    assert live.post(way, {"words": ""}, by=Role.SUPPORT).status_code == 422
    assert live.post(way, {"words": "You were quick."}, by=Role.SUPPORT).get_json()["status"] == "open"
    assert request.events.filter(kind="thanked").count() == 1


def test_it_is_done_at_the_command_line(live: Served, capsys: pytest.CaptureFixture[str]) -> None:
    request = ask(live, "question", reply_to="q@post.example", words="Why?")
    command = ["request", "thanks", request.reference]
    as_ = ["--policy", str(live.folder), "--as", f"{Role.SUPPORT}@firm.example"]
    assert run([*command, *as_]) == 2
    assert run([*command, "You were quick.", *as_]) == 0
    assert f"{request.reference}: open" in capsys.readouterr().out
    assert request.events.filter(kind="thanked").count() == 1
