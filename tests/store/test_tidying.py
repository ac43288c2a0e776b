"""Each table of the books says how long its rows stay, and the daily round sees to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bailee.requests.startup import open_context
from bailee.store.context import Context
from tests.conftest import MakeBooks

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ALICE = b'{"name": "Alice Ashby"}'


@pytest.fixture(params=["sqlite", "postgresql"])
def context(request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks) -> Iterator[Context]:
    """The context of a firm that has one folder of files."""
    said = "firm: Acme\n"
    make_books(request.param, tmp_path)
    if request.param == "postgresql":
        said += "books_url: env:BOOKS_URL\n"
    (tmp_path / "systems").mkdir()
    (tmp_path / "bailee.yaml").write_text(said)
    (tmp_path / "systems" / "tape.yaml").write_text("system: tape\nconnector: files\nurl: tape\n")
    with open_context(tmp_path, now=NOON) as opened:
        yield opened


def test_every_table_says_how_long_its_rows_stay(context: Context) -> None:
    from django.apps import apps

    from bailee.requests.cleanup import ROW_RETENTIONS

    assert set(apps.get_models()) == set(ROW_RETENTIONS)
    assert all(kept.why for kept in ROW_RETENTIONS.values())


def test_what_is_past_its_time_goes_and_the_rest_stays(context: Context) -> None:
    from bailee.requests.cleanup import delete_expired_rows
    from bailee.store.models import Attempt, Due, Staff, Suppression

    for days in (0, 2, 40):
        at = NOON - timedelta(days=days)
        Attempt.objects.create(kind="intake", tag="t", at=at)
        Due.objects.create(kind="check", about=str(days), at=at, done_at=at)
        Suppression.objects.create(tag=str(days), since=at - timedelta(days=9_000))
    Due.objects.create(kind="remind", at=NOON - timedelta(days=400))
    assert delete_expired_rows(context) == {"Attempt": 1, "Due": 1}
    assert delete_expired_rows(context) == {}
    assert {due.about for due in Due.objects.exclude(done_at=None)} == {"0", "2"}
    assert Due.objects.filter(kind="remind", done_at=None).exists()
    assert Suppression.objects.count() == 3
    assert not Staff.objects.exists()


def test_the_key_of_a_hold_that_was_lifted_long_ago_is_shredded_with_it(context: Context) -> None:
    from bailee.requests.cleanup import delete_expired_rows
    from bailee.store.models import HandHold
    from bailee.vault import InvalidVaultSealError

    long_ago = NOON - timedelta(days=7 * 365)
    sealed = context.vault.seal("hold:h1", ALICE, "hold:h1")
    HandHold.objects.create(id="h1", name="claim", law="CPR 31", sealed=sealed, placed_at=long_ago, lifted_at=long_ago)
    HandHold.objects.create(id="h2", name="claim", law="CPR 31", sealed=b"", placed_at=long_ago)
    assert delete_expired_rows(context) == {"HandHold": 1}
    assert [hold.id for hold in HandHold.objects.all()] == ["h2"]
    with pytest.raises(InvalidVaultSealError):
        context.vault.open("hold:h1", sealed, "hold:h1")


def test_staff_who_left_long_ago_lose_their_name_and_what_they_did_stays(context: Context) -> None:
    from bailee.requests.cleanup import delete_expired_rows
    from bailee.store.models import Reading, Staff
    from bailee.vault import InvalidVaultSealError

    for name, left in (("s1", NOON - timedelta(days=7 * 365)), ("s2", NOON - timedelta(days=365)), ("s3", None)):
        sealed = context.vault.seal(f"staff:{name}", ALICE, f"staff:{name}")
        Staff.objects.create(id=name, role="support", tag=f"tag{name}", sealed=sealed, joined_at=NOON, left_at=left)
    Reading.objects.create(staff_id="s1", tag="t", what="find", reason="asked", at=NOON)
    before = bytes(Staff.objects.get(id="s1").sealed)
    assert delete_expired_rows(context) == {"Staff": 1}
    assert delete_expired_rows(context) == {}
    gone = Staff.objects.get(id="s1")
    assert (bytes(gone.sealed), gone.tag) == (b"", "s1")
    assert Reading.objects.get().staff_id == "s1"
    assert bytes(Staff.objects.get(id="s2").sealed)
    with pytest.raises(InvalidVaultSealError):
        context.vault.open("staff:s1", before, "staff:s1")
