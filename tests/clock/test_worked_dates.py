"""The dates that were worked by hand, and what holds for every date."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bailee.cli.app import app
from bailee.clock import DIVISIONS, ClockError, ClockPause, LegalRight, Received, acknowledge_by, answer_by, calendar_of
from bailee.policy import Period
from bailee.policy.dates import add
from tests.docs.pages import ROOT

VECTORS = json.loads((ROOT / "docs" / "clock.json").read_text())["vectors"]
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
UK = st.sampled_from(sorted(DIVISIONS["uk"]))


def said(given: dict[str, Any]) -> dict[str, Any]:
    """Return what ``bailee clock --json`` says."""
    arguments = ["clock", "--json"]
    for name, value in given.items():
        arguments += [f"--{name}"] if value is True else [f"--{name}", value]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"].replace(" ", "_") for vector in VECTORS])
def test_a_worked_date_is_what_the_clock_says(vector: dict[str, Any]) -> None:
    found = said(vector["given"])
    assert {name: found[name] for name in vector["want"]} == vector["want"]


def test_the_page_shows_the_vectors() -> None:
    page = (ROOT / "docs" / "clock.md").read_text()
    assert [vector["case"] for vector in VECTORS if f"| {vector['case']} |" not in page] == []


def test_a_complaint_is_acknowledged_before_christmas() -> None:
    found = acknowledge_by(date(2026, 11, 26))
    assert (found.strict, found.guidance) == (date(2026, 12, 25), date(2026, 12, 29))
    assert found.target == date(2026, 12, 24)
    assert found.statutory
    assert not acknowledge_by(date(2026, 6, 18)).statutory


@pytest.mark.parametrize(
    "pauses",
    [
        (ClockPause(date(2026, 6, 12), date(2026, 6, 11)),),
        (ClockPause(date(2026, 6, 9), date(2026, 6, 11)),),
        (ClockPause(date(2026, 6, 12), date(2026, 6, 16)), ClockPause(date(2026, 6, 14), date(2026, 6, 15))),
        (ClockPause(date(2026, 6, 12)), ClockPause(date(2026, 6, 14))),
        (ClockPause(date(2026, 7, 20), date(2026, 7, 21)),),
        (ClockPause(date(2026, 7, 20)),),
        (ClockPause(date(2026, 6, 12), date(9999, 12, 31)),),
    ],
    ids=[
        "answered_before_asked",
        "asked_before_received",
        "overlapping",
        "asked_again_unanswered",
        "asked_too_late",
        "asked_too_late_unanswered",
        "of_another_millennium",
    ],
)
def test_dates_that_contradict_each_other_are_told(pauses: tuple[ClockPause, ...]) -> None:
    with pytest.raises(ClockError):
        answer_by(Received(date(2026, 6, 10), pauses=pauses))


def test_a_question_in_the_third_month_of_an_extension_stops_the_clock_and_the_notice_was_due_before() -> None:
    asked = (ClockPause(date(2026, 6, 12), date(2026, 6, 13)), ClockPause(date(2026, 8, 20), date(2026, 8, 24)))
    found = answer_by(Received(date(2026, 6, 10), pauses=asked, extended=True))
    assert (found.notice_by, found.paused_days, found.raw) == (date(2026, 7, 13), 7, date(2026, 9, 17))
    waiting = answer_by(Received(date(2026, 6, 10), pauses=(ClockPause(date(2026, 8, 20)),), extended=True))
    assert waiting.due is None


def test_a_question_before_the_id_came_stops_nothing_that_has_not_begun() -> None:
    asked = (ClockPause(date(2026, 6, 11), date(2026, 6, 15)),)
    found = answer_by(Received(date(2026, 6, 10), identified=date(2026, 6, 16), pauses=asked))
    assert (found.paused_days, found.due) == (0, date(2026, 7, 16))


@given(received=DAYS, division=UK, extended=st.booleans())
def test_the_last_day_is_a_working_day_and_never_before_a_month(
    received: date,
    division: str,
    extended: bool,
) -> None:
    found = answer_by(Received(received, extended=extended, division=division))
    assert found.due is not None
    assert found.due.weekday() < 5
    assert calendar_of("uk", division).get(found.due) is None
    assert found.due >= add(received, Period(months=3 if extended else 1))
    assert found.notice_by is not None
    assert found.notice_by <= found.due


@given(received=DAYS, division=UK, first=st.integers(0, 20), length=st.integers(0, 60))
def test_a_longer_pause_never_makes_the_last_day_earlier(
    received: date, division: str, first: int, length: int
) -> None:
    asked = received + timedelta(days=first)

    def due(days: int) -> date:
        pause = ClockPause(asked, asked + timedelta(days=days))
        found = answer_by(Received(received, pauses=(pause,), division=division)).due
        assert found is not None
        return found

    assert due(length) <= due(length + 1)
    without = answer_by(Received(received, division=division)).due
    assert without is not None
    assert without <= due(length)


@given(received=DAYS, right=st.sampled_from([r for r in LegalRight if r is not LegalRight.ACCESS]))
def test_only_the_clock_of_access_stops(received: date, right: LegalRight) -> None:
    pause = ClockPause(received, received + timedelta(days=9))
    assert answer_by(Received(received, right, pauses=(pause,))).due == answer_by(Received(received, right)).due


@pytest.mark.parametrize("division", sorted(DIVISIONS["eu"]))
def test_every_country_has_its_holidays(division: str) -> None:
    found = answer_by(Received(date(2026, 11, 25), regime="eu", division=division)).due
    assert found is not None
    assert found == date(2026, 12, 25) if division == "eu" else found > date(2026, 12, 25)
