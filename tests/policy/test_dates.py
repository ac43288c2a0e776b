"""The calendar of retention and holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.policy import Period, RoundTo, Until
from bailee.policy.dates import add, first_day_held, first_day_not_due, last_day, words

DAYS = st.dates()
PERIODS = st.builds(Period, st.integers(0, 1500), st.integers(0, 5000))
YEAR_ENDS = st.sampled_from(["12-31", "03-31", "04-05", "02-28", "02-29", "06-30"])
UNTILS = st.one_of(
    st.builds(Until, column=st.just("issued_on"), period=PERIODS, round_to=st.sampled_from(RoundTo)),
    st.builds(Until, day=DAYS.map(date.isoformat)),
)
ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "period", "then"),
    [
        (date(2020, 2, 29), Period(months=12), date(2021, 2, 28)),
        (date(2020, 2, 29), Period(months=48), date(2024, 2, 29)),
        (date(2021, 1, 31), Period(months=1), date(2021, 2, 28)),
        (date(2021, 1, 31), Period(months=1, days=1), date(2021, 3, 1)),
        (date(2021, 12, 15), Period(months=1), date(2022, 1, 15)),
        (date(2021, 12, 15), Period(days=30), date(2022, 1, 14)),
        (date(2021, 12, 15), Period(), date(2021, 12, 15)),
        (date(9990, 1, 1), Period(months=240), date.max),
        (date(9999, 12, 1), Period(days=31), date.max),
    ],
)
def test_months_are_added_first_and_then_days(day: date, period: Period, then: date) -> None:
    assert add(day, period) == then


@pytest.mark.parametrize(
    ("day", "year_end", "last"),
    [
        (date(2019, 7, 3), "12-31", date(2025, 12, 31)),
        (date(2019, 12, 31), "12-31", date(2025, 12, 31)),
        (date(2019, 7, 3), "03-31", date(2026, 3, 31)),
        (date(2019, 3, 31), "03-31", date(2025, 3, 31)),
        (date(2019, 2, 28), "02-29", date(2025, 2, 28)),
        (date(2020, 2, 29), "02-28", date(2027, 2, 28)),
        (date(2020, 2, 29), "02-29", date(2026, 2, 28)),
    ],
)
def test_six_years_count_from_the_first_year_end_on_or_after_the_day(day: date, year_end: str, last: date) -> None:
    until = Until("issued_on", Period(months=72), RoundTo.YEAR_END)
    assert last_day(until, day, year_end) == last


def test_a_month_end_is_the_last_day_of_the_month() -> None:
    until = Until("issued_on", Period(days=1), RoundTo.MONTH_END)
    assert last_day(until, date(2024, 2, 1), "12-31") == date(2024, 3, 1)


def test_a_fixed_day_holds_every_row_until_it_has_passed() -> None:
    until = Until(day="2030-12-31")
    assert first_day_held(until, date(2030, 12, 31), "12-31") == date.min
    assert first_day_held(until, date(2031, 1, 1), "12-31") is None


def test_a_year_end_past_the_calendar_is_its_last_day() -> None:
    until = Until("issued_on", Period(), RoundTo.YEAR_END)
    assert last_day(until, date(9999, 6, 1), "03-31") == date.max


@given(UNTILS, DAYS, YEAR_ENDS)
def test_a_hold_that_begins_later_never_ends_earlier(until: Until, day: date, year_end: str) -> None:
    if day < date.max:
        assert last_day(until, day, year_end) <= last_day(until, day + ONE_DAY, year_end)


@given(UNTILS, DAYS, YEAR_ENDS)
def test_the_first_day_held_is_held_and_the_day_before_it_is_not(until: Until, today: date, year_end: str) -> None:
    first = first_day_held(until, today, year_end)
    if first is None:
        assert last_day(until, date.max, year_end) < today
        return
    assert last_day(until, first, year_end) >= today
    if first > date.min:
        assert last_day(until, first - ONE_DAY, year_end) < today


@given(PERIODS, DAYS)
def test_the_first_day_not_due_is_not_due_and_the_day_before_it_is(period: Period, today: date) -> None:
    first = first_day_not_due(period, today)
    assert add(first, period) >= today
    if first > date.min:
        assert add(first - ONE_DAY, period) < today


@given(DAYS, YEAR_ENDS)
def test_a_year_end_is_less_than_367_days_away(day: date, year_end: str) -> None:
    end = last_day(Until("issued_on", Period(), RoundTo.YEAR_END), day, year_end)
    assert timedelta(0) <= end - day < timedelta(days=367)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (Period(months=72), "6 years"),
        (Period(months=12), "1 year"),
        (Period(months=18), "18 months"),
        (Period(months=1), "1 month"),
        (Period(days=30), "30 days"),
        (Period(months=12, days=1), "1 year and 1 day"),
        (Period(), "0 days"),
    ],
)
def test_periods_are_said_as_people_say_them(period: Period, said: str) -> None:
    assert words(period) == said
