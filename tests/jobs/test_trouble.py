"""Trouble on a plan's way: systems that are away, slow or changed, leases that are lost, books that are full."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from sqlalchemy import make_url

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.journal import CHANGE, COMMIT, OUTCOME
from bailee.jobs.failures import BUSY, name_failure
from bailee.store.context import Context
from bailee.store.sealed_store import BusyError, StateError
from tests.harm.firm import ALICE
from tests.jobs.firm import DAY, HOUR, NOW, Place, approved, asks, go_on, let_work

if TYPE_CHECKING:
    from bailee.store.models import Plan, Request

GOES_ON = ("plan", "act", "settle")


def ready_to_act(context: Context) -> tuple[Request, Plan]:
    request = asks(context)
    let_work(context)
    return request, approved(context, request)


def problem_of(plan: Plan, kind: str = "act") -> str:
    from bailee.store.models import Due

    return Due.objects.get(kind=kind, about=plan.id, done_at=None).problem


def must_be_over(request: Request, plan: Plan) -> None:
    from bailee.store.models import Receipt

    request.refresh_from_db()
    plan.refresh_from_db()
    assert (request.status, plan.state) == ("held", "done")  # a hold keeps Alice's invoices
    assert Receipt.objects.filter(plan=plan).count() == 1
    assert request.events.filter(kind="acted").count() == 1


@contextmanager
def when(step: str, happens: Callable[[], object], system: str = "desk") -> Iterator[None]:
    """Let something happen right before a step of the journal is taken, once."""
    from bailee.requests.steps import BooksJournal

    before, happened = BooksJournal.begin_step, list[object]()

    def told(journal: BooksJournal, at: str, about: str = "") -> None:
        if (at, about) == (step, system) and not happened:
            happened.append(happens())
        before(journal, at, about)

    with patch.object(BooksJournal, "begin_step", told):
        yield
    assert happened


def elsewhere(happens: Callable[[], object]) -> object:
    """Let something happen on a connection of its own, as in another process."""
    from django.db import connections

    def there() -> object:
        try:
            return happens()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


def test_a_system_that_is_away_for_a_while_delays_and_loses_nothing(place: Place) -> None:
    with place.context() as context:
        request, plan = ready_to_act(context)
        rows = place.firm.dump()
        away = {"HARM_URL": "postgresql://127.0.0.1:1/x", "HARM_WRITE_URL": "postgresql://127.0.0.1:1/x"}
        with patch.dict(os.environ, away):
            let_work(context.at(NOW + DAY))
            assert problem_of(plan) == "C501"
            let_work(context.at(NOW + DAY + HOUR))
        assert place.firm.dump() == rows
        go_on(context.at(NOW + DAY + 2 * HOUR), *GOES_ON)
        must_be_over(request, plan)


def test_a_worker_whose_lease_was_taken_over_changes_nothing(place: Place) -> None:
    with place.context() as context:
        from bailee.jobs.due_items import claim_due
        from bailee.store.models import Due

        request, plan = ready_to_act(context)
        rows, at = place.firm.dump(), NOW + DAY
        due = Due.objects.get(kind="act", about=plan.id)
        with when(COMMIT, lambda: elsewhere(lambda: claim_due(due.id, "another", at + HOUR))):  # of the first system
            let_work(context.at(at))
        assert place.firm.dump() == rows
        due.refresh_from_db()
        assert (due.holder, due.problem) == ("another", "")  # which dies
        go_on(context.at(at + 2 * HOUR), *GOES_ON)
        must_be_over(request, plan)


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(small: Place) -> None:
    with small.context() as context:
        from bailee.jobs.worker import work
        from bailee.jobs.worker_context import WorkerContext
        from bailee.requests.job_registry import JOBS

        request, plan = ready_to_act(context)
        at = NOW + DAY
        desk = WorkerContext(context.at(at), JOBS, clock=lambda: at)
        with when(OUTCOME, desk.stop.set, ""):
            work(desk, once=True)
        plan.refresh_from_db()
        assert (plan.state, problem_of(plan)) == ("acting", "")
        go_on(context.at(at), *GOES_ON)
        must_be_over(request, plan)


def test_a_plan_that_is_stale_is_made_anew_and_waits_for_a_new_approval(small: Place) -> None:
    with small.context() as context:
        request, plan = ready_to_act(context)
        small.firm.run("INSERT INTO persons VALUES (9, '" + ALICE + "', 'Alice again', NULL, NULL)")
        rows = small.firm.dump()
        let_work(context.at(NOW + DAY))
        assert small.firm.dump() == rows
        request.refresh_from_db()
        plan.refresh_from_db()
        assert (request.status, plan.state) == ("planned", "stale")
        anew = request.plans.get(state="proposed")
        assert anew.supersedes == plan
        assert anew.difference


def test_rows_that_come_back_are_dealt_with_once_more_before_the_receipt(small: Place) -> None:
    with small.context() as context:
        request, plan = ready_to_act(context)
        call = small.firm.run("SELECT * FROM calls WHERE id = 2")[0]
        let_work(context.at(NOW + DAY))
        small.firm.run(f"INSERT INTO calls VALUES (2, 1, NULL, '{call[3]}')")
        go_on(context.at(NOW + DAY), *GOES_ON)
        must_be_over(request, plan)
        assert not small.firm.run("SELECT * FROM calls WHERE id = 2")


def test_books_that_are_full_stop_a_plan_before_anything_is_changed(small: Place) -> None:
    """SQLite says that the disk is full when the books have as many pages as they may."""
    with small.context() as context:
        from django.db import OperationalError, connection

        from bailee.store.models import Step

        request, plan = ready_to_act(context)
        rows, at = small.firm.dump(), NOW + DAY

        def fill(most: int) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA max_page_count = {most}")

        def write_steps() -> None:
            for number in range(10_000):
                Step.objects.create(plan=plan, step="filler", system=f"{number}", begun_at=at, token=0)

        def fill_up() -> None:
            fill(1)  # as many as there are
            with pytest.raises(OperationalError, match="full"):
                write_steps()

        with when(CHANGE, fill_up):
            let_work(context.at(at))
        assert small.firm.dump() == rows
        assert not request.events.filter(kind="acted").exists()
        fill(1 << 30)
        Step.objects.filter(step="filler").delete()
        go_on(context.at(at + HOUR), *GOES_ON)
        must_be_over(request, plan)


@pytest.mark.parametrize(("at_most", "left"), [(50, 4), (3, 14)])
def test_a_rule_with_a_standing_approval_acts_by_itself_up_to_its_cap(small: Place, at_most: int, left: int) -> None:
    path = small.firm.folder / "retention.yaml"
    path.write_text(path.read_text().replace("at_most: 50", f"at_most: {at_most}"))
    with small.context() as context:
        from bailee.jobs.rounds import begin_rounds
        from bailee.requests.job_registry import JOBS
        from bailee.store.models import Due, Plan

        begin_rounds(context, JOBS)
        Due.objects.exclude(kind="retain").delete()
        let_work(context)
        assert len(small.firm.dump(("calls",))["calls"]) == left
        due = Due.objects.get(kind="retain")
        assert (due.problem, due.at) == ("above_cap" if left == 14 else "", NOW + DAY)
        if left == 14:
            assert not Plan.objects.exists()
        else:
            plan = Plan.objects.get()
            assert plan.approval.standing == "calls: standing since 2026-01-05"
            go_on(context, "act", "settle")
            plan.refresh_from_db()
            assert plan.state == "done"


def test_requests_near_their_day_are_told_of_once_a_stage(small: Place) -> None:
    def told(context: Context) -> list[int]:
        from bailee.store.models import Event

        return [event.facts["days"] for event in Event.objects.filter(kind="near").order_by("id")]

    def remind(at: datetime) -> None:
        from bailee.jobs.due_items import schedule_due

        schedule_due("remind", at=at)
        let_work(context.at(at))

    with small.context() as context:
        asks(context)
        let_work(context)
        for days, expected in ((1, []), (25, [7]), (26, [7]), (29, [7, 2]), (30, [7, 2])):
            remind(NOW + days * DAY)
            assert told(context) == expected


def test_a_system_that_answers_too_slowly_or_refuses_is_tried_again_until_it_does(place: Place) -> None:
    """Somebody holds Alice's row locked; then the account that writes has lost its rights, where there are accounts."""
    firm = place.firm
    with place.context() as context:
        request, plan = ready_to_act(context)
        rows, at = firm.dump(), NOW + DAY
        with (
            closing(open_connection(open_engine(firm.database.url, write=True))) as beside,
            closing(beside.cursor()) as cursor,
        ):
            beside.commit()
            cursor.execute("BEGIN IMMEDIATE" if firm.database.dialect == "sqlite" else "BEGIN")
            cursor.execute("UPDATE writers SET name = name WHERE id = 1")
            let_work(context.at(at))
            assert problem_of(plan).startswith("C5")
            cursor.execute("ROLLBACK")
        assert firm.dump() == rows
        if firm.database.dialect == "postgresql":
            grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO no_writer"
            firm.run("CREATE ROLE no_writer LOGIN PASSWORD 'x'", grant)
            url = make_url(firm.database.url).set(username="no_writer", password="x")
            with patch.dict(os.environ, {"HARM_WRITE_URL": url.render_as_string(hide_password=False)}):
                let_work(context.at(at + HOUR))
            assert problem_of(plan).startswith("C5")
            firm.run("DROP OWNED BY no_writer", "DROP ROLE no_writer")
            assert firm.dump() == rows
        go_on(context.at(at + 2 * HOUR), *GOES_ON)
        must_be_over(request, plan)


def test_a_plan_that_is_being_applied_is_waited_for_and_is_no_failure() -> None:
    assert name_failure(BusyError()) == BUSY == "busy"
    assert name_failure(StateError("the disk is full", "make room")) == "books"
    assert name_failure(ZeroDivisionError()) == "ZeroDivisionError"
