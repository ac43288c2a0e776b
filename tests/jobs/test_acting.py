"""A request goes its way by workers: planned, approved, applied, looked at again, receipted, resumed, over."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bailee import plan as plans
from bailee.engine.results import RemainingValue, WhyRemaining
from bailee.engine.systems import open_systems_of_context
from bailee.ledger import receipt
from tests.harm.firm import ALICE, MARKER
from tests.jobs.firm import DAY, HOUR, NOW, Place, approved, asks, controller, let_work, officer

if TYPE_CHECKING:  # models want Django to be set up
    from bailee.store.context import Context
    from bailee.store.models import Request


def books_as_text() -> str:
    """Every row of every table of the books."""
    from django.db import connection

    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in rows])


def test_a_plan_that_a_clock_ahead_has_made_is_made_again_once_the_clock_is_right(place: Place) -> None:
    with place.context() as context:
        from bailee.store.models import Approval, Due, Plan

        request = asks(context)
        let_work(context.at(NOW + 41 * DAY))
        plan = approved(context.at(NOW + 41 * DAY), request)
        Approval.objects.filter(plan=plan).update(acts_at=NOW + DAY)
        Due.objects.filter(kind="act", about=plan.id).update(at=NOW + DAY)
        before = place.firm.dump()
        let_work(context.at(NOW + 2 * DAY))
        assert place.firm.dump() == before
        assert Plan.objects.get(id=plan.id).state == "stale"
        again = Plan.objects.get(request=request, state="proposed")
        assert again.made_at == NOW + 2 * DAY
        approved(context.at(NOW + 2 * DAY), request)
        let_work(context.at(NOW + 4 * DAY))
        assert place.firm.dump() != before


def test_a_plan_that_was_begun_before_the_books_were_put_back_is_left_to_staff(place: Place) -> None:
    with place.context() as context:
        from bailee.engine.high_water import NUMBER
        from bailee.requests.request_plans import plan_request as plan_now
        from bailee.store.models import Plan
        from bailee.store.sealed_store import HIGH_WATER

        request = asks(context)
        let_work(context)
        plan = approved(context, request)
        with open_systems_of_context(context) as systems:
            kept = systems.store.get(HIGH_WATER, NUMBER) or {}
            begun = {**kept, "begun": {plan.digest: "2026-03-14T10:00:00"}}  # as `bailee confirm books` notes it
            systems.store.put(HIGH_WATER, NUMBER, begun)
        before = place.firm.dump()
        let_work(context.at(NOW + DAY))
        request.refresh_from_db()
        assert (request.status, Plan.objects.get(id=plan.id).state) == ("open", "cancelled")
        last = request.events.order_by("id").reverse()[0]
        assert last.kind == "not_planned"
        assert last.facts["why"] == "the plan was begun or called off on 2026-03-14, before the books were put back"
        let_work(context.at(NOW + 2 * DAY))
        assert place.firm.dump() == before
        assert not Plan.objects.filter(request=request, state="proposed")
        staff = context.at(NOW + 2 * DAY).by(officer(context))
        with open_systems_of_context(staff) as systems:
            assert plan_now(staff, systems, request)


def test_an_erasure_goes_from_the_plan_to_the_receipt_and_resumes_when_the_hold_has_ended(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with place.context() as context:
        from bailee.store.models import Due, Plan, Receipt, Request, Step

        request = asks(context)
        let_work(context)
        plan = approved(context, request)
        let_work(context)
        assert Plan.objects.get(id=plan.id).state == "approved"  # it waits
        before = place.firm.dump()

        let_work(context.at(NOW + DAY))
        request.refresh_from_db()
        assert request.status == "settling"
        assert place.firm.dump() != before
        assert not Receipt.objects.exists()
        steps = {(s.step, s.system) for s in Step.objects.filter(plan=plan, ended_at__isnull=False)}
        assert steps >= {("intent", ""), ("commit", "shop"), ("commit", "desk"), ("files", ""), ("outcome", "")}

        let_work(context.at(NOW + 2 * DAY))
        request.refresh_from_db()
        assert (request.status, Plan.objects.get(id=plan.id).state) == ("held", "done")
        kept = Receipt.objects.get(plan=plan)
        text = context.vault.open(f"request:{request.id}", bytes(kept.sealed or b""), about=f"receipt:{plan.id}")
        told = receipt.parse(text.decode())
        assert told.is_about("email", ALICE)
        receipt.verify(told)
        from bailee.requests.receipts import hand_out_receipts
        from bailee.store.access_log import Reason, list_accesses
        from tests.requests.rights.people import text_of

        letter = text_of(context, request, "held")
        assert "There is a receipt for what we did." in letter
        assert "- Shop: erased: " in letter
        assert "What stays, and why" in letter
        assert "cut down" not in letter  # a hold keeps cells of all that stays
        ((_, handed),) = hand_out_receipts(context.by(controller(context)), request, Reason.REQUEST)
        assert (handed.encode(), next(list_accesses(request)).what) == (text, "receipt")

        due = Due.objects.get(kind="release", done_at=None)
        later = context.at(due.at + HOUR)
        let_work(later)  # the hold has ended: planned, approved by what stands, applied
        let_work(later.at(later.now + 2 * DAY))
        request.refresh_from_db()
        assert (request.status, request.outcome) == ("closed", "done")
        assert Receipt.objects.count() == 2
        assert not [row for row in place.firm.dump(("persons",))["persons"] if ALICE in row]
        open_ = {*Due.objects.filter(done_at=None).values_list("kind", flat=True)}
        assert open_ <= {"forget", "deliver", "lapse"}, open_
        assert not Request.objects.exclude(status="closed").exists()
        assert MARKER not in books_as_text()
    assert MARKER not in caplog.text


def carried_out(context: Context) -> Request:
    """Return a request of Alice's that workers have carried out; her invoice is held."""
    request = asks(context)
    let_work(context)
    approved(context, request)
    let_work(context.at(NOW + DAY))
    let_work(context.at(NOW + 2 * DAY))
    return request


def release(context: Context) -> None:
    """Let workers do what is due when the hold ends, and settle it."""
    from bailee.store.models import Due

    later = context.at(Due.objects.get(kind="release", done_at=None).at + HOUR)
    let_work(later)
    let_work(later.at(later.now + 2 * DAY))


def test_a_release_after_which_alices_own_row_still_names_her_is_not_told_as_done(
    small: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = RemainingValue("shop", "person", "email", 1, WhyRemaining.UNKEPT)
    with small.context() as context:
        from tests.requests.rights.people import text_of

        request = carried_out(context)
        monkeypatch.setattr(
            "bailee.engine.ledger_entries.read_remaining_values", lambda *_: (left,)
        )  # as the outcome notes it
        release(context)
        request.refresh_from_db()
        assert (request.status, request.outcome) == ("closed", "partly")
        assert "still hold what you are known by" in text_of(context, request, "resumed")


def test_a_release_does_not_end_as_done_what_left_a_row_that_nobody_confirmed(small: Place) -> None:
    small.firm.run("INSERT INTO persons VALUES (9, 'al@post.example', 'Al', '9 Road', '+442079460101')")  # her number
    with small.context() as context:
        from tests.requests.rights.people import text_of

        request = carried_out(context)
        request.refresh_from_db()
        assert request.status == "held"
        release(context)
        request.refresh_from_db()
        assert (request.status, request.outcome) == ("closed", "partly")
        assert "Some records may be about you" in text_of(context, request, "resumed")
    assert small.firm.run("SELECT name FROM persons WHERE id = 9") == [("Al",)]


def test_what_was_kept_waits_for_a_restriction_and_goes_on_the_day_that_it_ends(place: Place) -> None:
    with place.context() as context:
        from bailee.requests.request_content import tag_identities
        from bailee.requests.restrictions import lift_restriction
        from bailee.store.models import Due, RequestTag, Restriction
        from tests.requests.rights.people import arrives

        request = asks(context)
        let_work(context)
        approved(context, request)
        for days in (0, 1, 2):
            let_work(context.at(NOW + days * DAY))
        request.refresh_from_db()
        assert request.status == "held"
        RequestTag.objects.create(request=request, tag=tag_identities(context, [("email", ALICE)])[0])
        asks(context.at(NOW + 3 * DAY), right="restrict")  # she has thought better of it
        let_work(context.at(NOW + 3 * DAY))
        stored = Restriction.objects.get().request

        later = context.at(Due.objects.get(kind="release", done_at=None).at + HOUR)
        let_work(later)  # the hold of the law has ended
        assert place.firm.run("SELECT id FROM invoices WHERE person_id = 1")
        due = Due.objects.get(kind="release", done_at=None)
        assert due.at > later.now

        ends = later.today + 20 * DAY
        lift_restriction(later.by(controller(later)), stored, "We have looked at it.", ends)
        arrives(later, stored, "restriction_ends")
        due.refresh_from_db()
        assert due.at <= later.begin_of(ends)
        let_work(later.at(later.begin_of(ends) + HOUR))
        let_work(later.at(later.begin_of(ends) + 3 * DAY))
        request.refresh_from_db()
        assert (request.status, request.outcome) == ("closed", "done")
        assert not place.firm.run("SELECT 1 FROM persons WHERE id = 1 UNION SELECT 1 FROM invoices WHERE person_id = 1")


def test_a_letter_tells_of_what_was_done_alone(small: Place) -> None:
    from bailee.plan import Law, PlanStep, SystemPlan

    held = (Law("accounting", "Finance Act 1998"),)
    steps = (
        PlanStep("a", "call_record", "erased", "", 3, 13),
        PlanStep("b", "contract", "left", "", 1, 11),
        PlanStep("c", "invoice", "left", "", 0, 10, withheld=8, laws=held),
        PlanStep("d", "contact", "kept", "", 2, 12, ("email = nothing",), withheld=1, laws=held),
    )
    plan = replace(_A_PLAN, systems=(SystemPlan("crm", "Ledgerhouse", "", steps),))
    with small.context():
        from bailee.requests.letters import KeptData
        from bailee.requests.plan_end import list_done, list_kept

        done = (
            "erased: call record; cut down to what must stay: contact; "
            "shared with others and kept, with your details removed: contract"
        )
        assert list(list_done(plan)) == [f"Ledgerhouse: {done}"]
        assert list(list_kept(plan, {"accounting"})) == [
            KeptData("invoice", "Finance Act 1998", is_needed=True),
            KeptData("contact", "Finance Act 1998", is_needed=True),
        ]


_A_PLAN = plans.PlanDocument("erase", "1", "c", "p", "v", "2026-03-15", "2026-03-15T12:30:00+00:00", "", ())


def test_a_release_after_which_something_stays_is_not_told_as_the_whole(small: Place) -> None:
    from tests.requests.rights.people import text_of

    small.firm.run("INSERT INTO persons VALUES (9, 'al@post.example', 'Al', '9 Road', '+442079460101')")  # her number
    with small.context() as context:
        request = carried_out(context)
        held = " ".join(text_of(context, request, "held").split())
        release(context)
        request.refresh_from_db()
        text = " ".join(text_of(context, request, "resumed").split())
    assert request.outcome == "partly"
    assert "More of your data is erased" in text
    assert "what you asked for is done" not in text
    assert "You may also complain" in text or "complain to" in text
    assert "We keep it for that reason alone" not in held
