"""Every address of the site against every role and none, GET and POST: `tests.web.table` says what each is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from bailee.store.models import Role
from tests.api.live import Served
from tests.web.table import STAFF, TABLE, Line, Who
from tests.web.visitor import dangling, visitor


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one.pattern, RegexPattern):
            continue  # what is left below api/: a program is told that nothing is there
        if isinstance(one, URLPattern):
            yield route
        elif not route.startswith("api/"):  # which has a table of its own: tests/api/test_who_may.py
            yield from routes(one, route)


def test_every_address_has_a_line_and_every_line_an_address(once_served: Served) -> None:
    assert once_served.app is not None
    assert set(routes(get_resolver())) == set(TABLE)


@pytest.mark.parametrize("role", [None, *Role])
def test_each_address_opens_to_whom_the_table_says(once_served: Served, role: Role | None) -> None:
    first = visitor(once_served, role)
    token, cookie = first.token(), first.client.get_cookie("bailee-form")
    assert cookie is not None
    wrong = []
    for route, line in TABLE.items():
        path = "/" + re.sub(r"<\w+:(\w+)>", lambda found: line.arguments[found[1]], route)  # noqa: B023 - used at once
        came = visitor(once_served, role)
        answer = came.get(path)
        got = answer.status_code
        came.client.set_cookie("bailee-form", cookie.value)
        sent = came.client.post(path, data={"csrfmiddlewaretoken": token})
        posted = sent.status_code
        wrong += [f"/{route}: no element has the id {id}" for one in (answer, sent) for id in dangling(one)]
        if (got, posted) != (expected := _expected(line, role)):
            wrong.append(f"/{route}: GET {got}, POST {posted}; the table says {expected}")
    assert "\n".join(wrong) == ""


def _expected(line: Line, role: Role | None) -> tuple[int, int]:
    if role is None and line.outside is not None:
        return line.outside
    return _answer(line.get, role, line.got, 302), _answer(line.post, role, line.posted, 403)


def _answer(who: Who, role: Role | None, status: int, outside: int) -> int:
    if who is None:
        return 405
    if who == "everybody":
        return status
    if role is None:
        return outside
    return status if role in (STAFF if who == "staff" else who) else 403
