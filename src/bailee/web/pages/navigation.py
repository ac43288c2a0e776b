"""The bar of a page: the links that its visitor may follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from bailee.store.models import Role
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import find_menu

_ONE_ROW = 6  # links


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link in the bar. ``here``: what ``aria-current`` says, empty elsewhere. ``is_daily``: of its entry."""

    label: Promise
    href: str
    here: str
    is_daily: bool


def list_links(request: PageRequest) -> tuple[list[NavigationLink], list[NavigationLink]]:
    """Return the links in the bar, of the public on public pages, else of the visitor's role; then those to fold away.

    Nothing is folded away where all are in one row.
    """
    role = request.member.role if request.member and not is_public(request.path_info) else None
    links = list(_make_links(request.path_info, role))
    if len(links) <= _ONE_ROW:
        return links, []
    return [link for link in links if link.is_daily], [link for link in links if not link.is_daily]


def is_public(path: str) -> bool:
    """Whether a path is in the part that everybody may see."""
    return not path.startswith(("/console/", "/sign-in/"))


def _make_links(path: str, role: Role | None) -> Iterator[NavigationLink]:
    for entry, roles in find_menu():
        if role in roles if role else not roles:
            href = reverse(entry.name)
            yield NavigationLink(entry.label, href, _say_here(path, href), entry.is_daily)


def _say_here(path: str, href: str) -> str:
    if path == href:
        return "page"
    return "true" if href not in {"/", "/console/"} and path.startswith(href) else ""
