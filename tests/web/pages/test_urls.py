"""What pages declare is found: no address hides another, and no page of staff is without a guard."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path, resolve
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bailee.store.models import Role
from bailee.web.pages.authorisation import require_staff, roles_of
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry, find_menu, find_staff_urls, find_urls
from tests.api.live import Served
from tests.web.pages.test_table import routes


def show(_request: PageRequest, /, **_path: object) -> HttpResponse:
    return HttpResponse()


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """A package of one module, which has no page yet."""
    package, module = ModuleType("some_pages"), ModuleType("some_pages.one")
    package.__path__ = [str(tmp_path)]
    (tmp_path / "one.py").touch()
    monkeypatch.setitem(sys.modules, "some_pages", package)
    monkeypatch.setitem(sys.modules, "some_pages.one", module)
    return module


def test_no_address_hides_another(once_served: Served) -> None:
    assert once_served.app is not None
    hidden = []
    for route in routes(get_resolver()):
        found = resolve("/" + re.sub(r"<(\w+):\w+>", lambda one: "7" if one[1] == "int" else "some-7", route))
        if found.route != route:
            hidden.append(f"{route} is hidden by {found.route}")
    assert hidden == []


def test_fixed_text_goes_before_a_variable_wherever_it_is_declared(package: ModuleType) -> None:
    declared = ("a/<str:one>/", "<str:one>/b/", "a/b/", "<slug:one>", "b", "a/<str:one>/c/", "")
    package.URLS = [path(route, show) for route in declared]  # type: ignore[attr-defined]
    in_order = ["", "a/b/", "a/<str:one>/", "a/<str:one>/c/", "b", "<slug:one>", "<str:one>/b/"]
    assert [str(url.pattern) for url in find_urls("some_pages")] == in_order


def test_a_page_of_staff_without_a_guard_is_refused(package: ModuleType) -> None:
    package.URLS = [path("open/", require_safe(show))]  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="open/"):
        find_staff_urls("some_pages")
    package.URLS = [path("open/", require_safe(require_staff(Role.AUDITOR)(show)))]  # type: ignore[attr-defined]
    (url,) = find_staff_urls("some_pages")
    assert roles_of(url.callback) == frozenset({Role.AUDITOR})


def test_each_place_in_the_menu_is_taken_once() -> None:
    entries = [(entry.order, not roles) for entry, roles in find_menu()]
    assert len(entries) == len(set(entries))
    assert MenuEntry("holds", gettext_lazy("Holds"), order=70) in [entry for entry, _ in find_menu()]
