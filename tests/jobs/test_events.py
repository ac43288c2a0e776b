"""Who hears of what: nothing that is told goes unheard, and what cannot be heard is not done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import bailee
from bailee.store import events
from bailee.store.context import Context
from bailee.store.events import Dispatcher, LetterLeft, RequestEvent, UnheardError, make_dispatcher, make_subscription
from tests.jobs.firm import Place, asks

SOURCE = Path(bailee.__file__).parent


def test_all_who_subscribed_hear_in_their_order_and_others_do_not() -> None:
    heard: list[tuple[str, str]] = []
    told: Dispatcher[str] = make_dispatcher(
        [
            make_subscription(LetterLeft, lambda where, event: heard.append((where, f"first {event.template}"))),
            make_subscription(RequestEvent, lambda where, event: heard.append((where, event.kind))),
            make_subscription(LetterLeft, lambda where, event: heard.append((where, f"second {event.template}"))),
        ]
    )
    told.emit("here", LetterLeft("1", "copy", "2"))
    assert heard == [("here", "first copy"), ("here", "second copy")]


def test_what_nobody_hears_is_a_mistake() -> None:
    with pytest.raises(UnheardError, match="nobody hears of LetterLeft"):
        Dispatcher[str]().emit("here", LetterLeft("1", "copy", "2"))


def test_what_a_listener_raises_undoes_what_was_told_of(small: Place) -> None:
    def refuses(_context: object, _event: RequestEvent) -> None:
        raise RuntimeError("cannot hear")

    with small.context() as context:
        from django.db import transaction

        from bailee.requests.timeline import note_event
        from bailee.store.models import Event, Request

        @transaction.atomic
        def act_on(request: Request, context: Context) -> None:
            request.language = "fr"
            request.save()
            note_event(context, request, "seen")

        asks(context)
        request, before = Request.objects.get(), Event.objects.count()
        deaf = replace(context, events=make_dispatcher([make_subscription(RequestEvent, refuses)]))
        with pytest.raises(RuntimeError, match="cannot hear"):
            act_on(request, deaf)
        request.refresh_from_db()
        assert (Event.objects.count(), request.language) == (before, "en")


def test_every_event_is_heard_once_the_office_is_open(small: Place) -> None:
    with small.context() as context:
        told = {
            each
            for each in vars(events).values()
            if isinstance(each, type)
            and each.__module__ == events.__name__
            and each not in {Dispatcher, UnheardError, events.Subscription}
        }
        assert told == set(context.events.calls)


def test_every_kind_of_what_is_put_down_as_due_has_a_job(small: Place) -> None:
    with small.context():
        from bailee.requests.job_registry import JOBS
        from bailee.requests.letters.outbox import DELIVER
        from bailee.requests.visits import VISIT

        put_down = {DELIVER, VISIT, *(kind for path in SOURCE.rglob("*.py") for kind in _kinds_in(path))}
        assert {"identify", "plan", "webhook", "forget", "act", "release"} <= put_down
        assert put_down <= JOBS.kinds.keys()
        assert all(kind == job.kind for kind, job in JOBS.kinds.items())


def _kinds_in(path: Path) -> Iterator[str]:
    """Yield the kinds that a file puts down, by `schedule_due`, `schedule_all` and `retry_due` as literals."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        if call.func.id == "schedule_due":
            yield from _said(call.args[0])
        elif call.func.id == "schedule_all":
            yield from (
                kind for one in ast.walk(call.args[0]) if isinstance(one, ast.Tuple) for kind in _said(one.elts[0])
            )
        elif call.func.id == "retry_due":
            yield from (kind for one in call.keywords if one.arg == "kind" for kind in _said(one.value))


def _said(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
