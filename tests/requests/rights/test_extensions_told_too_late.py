"""An extension counts where its letter has left within the first month, and else not (Art. 12(3))."""

from __future__ import annotations

from typing import Any

import pytest

from tests.requests.rights.people import World, arrives

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # dates are the same on either

REASON = "There are recordings of nine years."


def extended(world: World, *, days: float) -> tuple[Any, Any]:
    """Return a request to erase whose time was extended so much later, and the day on which it was due before."""
    from bailee.requests.clocks import extend_time

    request = world.request("erase", by="support")
    before = request.due_on
    extend_time(world.by("officer", days=days), request, REASON)
    assert request.due_on > before
    return request, before


def take_back(context: Any) -> None:
    """Do what a worker does at each look at a clock that is right."""
    from bailee.requests.untold_extensions import take_back_untold_extensions as take_all_back

    take_all_back(context)


def last_days(world: World, request: Any) -> int:
    """Return how many days after `NOW` the last day is on which an extension can be told."""
    from bailee.requests.clocks import find_extension_notice_day

    by = find_extension_notice_day(request)
    assert by is not None
    return int((by - world.context.today).days)


def kinds(request: Any) -> list[str]:
    """Return the kinds of what has happened."""
    return list(request.events.order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize(("after", "counts"), [(0, True), (1, False), (30, False)])
def test_an_extension_counts_where_its_letter_leaves_by_the_last_day_of_the_first_month(
    world: World, after: int, *, counts: bool
) -> None:
    request, before = extended(world, days=2)
    then = world.by("worker", days=last_days(world, request) + after)
    arrives(then, request, "extend")
    take_back(then)
    request.refresh_from_db()
    assert (request.extended_on is not None, request.due_on > before) == (counts, counts)
    assert ("extension_too_late" in kinds(request)) is not counts


@pytest.mark.parametrize(("after", "counts"), [(0, True), (1, False)])
def test_an_extension_whose_letter_waits_still_when_the_month_is_over_does_not_count(
    world: World, after: int, *, counts: bool
) -> None:
    """No letter leaves any more that tells a day which is not so, and staff are asked to tell the person."""
    from bailee.requests.owed_letters import list_untold_letters
    from bailee.views.doctor.pending import _persons

    request, before = extended(world, days=2)
    take_back(world.by("worker", days=last_days(world, request) + after))
    request.refresh_from_db()
    assert (request.due_on > before, list_untold_letters(request)) == (counts, [] if counts else ["extend"])
    letter = request.messages.get(template="extend")
    assert (letter.state, letter.problem) == (("queued", "") if counts else ("failed", "too-late"))
    assert ("extend" in _persons().says) is not counts


def test_an_extension_whose_letter_left_in_time_stays_for_good(world: World) -> None:
    request, before = extended(world, days=2)
    arrives(world.by("worker", days=3), request, "extend")
    take_back(world.by("worker", days=60))
    request.refresh_from_db()
    assert request.due_on > before


def test_a_question_asked_in_the_first_month_moves_the_last_day_to_tell_of_an_extension(world: World) -> None:
    from bailee.requests import clocks

    request = world.request("copy", by="support")
    clocks.extend_time(world.by("officer", days=2), request, REASON)
    clocks.ask_clarification(world.by("controller", days=3), request, "Which account?")
    arrives(world.by("worker", days=3), request, "clarify")
    take_back(world.by("worker", days=50))
    request.refresh_from_db()
    assert request.extended_on is not None
    clocks.note_clarified(world.by("controller", days=51), request)
    arrives(world.by("worker", days=52), request, "extend")
    take_back(world.by("worker", days=52))
    request.refresh_from_db()
    assert request.extended_on is not None


def test_a_question_asked_after_the_first_month_keeps_no_extension_that_nobody_was_told_of(world: World) -> None:
    from bailee.requests import clocks

    request = world.request("copy", by="support")
    before = request.due_on
    clocks.extend_time(world.by("officer", days=2), request, REASON)
    clocks.ask_clarification(world.by("controller", days=40), request, "Which account?")
    arrives(world.by("worker", days=40), request, "clarify")
    take_back(world.by("worker", days=41))
    request.refresh_from_db()
    assert (request.extended_on, request.due_on, request.pauses.count()) == (None, before, 0)


def test_a_worker_takes_such_an_extension_back_at_its_next_look(world: World) -> None:
    from bailee.requests.job_registry import JOBS

    request, before = extended(world, days=2)
    JOBS.when_right(world.by("worker", days=last_days(world, request) + 1))
    request.refresh_from_db()
    assert request.due_on == before


def test_staff_see_on_the_page_and_on_today_why_the_time_is_not_longer(world: World) -> None:
    from bailee.store.models import Role
    from bailee.views.request import whole
    from bailee.views.today import today
    from bailee.web.console.request_clock import draw_clock
    from bailee.web.console.request_words import describe_event

    request, _before = extended(world, days=2)
    days = last_days(world, request)
    assert draw_clock(whole(world.by("officer", days=2), request, Role.OFFICER)).too_late is None
    arrives(world.by("worker", days=days + 1), request, "extend")
    take_back(world.by("worker", days=days + 1))
    request.refresh_from_db()
    context = world.by("officer", days=days + 2)
    case = whole(context, request, Role.OFFICER)
    by = world.by("officer", days=days).today
    assert draw_clock(case).too_late == by
    told = case.last("extension_too_late")
    assert told is not None
    assert describe_event(told, {}).startswith("The time is not longer: the letter that says so had to leave by ")
    (line,) = (one for one in today(context, Role.OFFICER).waits if one.request == request and one.kind == "late")
    assert line.what == "extension_too_late"


def on_paper(request: Any, *, printed: bool) -> Any:
    """Let the letter of an extension go on paper, and return it."""
    letter = request.messages.get(template="extend")
    letter.channel, letter.state, letter.tries = "paper", "to_print", int(printed)
    letter.save(update_fields=["channel", "state", "tries"])
    return letter


@pytest.mark.parametrize("printed", [True, False])
def test_a_letter_that_was_printed_is_not_given_up_since_it_may_be_in_the_post(world: World, *, printed: bool) -> None:
    request, before = extended(world, days=2)
    letter = on_paper(request, printed=printed)
    take_back(world.by("worker", days=last_days(world, request) + 3))
    request.refresh_from_db()
    letter.refresh_from_db()
    assert (letter.state, request.due_on > before) == (("to_print", True) if printed else ("failed", False))


@pytest.mark.parametrize("years", [2, -2])
def test_a_wrong_clock_by_which_the_letter_left_takes_no_extension_back(world: World, years: int) -> None:
    """The letter leaves on the fifth day; the worker's clock says another year."""
    request, before = extended(world, days=2)
    arrives(world.by("worker", days=5 + 365 * years), request, "extend")
    request.refresh_from_db()
    assert request.due_on > before
    for day in (5, 6, 60):
        take_back(world.by("worker", days=day))
    request.refresh_from_db()
    assert request.due_on > before
    assert "extension_too_late" not in kinds(request)


@pytest.mark.parametrize("years", [2, -2])
def test_an_extension_whose_letter_left_by_a_wrong_clock_counts_only_where_the_right_one_shows_it(
    world: World, years: int
) -> None:
    request, before = extended(world, days=2)
    arrives(world.by("worker", days=5 + 365 * years), request, "extend")
    take_back(world.by("worker", days=last_days(world, request) + 1))
    request.refresh_from_db()
    assert request.due_on == before


def test_a_letter_that_was_given_up_since_its_day_was_over_is_not_sent_again(world: World) -> None:
    from bailee.requests.letters import LetterError
    from bailee.requests.letters.outbox import resend_letter

    request, _before = extended(world, days=2)
    late = world.by("worker", days=last_days(world, request) + 1)
    take_back(late)
    letter = request.messages.get(template="extend")
    with pytest.raises(LetterError, match="a later day that is not so") as raised:
        resend_letter(late, letter.id)
    letter.refresh_from_db()
    assert (raised.value.code, letter.state, letter.problem) == ("W906", "failed", "too-late")


def test_the_letter_of_a_closed_request_is_left_alone(world: World) -> None:
    from bailee.store.models import Status

    request, _before = extended(world, days=2)
    days = last_days(world, request)
    request.status = Status.CLOSED
    request.save(update_fields=["status"])
    take_back(world.by("worker", days=days + 1))
    assert request.messages.get(template="extend").state == "queued"
    arrives(world.by("worker", days=days + 2), request, "extend")
    take_back(world.by("worker", days=days + 3))
    assert {"extension_too_late", "letter_failed"}.isdisjoint(kinds(request))


def test_an_extension_that_staff_told_in_time_counts_though_its_letter_leaves_later(world: World) -> None:
    from bailee.requests.letters.delivery import note_returned_letters
    from bailee.requests.staff_notifications import note_person_told

    request, before = extended(world, days=2)
    arrives(world.by("worker", days=3), request, "extend")
    letter = request.messages.get(template="extend")
    note_returned_letters(world.by("worker", days=4), [letter.id])
    note_person_told(world.by("officer", days=5), request)
    letter.refresh_from_db()
    assert letter.state == "told"
    late = world.by("worker", days=last_days(world, request) + 1)
    letter.state, letter.sent_at = "sent", late.now
    letter.save(update_fields=["state", "sent_at"])
    take_back(late)
    request.refresh_from_db()
    assert request.due_on > before


@pytest.mark.parametrize(("after", "counts"), [(0, True), (1, False)])
def test_an_extension_on_paper_counts_from_the_day_on_which_staff_say_that_it_was_posted(
    world: World, after: int, *, counts: bool
) -> None:
    """It was printed and posted on a Friday; it is ticked off on the Monday, after a worker has looked."""
    from bailee.requests.letters.print_jobs import mark_posted

    request, before = extended(world, days=2)
    letter = on_paper(request, printed=True)
    days = last_days(world, request)
    monday = world.by("worker", days=days + 3)
    take_back(monday)
    mark_posted(monday, [letter.id], world.by("worker", days=days + after).today)
    take_back(monday)
    request.refresh_from_db()
    letter.refresh_from_db()
    assert (letter.state, request.due_on > before) == ("sent", counts)


@pytest.mark.parametrize(("day", "says"), [(1, "was written after"), (6, "has not come")])
def test_a_letter_cannot_have_been_posted_before_it_was_written_or_tomorrow(world: World, day: int, says: str) -> None:
    from bailee.requests.letters import LetterError
    from bailee.requests.letters.print_jobs import mark_posted

    request, _before = extended(world, days=2)
    letter = on_paper(request, printed=True)
    with pytest.raises(LetterError, match=says) as raised:
        mark_posted(world.by("worker", days=5), [letter.id], world.by("worker", days=day).today)
    letter.refresh_from_db()
    assert (raised.value.code, letter.state, letter.sent_at) == ("W906", "to_print", None)
