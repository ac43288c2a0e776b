"""Operations that need the systems: made off the web's threads, and told after ten seconds which they wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from bailee.web.answers import RETRY, Pending, answer_off_thread
from bailee.web.api.access import Call
from bailee.web.api.problems import CallRefused, answer_refusal

Run = Callable[..., HttpResponseBase]


def run_off_thread(run: Run) -> Run:
    """Let an operation run off the web's threads: the outermost of `decorate_view`."""

    @wraps(run)
    def wrapped(call: Call, **path: Any) -> HttpResponseBase:
        made = answer_off_thread(call, lambda: run(call, **path))
        if not isinstance(made, Pending):
            return made
        whom = ", ".join(made.systems) or "a system"
        hint = "send the same call again: the answer is kept for you when it is there"
        return answer_refusal(CallRefused("waiting", f"{whom} has not answered yet", hint, {"Retry-After": str(RETRY)}))

    return wrapped
