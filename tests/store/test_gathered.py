"""What is written together goes to the books in one statement, and nobody who writes or reads can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bailee.jobs.due_items import Lease
    from bailee.store.models import Request

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def ask() -> Request:
    """Return a request that stands in the books."""
    from bailee.store.models import Request

    return Request.objects.create(right="erase", channel="portal", received_at=NOON, received_on=NOON, regime="uk")


def new_event(request: Request, kind: str) -> Any:
    from bailee.store.models import Event

    return Event(request=request, at=NOON, kind=kind)


def claimed(kind: str, about: str) -> Lease:
    from bailee.jobs.due_items import claim_due, schedule_due
    from bailee.store.models import Due

    schedule_due(kind, about, at=NOON)
    lease = claim_due(Due.objects.get(kind=kind, about=about).id, "one", NOON)
    assert lease is not None
    return lease


@contextmanager
def counted() -> Iterator[list[str]]:
    """Yield the statements that are sent while the block lasts."""
    from django.db import connection

    sent: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith("BEGIN"):
            sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield sent


def sent_in_all(one_by_one: int) -> int:
    """Return how many statements are sent for so many: one, where a statement costs a way."""
    from django.db import connection

    return 1 if connection.vendor == "postgresql" else one_by_one


def test_all_that_is_written_in_a_block_is_one_statement(books: str) -> None:
    from bailee.jobs.due_items import schedule_due
    from bailee.store.batches import batch_writes, change_row, insert_row
    from bailee.store.models import Due, Event, Request

    request = ask()
    with counted() as sent, batch_writes():
        insert_row(new_event(request, "planned"))
        request.status = "planned"
        change_row(request, "status")
        schedule_due("act", "p1", at=NOON)
    assert len(sent) == sent_in_all(3)
    assert Event.objects.get().request_id == request.id
    assert Request.objects.get().status == "planned"
    assert Due.objects.get().about == "p1"


def test_rows_that_the_books_number_stand_in_the_order_in_which_they_were_written(books: str) -> None:
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event

    request, kinds = ask(), ["closed", "told", "again", "unreachable"]
    with counted() as sent, batch_writes():
        for kind in kinds:
            insert_row(new_event(request, kind))
    assert len(sent) == sent_in_all(4)
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == kinds


def test_a_row_that_is_changed_twice_is_as_it_was_changed_last(books: str) -> None:
    from bailee.store.batches import batch_writes, change_row
    from bailee.store.models import Request

    request = ask()
    with counted() as sent, batch_writes():
        request.status, request.outcome = "planned", "done"
        change_row(request, "status", "outcome")
        request.status = "closed"
        change_row(request, "status")
    assert len(sent) == sent_in_all(2)
    assert Request.objects.values_list("status", "outcome").get() == ("closed", "done")


def test_a_row_that_is_new_and_changed_is_written_as_it_was_changed(books: str) -> None:
    from bailee.store.batches import batch_writes, change_row, insert_row
    from bailee.store.models import Request

    request = Request(right="erase", channel="portal", received_at=NOON, received_on=NOON, regime="uk")
    with counted() as sent, batch_writes():
        insert_row(request)
        request.status = "open"
        change_row(request, "status")
    assert len(sent) == sent_in_all(2)
    assert Request.objects.get().status == "open"


def test_whoever_asks_within_a_block_sees_what_was_written_in_it(books: str) -> None:
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event

    request = ask()
    with batch_writes():
        insert_row(new_event(request, "planned"))
        assert Event.objects.filter(kind="planned").exists()
        insert_row(new_event(request, "approved"))
        Event.objects.filter(kind="approved").update(kind="seen")
    assert {*Event.objects.values_list("kind", flat=True)} == {"planned", "seen"}


def test_one_thing_that_becomes_due_twice_is_due_at_the_earlier_time(books: str) -> None:
    from bailee.jobs.due_items import schedule_due
    from bailee.store.batches import batch_writes
    from bailee.store.models import Due

    with batch_writes():
        schedule_due("act", "p1", at=NOON + timedelta(hours=1))
        schedule_due("act", "p1", at=NOON)
        schedule_due("act", "p2", at=NOON)
    assert {*Due.objects.values_list("about", "at")} == {("p1", NOON), ("p2", NOON)}


def test_what_is_there_already_stays_as_it_is(books: str) -> None:
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Request

    request = ask()
    other = Request(**{f.attname: getattr(request, f.attname) for f in Request._meta.concrete_fields})
    other.status = "closed"
    with batch_writes():
        insert_row(other, unless_there=True)
        insert_row(new_event(request, "planned"))
    assert Request.objects.get().status == "unverified"


def test_of_a_block_that_fails_nothing_is_written(books: str) -> None:
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event

    request = ask()

    def fail() -> None:
        with batch_writes():
            insert_row(new_event(request, "planned"))
            assert Event.objects.exists()
            insert_row(new_event(request, "approved"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not Event.objects.exists()
    insert_row(new_event(request, "alone"))
    assert Event.objects.get().kind == "alone"


def test_an_error_in_a_block_within_a_block_ends_both(books: str) -> None:
    from django.db import transaction

    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event

    request = ask()

    def fail() -> None:
        with batch_writes():
            insert_row(new_event(request, "inner"))
            raise KeyError

    def go_on() -> None:
        with batch_writes():
            insert_row(new_event(request, "outer"))
            with pytest.raises(KeyError):
                fail()
            insert_row(new_event(request, "after"))

    with pytest.raises(transaction.TransactionManagementError):
        go_on()
    assert not Event.objects.exists()


def test_a_savepoint_of_the_callers_takes_back_what_was_written_since(books: str) -> None:
    from django.db import transaction

    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event

    request = ask()

    def fail() -> None:
        with transaction.atomic():
            insert_row(new_event(request, "within"))
            raise KeyError

    with batch_writes():
        insert_row(new_event(request, "before"))
        with pytest.raises(KeyError):
            fail()
        insert_row(new_event(request, "after"))
    assert [*Event.objects.order_by("id").values_list("kind", flat=True)] == ["before", "after"]


def test_what_is_asked_once_is_not_asked_again_before_the_block_ends(books: str) -> None:
    from bailee.store.batches import ask_once, batch_writes

    request, asked = ask(), list[str]()
    for _ in range(2):
        with batch_writes():
            for _ in range(3):
                ask_once("request", lambda: asked.append(request.id))
    assert len(asked) == 2


def test_steps_whose_lease_was_lost_take_all_back_that_was_written_with_them(books: str) -> None:
    from bailee.jobs.due_items import LeaseLost, claim_due
    from bailee.requests.steps import BooksJournal
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Event, Plan, Step

    request = ask()
    plan = Plan.objects.create(request=request, kind="erase", digest="d", case="c", document="{}", made_at=NOON)
    lost = claimed("act", plan.id)
    assert claim_due(lost.due, "two", NOON + timedelta(hours=1)) is not None
    journal = BooksJournal(plan.id, lost, lambda: NOON)

    def write() -> None:
        with batch_writes():
            insert_row(new_event(request, "acted"))
            journal.begin_step("intent")
            journal.write()
            insert_row(new_event(request, "more"))

    with pytest.raises(LeaseLost):
        write()
    assert not Event.objects.exists()
    assert not Step.objects.exists()


def test_a_thing_that_is_done_is_over_with_what_else_is_written(books: str) -> None:
    from bailee.jobs.due_items import end_due, retry_due, schedule_due
    from bailee.store.batches import batch_writes, insert_row
    from bailee.store.models import Due

    request, done, more = ask(), claimed("settle", "p1"), claimed("act", "p2")
    with counted() as sent, batch_writes():
        insert_row(new_event(request, "closed"))
        end_due(done, NOON)
        assert retry_due(more, NOON, kind="settle")
        schedule_due("forget", request.id, at=NOON)
    assert len(sent) == sent_in_all(4)
    assert done.is_over
    assert {*Due.objects.filter(done_at=None).values_list("kind", flat=True)} == {"settle", "forget"}
    assert Due.objects.get(about="p2").lease_until is None
