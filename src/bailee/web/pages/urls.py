"""The addresses and menu entries that pages declare, each in its own module (docs/contributing/page.md)."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from django.urls import URLPattern
from django.utils.functional import Promise

from bailee.store.models import Role
from bailee.web.pages.authorisation import roles_of

_WITH_MENU = ("bailee.web.console", "bailee.web.public")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page in the bar, by the ``name`` of its URL. The bar shows it to those whom the page's view lets in.

    ``order``: a lower one comes first. ``is_daily``: work waits there, so it stays in sight where space is short.
    """

    name: str
    label: Promise
    order: int
    is_daily: bool = False


def find_urls(package: str) -> list[URLPattern]:
    """Return what the modules in ``package`` declare as ``URLS``, in an order in which none hides another.

    Part by part of a path, fixed text goes before a variable: ``holds/new/`` before ``holds/<str:hold_id>/``.
    """
    found = [url for module in _import_modules(package) for url in getattr(module, "URLS", ())]
    return sorted(found, key=lambda url: [("<" in part, part) for part in str(url.pattern).split("/")])


def find_staff_urls(package: str) -> list[URLPattern]:
    """Return the URLs of ``package``. Raises `ValueError` where a view does not say who may see it: `require_staff`."""
    found = find_urls(package)
    open_to_all = [str(url.pattern) for url in found if roles_of(url.callback) is None]
    if open_to_all:
        raise ValueError(f"no @require_staff on the view of {open_to_all}")
    return found


@cache
def find_menu() -> Sequence[tuple[MenuEntry, frozenset[Role]]]:
    """Return what modules declare as ``MENU``, in order, and the roles that may see each page; none: it is public."""
    found = [
        _add_roles(module) for package in _WITH_MENU for module in _import_modules(package) if hasattr(module, "MENU")
    ]
    return sorted(found, key=lambda one: (one[0].order, one[0].name))


def _add_roles(module: ModuleType) -> tuple[MenuEntry, frozenset[Role]]:
    entry: MenuEntry = module.MENU
    (view,) = [url.callback for url in module.URLS if url.name == entry.name]
    return entry, roles_of(view) or frozenset()


def _import_modules(package: str) -> Iterator[ModuleType]:
    """Yield the modules in each folder of the ``__path__`` of ``package``."""
    for name in sorted(one.name for one in pkgutil.iter_modules(import_module(package).__path__)):
        yield import_module(f"{package}.{name}")
