"""Answers that need the systems are made off the web's threads: a system that hangs keeps nobody else waiting.

A page waits `WAITS` seconds. Then it says which system it waits for, and the work goes on: the same call, sent again by
the same person, gets the answer when it is there. Nobody else can: it is kept under the session or the token, and all
that was sent, for `KEPT` seconds, in memory alone.
"""

from __future__ import annotations

import contextvars
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bailee.engine.systems import find_asked, forget_thread
from bailee.web import CONTEXT
from bailee.web.server import WAITING

Work = Callable[[], HttpResponseBase]

WAITS = 10.0
"""Seconds that a page waits for the systems."""

AT_ONCE = WAITING
"""Answers that are made at once. A system that hangs holds one for as long as its connector waits."""

_WAITS = threading.BoundedSemaphore(WAITING)
"""For those who wait for an answer: the web has threads left then."""

KEPT = 120.0
"""Seconds for which an answer is kept for those who asked for it."""

RETRY = 5
"""Seconds after which to ask again."""

FORM_MARK = "csrfmiddlewaretoken"
"""The field of a form that is another one on each page, and no part of what is asked."""


@dataclass(frozen=True, slots=True)
class Pending:
    """There is no answer yet. ``systems``: the titles of those that it waits for, as far as they are known."""

    systems: tuple[str, ...]


@dataclass
class _Job:
    """An answer that is being made. ``thread``: the identifier of its thread."""

    ready: threading.Event = field(default_factory=threading.Event)
    thread: int = 0
    ended: float = 0.0
    answer: HttpResponseBase | None = None
    error: BaseException | None = None


_jobs: dict[str, _Job] = {}
_lock = threading.Lock()


def answer_off_thread(request: HttpRequest, work: Work) -> HttpResponseBase | Pending:
    """Return what ``work`` answers to ``request``, made off this thread, or what it still waits for.

    Raises what ``work`` raises.
    """
    key, deadline = _make_key(request), time.monotonic() + WAITS
    job = _find_job(key, work)
    if job is None:
        return Pending(_list_titles(request, _have_all_asked()))
    if not _is_ready(job, deadline):
        return Pending(_list_titles(request, {find_asked(job.thread)}))
    with _lock:
        if _jobs.get(key) is job:
            del _jobs[key]
    if job.error is not None:
        raise job.error
    assert job.answer is not None
    return job.answer


def _is_ready(job: _Job, deadline: float) -> bool:
    """Wait until the answer is there, or for as long as this thread may; return whether it is."""
    if not _WAITS.acquire(blocking=False):
        return job.ready.is_set()
    try:
        return job.ready.wait(max(0.0, deadline - time.monotonic()))
    finally:
        _WAITS.release()


def _make_key(request: HttpRequest) -> str:
    """Return by what the same call of the same caller is known: a digest, which tells nothing."""
    form = sorted((name, values) for name, values in request.POST.lists() if name != FORM_MARK)
    body = repr(form).encode() if form else request.body
    whose = [request.COOKIES.get(name, "") for name in sorted(request.COOKIES) if not name.endswith("-form")]
    parts = [request.method or "", request.get_full_path(), request.headers.get("Authorization", ""), repr(whose)]
    parts.append(request.headers.get("HX-Request", ""))
    return hashlib.sha256(b"\0".join([*(part.encode() for part in parts), body])).hexdigest()


def _find_job(key: str, work: Work) -> _Job | None:
    """Return the job that is known by ``key``, else begin it; ``None`` where too many are at work."""
    with _lock:
        now = time.monotonic()
        for old in [k for k, job in _jobs.items() if job.ready.is_set() and now - job.ended > KEPT]:
            del _jobs[old]
        if key in _jobs:
            return _jobs[key]
        if sum(1 for job in _jobs.values() if not job.ready.is_set()) >= AT_ONCE:
            return None
        job = _jobs[key] = _Job()
    context = contextvars.copy_context()  # the language and the time zone of the page
    threading.Thread(target=context.run, args=(_run_job, job, work), name="answer", daemon=True).start()
    return job


def _run_job(job: _Job, work: Work) -> None:
    job.thread = threading.get_ident()
    try:
        job.answer = work()
    except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
        job.error = error
    finally:
        connections.close_all()  # of this thread alone
        forget_thread()
        job.ended = time.monotonic()
        job.ready.set()


def _have_all_asked() -> set[str]:
    with _lock:
        return {find_asked(job.thread) for job in _jobs.values() if not job.ready.is_set()}


def _list_titles(request: HttpRequest, names: Iterable[str]) -> tuple[str, ...]:
    systems = request.META[CONTEXT].policy.systems
    return tuple(sorted(systems[name].title for name in set(names) if name in systems))
