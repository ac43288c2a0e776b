"""A link to a copy opens it once in all, also where the books are put back from a backup between two uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bailee.engine import high_water
from tests.requests.identity.place import Place
from tests.requests.identity.test_a_copy_without_a_code import _asked, _packed, _take, _token
from tests.requests.identity.test_attacks_on_a_copy_without_a_code import visit
from tests.requests.identity.test_contacts import dated

if TYPE_CHECKING:
    from bailee.store.models import Request

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""Books in SQLite are a folder, which is put back here; of a server's the mark beside the key tells the same."""


@contextmanager
def put_back(place: Place, *, with_mark: bool = False) -> Iterator[None]:
    """Put the books back, at the end of the block, as they are now: all but the mark, unless it lies among them."""
    from django.db import connections

    books, backup = place.context.books, place.context.folder.parent / "backup"
    connections.close_all()
    shutil.copytree(books, backup)
    yield
    connections.close_all()
    mark = mark_of(place)
    now = mark.read_bytes() if mark.exists() else None
    shutil.rmtree(books)
    shutil.move(backup, books)
    if now is not None and not with_mark:
        mark.write_bytes(now)


def mark_of(place: Place) -> Path:
    mark = high_water.find_file(place.context.store)
    assert mark is not None
    return mark


def sent(place: Place) -> tuple[Request, str]:
    """Let a copy go to the address on file; return the request, and the token of its link."""
    dated(place, 31)
    request = _asked(place)
    _packed(place, request)
    high_water.note_on_commit(place.context.store, high_water.HOLD, "0" * 16, place.context.now)  # so there is a mark
    return request, _token(place, request)


def confirm(place: Place, *, days: float) -> None:
    """Go on with the books that are there, as `bailee confirm books --entered-again` does."""
    high_water.confirm_books(place.context.store, {}, place.at(days=days).now)


def test_a_link_that_was_used_opens_nothing_in_books_from_before(place: Place) -> None:
    request, token = sent(place)
    with put_back(place):
        assert _take(place, request, token, days=1) == "opened"
    assert not request.proofs.exclude(proven_at=None).exists()  # these books do not know that it was used
    found = high_water.find_missing(place.context.store, {})
    assert [str(one).partition(": ")[2] for one in found] == ["the link to a copy was used"]
    assert _take(place, request, token, days=2) == "over"
    confirm(place, days=3)
    assert _take(place, request, token, days=4) == "over"


def test_what_the_code_to_come_back_has_opened_is_known_too(place: Place) -> None:
    from bailee.requests import visits

    request, token = sent(place)
    code = visit(place, request)
    with put_back(place):
        assert visits.exchange_code(place.at(hours=1), request, code, source="a") is not None
    assert visits.exchange_code(place.at(hours=2), request, code, source="a") is None
    assert _take(place, request, token, days=1) == "over"
    confirm(place, days=1)
    assert visits.exchange_code(place.at(hours=3), request, code, source="a") is None


def test_a_link_that_was_sent_after_the_backup_is_not_known(place: Place) -> None:
    dated(place, 31)
    request = _asked(place)
    with put_back(place):
        _packed(place, request)
        token = _token(place, request)
    request.refresh_from_db()
    assert _take(place, request, token, days=1) == "unknown"


def test_where_the_mark_was_put_back_as_well_a_word_of_staff_ends_all_links(place: Place) -> None:
    """Nothing outside of the books knows then that it was used: so all that were sent before are over."""
    request, token = sent(place)
    with put_back(place, with_mark=True):
        assert _take(place, request, token, days=1) == "opened"
    assert high_water.find_missing(place.context.store, {}) == ()
    confirm(place, days=2)
    assert _take(place, request, token, days=3) == "over"


def test_a_link_that_is_sent_after_that_opens_its_copy(place: Place) -> None:
    high_water.note_on_commit(place.context.store, high_water.HOLD, "0" * 16, place.context.now)
    confirm(place, days=0)
    dated(place, 31)
    request = _asked(place, days=0.1)
    _packed(place, request, days=0.1)
    assert _take(place, request, _token(place, request), days=1) == "opened"
    assert _take(place, request, _token(place, request), days=1) == "used"
