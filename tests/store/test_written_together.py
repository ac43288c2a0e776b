"""What is written together to the books stands together, or nothing of it."""

from __future__ import annotations

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


def test_steps_whose_lease_was_lost_take_all_back_that_was_written_with_them(books: str) -> None:
    from django.db import transaction

    from bailee.jobs.due_items import LeaseLost, claim_due
    from bailee.requests.steps import BooksJournal
    from bailee.store.models import Event, Plan, Step

    request = ask()
    plan = Plan.objects.create(request=request, kind="erase", digest="d", case="c", document="{}", made_at=NOON)
    lost = claimed("act", plan.id)
    assert claim_due(lost.due, "two", NOON + timedelta(hours=1)) is not None
    journal = BooksJournal(plan.id, lost, lambda: NOON)

    def write() -> None:
        with transaction.atomic():
            new_event(request, "acted").save()
            journal.begin_step("intent")
            journal.write()
            new_event(request, "more").save()

    with pytest.raises(LeaseLost):
        write()
    assert not Event.objects.exists()
    assert not Step.objects.exists()


def test_a_thing_that_is_done_is_over_with_what_else_is_written(books: str) -> None:
    from django.db import transaction

    from bailee.jobs.due_items import end_due, retry_due, schedule_due
    from bailee.store.models import Due

    request, done, more = ask(), claimed("settle", "p1"), claimed("act", "p2")
    with transaction.atomic():
        new_event(request, "closed").save()
        end_due(done, NOON)
        assert retry_due(more, NOON, kind="settle")
        schedule_due("forget", request.id, at=NOON)
    assert done.is_over
    assert {*Due.objects.filter(done_at=None).values_list("kind", flat=True)} == {"settle", "forget"}
    assert Due.objects.get(about="p2").lease_until is None


def test_what_is_done_as_another_kind_that_is_due_already_is_due_once(books: str) -> None:
    from django.db import transaction

    from bailee.jobs.due_items import retry_due, schedule_due
    from bailee.store.models import Due

    request, lease = ask(), claimed("act", "p1")
    schedule_due("settle", "p1", at=NOON + timedelta(hours=2))
    with transaction.atomic():
        assert retry_due(lease, NOON, kind="settle")
        new_event(request, "acted").save()
    assert [(due.kind, due.at) for due in Due.objects.filter(done_at=None)] == [("settle", NOON)]
    assert request.events.count() == 1
