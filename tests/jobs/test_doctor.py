"""The doctor says what is well, and of the rest what to do; and changes nothing."""

from __future__ import annotations

import os
from datetime import timedelta
from unittest.mock import patch

from bailee.views.doctor import DoctorFinding, examine
from tests.harm.firm import MARKER
from tests.jobs.firm import DAY, HOUR, NOW, Place, approved, asks, let_work


def found(place: Place, about: str, after: timedelta = timedelta()) -> list[DoctorFinding]:
    with patch.dict(os.environ, place.environment):
        findings = examine(place.firm.folder, NOW + after)
    assert not any(MARKER in one.says + one.hint for one in findings)
    assert all(one.hint or one.well for one in findings)
    return [one for one in findings if one.about == about]


def test_what_stands_is_looked_at_and_what_is_well_says_so(place: Place) -> None:
    with place.context():
        pass
    with patch.dict(os.environ, place.environment):
        findings = examine(place.firm.folder, NOW)
    state = {one.about: one.well for one in findings}
    said = {one.about: one.says for one in findings}
    assert state["books"]
    assert state["ledger"]
    assert said["system shop"].startswith("it answers")
    assert state["system shop"] == (place.firm.database.dialect == "sqlite")  # a server's owner may do more than read
    assert state["system shelf"]
    assert state["retention"]
    assert not state["vault"]  # its key stands beside what it seals
    assert not state["mail"]
    assert not state["workers"]


def test_a_system_that_is_away_is_named_and_so_is_what_could_not_be_done(small: Place) -> None:
    with small.context() as context:
        asks(context)
        away = {"HARM_URL": "postgresql://bob:hunter2@127.0.0.1:1/shop", "HARM_WRITE_URL": "postgresql://127.0.0.1:1/x"}
        with patch.dict(os.environ, away):
            let_work(context)
            findings = examine(small.firm.folder, NOW)
        assert not any("hunter2" in one.says + one.hint for one in findings)
        assert [one.well for one in findings if one.about == "system shop"] == [False]
        (due,) = [one for one in findings if one.about == "due"]
        assert due.says == "1 of kind plan: C501"
        let_work(context.at(NOW + HOUR))
        assert found(small, "due", HOUR)[0].well


def test_work_that_nobody_does_is_late(small: Place) -> None:
    with small.context() as context:
        asks(context)
    assert [one.says for one in found(small, "due", HOUR)] == ["1 of kind plan is late"]


def test_plans_that_wait_and_requests_near_their_day_are_counted(small: Place) -> None:
    with small.context() as context:
        request = asks(context)
        let_work(context)
        assert found(small, "plans")[0].says == "1 plan waits for approval"
        assert found(small, "requests")[0].well
        assert not found(small, "requests", 26 * DAY)[0].well
        assert "past" in found(small, "requests", 40 * DAY)[0].says
        approved(context, request)
        assert found(small, "plans")[0].well


def test_a_rule_that_nobody_has_approved_for_good_is_named(small: Place) -> None:
    path = small.firm.folder / "retention.yaml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "standing" not in line) + "\n")
    with small.context():
        pass
    assert found(small, "retention")[0].says == "no standing approval: calls"


def test_pending_migrations_are_said_and_not_carried_out(small: Place) -> None:
    from django.core.management import call_command

    with small.context():
        call_command("migrate", "books", "0002", verbosity=0)
        assert "pending" in found(small, "books")[0].says
        assert "pending" in found(small, "books")[0].says


def test_a_worker_that_has_ended_is_not_alive_and_the_doctor_says_when_it_was_seen(small: Place) -> None:
    from bailee.store.models import Worker

    with small.context() as context:
        assert found(small, "workers")[0].says == "no worker is alive: none was seen in the last day"
        for later in (timedelta(), HOUR):
            let_work(context.at(NOW + later))
        (workers,) = found(small, "workers", HOUR)
        assert Worker.objects.count() == 1  # the last alone
    assert not workers.well
    assert workers.says == f"no worker is alive: the last was seen at {NOW + HOUR:%Y-%m-%d %H:%M} UTC"
