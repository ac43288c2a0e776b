"""The data map, on which guesses are decided; and retention: what goes next, what waits for a word, what it did."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bailee.engine.connect import survey
from bailee.engine.connect.drafts import connect_system, describe_guess, load_guesses
from bailee.jobs.due_items import schedule_due
from bailee.policy import load
from bailee.store import holds
from bailee.store.models import Plan, Role
from bailee.views import map as desk
from bailee.views import retention as retaining
from tests.api.live import Served
from tests.story.firm import BOB
from tests.web.records.live import OLD_CALL, run, work_in
from tests.web.visitor import page, visitor, words

STANDING = """\
calls:
  from: started_at
  for: P6Y
  law: Limitation Act 1980 s. 5
  standing: {by: Noor, on: 2026-11-01, at_most: MOST}
"""


def look_over(live: Served) -> None:
    visitor(live, Role.OFFICER).post("/console/map/look/")
    work_in(live)


def test_the_picture_shows_systems_and_third_parties_and_a_table_says_the_same(firm: Served) -> None:
    look_over(firm)
    answer = visitor(firm, Role.AUDITOR).get("/console/map/")
    shown = page(answer)
    drawn = {text.get_text() for text in shown.select(".picture text")}
    assert {"Customers", "Calls", "Helpdesk", "Sendwell", "by email, phone"} <= drawn
    tables = " ".join(table.get_text(" ") for table in shown.select("table"))
    assert all(name in tables for name in ("Customers", "Calls", "Helpdesk", "Sendwell", "it may not"))
    assert shown.select_one(".picture .box.broken")
    assert "the firm" in drawn  # from where in it the bank's data comes, nobody says
    assert "email (" in words(answer)
    assert shown.select_one(".picture path.shared")
    assert [cell.get_text() for cell in shown.select("td[data-l=from]")] == ["crm, desk", "the firm"]


def test_pages_wait_for_the_worker_who_looks_the_systems_over(firm: Served) -> None:
    came = visitor(firm, Role.OFFICER)
    came.post("/console/map/look/")
    pieces = [f"/console/{page}/look/" for page in ("map", "retention")]
    assert all("as soon as one is free" in words(came.get(piece)) for piece in pieces)
    work_in(firm)
    assert all(came.get(piece).headers["HX-Refresh"] == "true" for piece in pieces)


def test_a_system_says_through_which_columns_its_rows_are_whose(firm: Served) -> None:
    shown = words(visitor(firm, Role.AUDITOR).get("/console/map/phones/"))
    assert "call_record owned by subscriber through subscriber_id" in shown
    assert "call_record mentions phone through callee" in shown


@pytest.fixture
def connected(firm: Served) -> Served:
    """The firm, with a system that was just connected: its map has guesses."""
    connect_system(firm.folder, "spare", os.environ["CRM_URL"])
    look_over(firm)
    return firm


def test_guesses_are_taken_over_into_the_file_of_the_system_by_a_yes_and_struck_by_a_no(connected: Served) -> None:
    came = visitor(connected, Role.OFFICER)
    file = connected.folder / "systems" / "spare.yaml"
    guesses = load_guesses(connected.folder, "spare").guesses
    mine = [describe_guess(one) for one in guesses if one.collection == "contact"]
    shown = words(came.get("/console/map/spare/"))
    assert mine
    assert all(said.partition(": ")[2] in shown for said in mine)
    assert came.post("/console/map/spare/decide/", {"said": mine, "answer": "yes"}).status_code == 302
    assert "taken over into the map" in words(came.get("/console/map/spare/"))
    taken = file.read_text()
    assert "party: person" in taken
    left = [describe_guess(one) for one in load_guesses(connected.folder, "spare").guesses]
    assert not set(left) & set(mine)
    assert came.post("/console/map/spare/decide/", {"said": left[:1], "answer": "no"}).status_code == 302
    assert file.read_text() == taken
    assert [describe_guess(one) for one in load_guesses(connected.folder, "spare").guesses] == left[1:]


def test_a_guess_that_cannot_stand_alone_waits_and_the_map_stays_as_it_was(connected: Served) -> None:
    came = visitor(connected, Role.OFFICER)
    file = connected.folder / "systems" / "spare.yaml"
    before = file.read_text()
    came.post("/console/map/spare/decide/", {"said": "contact: party: person", "answer": "yes"})
    assert "contact has to wait: T301" in words(came.get("/console/map/spare/"))
    assert file.read_text() == before


def test_a_guess_that_somebody_else_decided_meanwhile_is_not_decided_twice(connected: Served) -> None:
    came = visitor(connected, Role.CONTROLLER)
    answer = came.post("/console/map/spare/decide/", {"said": "another: word", "answer": "yes"})
    assert answer.status_code == 409
    assert "not there any more" in words(answer)


def test_others_than_the_officer_and_the_controller_see_the_command_and_decide_nothing(connected: Served) -> None:
    for role in (Role.SUPPORT, Role.AUDITOR, Role.ADMINISTRATOR):
        came = visitor(connected, role)
        shown = words(came.get("/console/map/spare/"))
        assert "bailee map spare" in shown
        assert came.post("/console/map/spare/decide/", {"said": "x", "answer": "yes"}).status_code == 403


def test_a_system_that_cannot_be_reached_says_so_and_the_others_are_looked_over(
    firm: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_over(firm)
    monkeypatch.setenv("DESK_URL", "sqlite:////nowhere/at/all.db")
    survey.survey_system_again(firm.context.store, firm.folder, "desk")
    drawn = {node.name: node for node in desk.drawn(firm.context).nodes}
    assert drawn["desk"].problem
    assert not drawn["crm"].problem
    assert "could not be looked over" in words(visitor(firm, Role.AUDITOR).get("/console/map/desk/"))


def test_what_goes_next_is_counted_by_month_and_what_is_due_now_apart(firm: Served) -> None:
    insert = "INSERT INTO call_record (id, subscriber_id, callee, started_at) VALUES ({}, 2, '+442079460777', '{}')"
    days = ("2020-12-10 10:00", "2020-12-31 23:00", "2021-02-01 08:00", "2019-01-01 08:00")
    run(os.environ["PHONES_URL"], *(insert.format(900 + n, day) for n, day in enumerate(days)))
    look_over(firm)
    found = retaining.retention(firm.context)
    assert [(month.first.isoformat()[:7], month.rows) for month in found.months if month.rows] == [
        ("2026-12", 1), ("2027-01", 1), ("2027-02", 1),
    ]  # fmt: skip
    assert [(rule.name, rule.now, rule.held) for rule in found.rules] == [("calls", 1, 0)]
    shown = words(visitor(firm, Role.AUDITOR).get("/console/retention/"))
    assert "One record is overdue for deletion" in shown
    assert "phones.call_record: 1" in shown
    assert "Finance Act 1998 Sch. 18 para. 21" in shown
    holds.put_hold(firm.context.store, "h-1", holds.HeldByHand("Bob against us", "CPR 31", None, (f"email:{BOB}",)))
    look_over(firm)
    assert [(rule.now, rule.held) for rule in retaining.retention(firm.context).rules] == [(0, 1)]
    assert "1 by a hold placed by hand: CPR 31" in words(visitor(firm, Role.AUDITOR).get("/console/retention/"))


def with_standing(live: Served, most: int) -> None:
    (live.folder / "retention.yaml").write_text(STANDING.replace("MOST", str(most)))


def test_a_rule_with_a_standing_approval_shows_what_it_did(firm: Served) -> None:
    run(os.environ["PHONES_URL"], OLD_CALL)
    with_standing(firm, 10)

    live = replace(firm, context=replace(firm.context, policy=load(firm.folder, public=False)))
    schedule_due("retain", "calls", at=firm.clock.now)
    for _ in range(3):
        work_in(live)
        firm.clock.forward(hours=25)
    context = live.context
    assert Plan.objects.filter(kind="retain").count() == 1
    found = retaining.retention(context.at(firm.clock.now))
    assert [(one.rule, one.rows, one.state) for one in found.runs] == [("calls", 1, "done")]
    shown = words(visitor(firm, Role.AUDITOR).get("/console/retention/"))
    assert "By itself, at most 10 rows a run" in shown


def test_runs_of_retention_come_a_page_at_a_time_and_none_twice(firm: Served) -> None:
    now = firm.context.now
    Plan.objects.bulk_create(
        Plan(kind="retain", digest=f"{n:064}", case=f"c-{n}", document="{}", made_at=now - timedelta(hours=n // 4))
        for n in range(70)
    )
    seen: list[str] = []
    after = ""
    while True:
        found = retaining.retention(firm.context, after)
        seen += [one.plan for one in found.runs]
        if not (after := found.after):
            break
    assert len(seen) == len(set(seen)) == 70
