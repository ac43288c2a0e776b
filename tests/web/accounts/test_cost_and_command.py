"""What a page costs; and how the first of all comes in: by a link that the command prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bailee.store.admission import find_invitation
from bailee.store.models import Invitation, Role
from tests.api.conftest import POLICY
from tests.api.live import Served
from tests.conftest import Database
from tests.harm.firm import Firm, build
from tests.web.accounts.coming_in import enrol
from tests.web.visitor import visitor


@pytest.mark.parametrize("path", ["/sign-in/account/", "/console/staff/", "/console/staff/{officer}/"])
def test_a_page_asks_the_books_at_most_fifteen_times_however_many_work_here(live: Served, path: str) -> None:
    enrol(live, Role.ADMINISTRATOR)
    came = visitor(live, Role.ADMINISTRATOR)
    live.context.vault._unwrapped.clear()  # as a process has it that has just begun
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert came.get(path.format(officer=live.staff[Role.OFFICER].id)).status_code == 200
    assert len(asked) <= 15, [one["sql"][:90] for one in asked]


def bailee(*words: str, firm: Firm) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("bailee")), *words, "--policy", str(firm.folder)],
        env={**os.environ, **firm.environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_first_administrator_gets_a_link_from_the_command_and_another_when_it_is_lost(tmp_path: Path) -> None:
    made = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    (made.folder / "bailee.yaml").write_text(POLICY)
    said = bailee("staff", "add", "ada@firm.example", "--name", "Ada", "--role", "administrator", firm=made)
    assert re.search(r"http://localhost:8080/sign-in/begin/[\w-]{43}/", said)
    again = bailee("staff", "link", "ada@firm.example", firm=made)
    assert re.fullmatch(r"http://localhost:8080/sign-in/begin/[\w-]{43}/\n", again)
    assert again.strip() not in said


def test_what_stands_in_the_books_of_a_link_opens_nothing(live: Served) -> None:
    enrol(live, Role.SUPPORT)
    kept = Invitation.objects.get(staff=live.staff[Role.SUPPORT])
    assert find_invitation(live.context, kept.digest) is None
    assert find_invitation(live.context, kept.id) is None
    assert visitor(live).get(f"/sign-in/begin/{kept.id}/").status_code == 404
