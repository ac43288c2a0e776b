"""The rooms of the console, and of the public part, in the order of the bar. A room that is not built has no way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bailee.store.models import Role
from bailee.web.pages.page_request import PageRequest

_ALL = frozenset(Role)
_READERS = _ALL - {Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Room:
    """``name``: of its URL. ``roles``: whose bar it stands in; empty: the public's. ``is_daily``: work waits in it."""

    name: str
    label: Promise
    roles: frozenset[Role] = frozenset()
    is_daily: bool = True


ROOMS = (
    Room("today", _("Today"), _ALL),
    Room("requests", _("Requests"), _READERS),
    Room("letters", _("Letters"), _READERS),
    Room("promises", _("Promises"), _ALL),
    Room("people", _("People"), _READERS - {Role.AUDITOR}),
    Room("retention", _("Retention"), _READERS, is_daily=False),
    Room("holds", _("Holds"), _READERS, is_daily=False),
    Room("map", _("Map"), _ALL, is_daily=False),
    Room("register", _("Register"), _READERS, is_daily=False),
    Room("evidence", _("Evidence"), _READERS, is_daily=False),
    Room("staff", _("Staff"), frozenset({Role.ADMINISTRATOR})),
    Room("notice", _("Privacy notice")),
    Room("ask", _("Make a request")),
    Room("my-request", _("Follow a request")),
)

_ONE_ROW = 6  # ways


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link in the bar. ``here``: what ``aria-current`` says, empty elsewhere. ``is_daily``: of its room."""

    label: Promise
    href: str
    here: str
    is_daily: bool


def ways(request: PageRequest) -> tuple[list[NavigationLink], list[NavigationLink]]:
    """Return the ways of whoever asks, of the public on public pages, else of their role; then those to be folded away.

    Nothing is folded away where all stand in one row.
    """
    role = request.member.role if request.member and not is_public(request.path_info) else None
    all_ = list(_ways(request.path_info, role))
    if len(all_) <= _ONE_ROW:
        return all_, []
    return [way for way in all_ if way.is_daily], [way for way in all_ if not way.is_daily]


def is_public(path: str) -> bool:
    """Whether a path is in the part that everybody may see."""
    return not path.startswith(("/console/", "/sign-in/"))


def _ways(path: str, role: Role | None) -> Iterator[NavigationLink]:
    for room in ROOMS:
        if role in room.roles if role else not room.roles:
            try:
                href = reverse(room.name)
            except NoReverseMatch:
                continue
            yield NavigationLink(room.label, href, _here(path, href), room.is_daily)


def _here(path: str, href: str) -> str:
    if path == href:
        return "page"
    return "true" if href not in {"/", "/console/"} and path.startswith(href) else ""
