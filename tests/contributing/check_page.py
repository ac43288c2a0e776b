"""What a toy page is given without another line: test_page.py runs it in a process that has the page."""

from __future__ import annotations

from bailee.store.models import Role
from tests.api.live import Served
from tests.web.conftest import made_once_to_serve, once_served
from tests.web.visitor import page, visitor

__all__ = ["made_once_to_serve", "once_served"]

HERE = "/console/countries/"


def test_it_is_reached_by_the_menu_of_those_who_may_see_it(once_served: Served) -> None:
    for role in Role:
        links = page(visitor(once_served, role).get("/console/")).select(f".bar nav a[href='{HERE}']")
        assert [link.get_text() for link in links] == ["Countries"] * (role is not Role.ADMINISTRATOR)


def test_it_is_shown_to_those_who_may_see_it_and_to_nobody_else(once_served: Served) -> None:
    shown = page(visitor(once_served, Role.AUDITOR).get(HERE))
    heading, here = shown.h1, shown.select_one(".bar nav a[aria-current=page]")
    assert heading is not None
    assert heading.get_text().startswith("Our systems are in")
    assert here is not None
    assert here.get_text() == "Countries"
    assert shown.select("dl.facts dd")
    assert visitor(once_served, Role.ADMINISTRATOR).get(HERE).status_code == 403
    assert visitor(once_served).get(HERE).location == "/sign-in/?next=%2Fconsole%2Fcountries%2F"
