"""When a value was whose: what overlaps has an instant in common, and what is empty has none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.policy.predicate import Scalar
from bailee.trace.validity import Validity, convert_to_instant, read_moment, read_validity

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)

# Few days, hours and zones, so that bounds meet, whatever they are written as.
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30))])
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 3))
CLOCK = st.builds(
    lambda minutes, zone: time(minutes // 60, minutes % 60, tzinfo=zone),
    st.sampled_from([0, 30, 120, 330, 1439]),
    ZONES,
)
TIMES = st.builds(datetime.combine, DAYS, CLOCK)
EMPTY = st.sampled_from([None, "", " ", "0000-00-00", "0000-00-00 00:00:00"])
MOMENTS = st.one_of(DAYS, TIMES)
CELLS = st.one_of(EMPTY, MOMENTS, MOMENTS.map(lambda m: m.isoformat()), TIMES.map(lambda m: m.isoformat(" ")))
VALIDITIES = st.builds(read_validity, CELLS, CELLS)


def instants(*validities: Validity) -> list[datetime]:
    """Return instants of which one lies in every non-empty intersection: each bound, and one long before them all."""
    bounds = [convert_to_instant(bound) for validity in validities for bound in validity if bound is not None]
    return [*bounds, datetime(1970, 1, 1, tzinfo=UTC)]


@given(VALIDITIES, VALIDITIES)
def test_two_validities_overlap_where_an_instant_lies_in_both(one: Validity, other: Validity) -> None:
    common = any(one.contains(at) and other.contains(at) for at in instants(one, other))
    assert one.overlaps(other) == other.overlaps(one) == common


@given(VALIDITIES)
def test_a_validity_is_empty_where_no_instant_lies_in_it(one: Validity) -> None:
    assert one.is_empty == (not any(one.contains(at) for at in instants(one))) == (not one.overlaps(one))


@pytest.mark.parametrize("cell", [None, "", "0000-00-00", "0000-00-00 00:00:00"])
def test_an_empty_bound_is_infinite(cell: Scalar) -> None:
    assert read_validity(cell, APRIL).overlaps(read_validity(MARCH, cell))
    assert read_validity(cell, cell).contains(date.min)


def test_what_touches_does_not_overlap() -> None:
    assert not read_validity(MARCH, APRIL).overlaps(read_validity(APRIL, MAY))
    assert not read_validity(MARCH, "2026-04-01T02:00:00+02:00").overlaps(read_validity(APRIL, MAY))
    assert read_validity(MARCH, "2026-04-01T02:00:01+02:00").overlaps(read_validity(APRIL, MAY))


@pytest.mark.parametrize("cell", [20260301, 1.5, "soon", "2026-00-00", b"2026-03-01"])
def test_a_bound_that_is_no_date_cannot_be_read(cell: Scalar) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the standard library says
        read_moment(cell)
