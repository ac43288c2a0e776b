"""Who may see a view: decorators, that ask before the view begins.

A page that somebody may not see is 403 with words; signed out, a page leads to the sign-in, and a POST is 403: nothing
is done that nobody who is signed in has asked for. What belongs to others is 404, and each view says so itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from bailee.requests.permissions import Permission
from bailee.store.access_log import Reason
from bailee.store.models import Role
from bailee.web.pages.errors import render_refusal
from bailee.web.pages.middleware import ENROLLING
from bailee.web.pages.page_request import PageRequest

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[PageRequest, P], HttpResponseBase]

EVERYBODY = frozenset(Role)
READERS = EVERYBODY - {Role.ADMINISTRATOR}
"""Who may know that a request is there: an administrator has no business with it."""
FRONT = frozenset({Role.SUPPORT, Role.OFFICER, Role.CONTROLLER})
"""Who deals with persons, and so may read what they say."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

_log = logging.getLogger("bailee.web")

FRESH_FOR = timedelta(minutes=5)
"""How long it counts that somebody showed once more who they are (OWASP ASVS 5.0, 7.5.3)."""

SHOWN_AT = "fresh"
"""Under this name a session has when that was."""

_TYPED, _LONGEST = "typed", 200
"""Under this name a session has what was in a form, and of each field at most so many characters."""

_SAFE = {"GET", "HEAD"}

_ROLES = "roles"
"""Under this name a view has whom it lets in."""


def require_staff(*who: Permission | Role) -> Callable[[View[P]], View[P]]:
    """Let in staff who have one of the roles, or one that may do one of the acts; none named: all staff.

    The act asks again, within its transaction: this spares a page that could not be used. `roles_of` tells the roles.
    """
    roles = frozenset[Role]().union(*(one.roles if isinstance(one, Permission) else {one} for one in who)) or EVERYBODY

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def enter(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.member is None:
                return redirect_to_sign_in(request)
            if request.member.role not in roles:
                where = request.resolver_match.route if request.resolver_match else "?"
                _log.warning("not let in: %s, %s, to /%s", request.member.id, request.member.role, where)
                may = _(" or ").join(sorted(roles))
                said = _("Your role, %(role)s, does not open this page.") % {"role": request.member.role}
                return render_refusal(request, 403, said, _("It opens for: %(may)s.") % {"may": may})
            return view(request, *args, **kwargs)

        setattr(enter, _ROLES, roles)
        return enter

    return guarded


def roles_of(view: Callable[..., HttpResponseBase]) -> frozenset[Role] | None:
    """Return whom `require_staff` lets in to a view, whatever else decorates it; ``None`` where nothing asks."""
    return getattr(view, _ROLES, None)


def require_reason(view: View[P]) -> View[P]:
    """Let somebody see personal values only for a reason: without one the view is not begun, and the reason is asked.

    The view has it as ``request.reason``, writes it down by `access_log` before it renders, and
    shows values by the tag ``personal``. Put it under `require_staff`. The reason is sent by POST as ``reason``.
    """

    @wraps(view)
    def enter(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        given = request.POST.get("reason", "")
        if request.method == "POST" and given in set(Reason):
            request.reason = Reason(given)
            return view(request, *args, **kwargs)
        status = 422 if request.method == "POST" else 200
        what = {"reasons": list(Reason), "missing": status != 200}  # noqa: PLR2004 - the status above
        return render(request, "pages/reason.html", what, status=status)

    return enter


def require_reauthentication(back: str = "", keeps: Iterable[str] = ()) -> Callable[[View[P]], View[P]]:
    """Ask once more who somebody is, unless they showed it within `FRESH_FOR`: before an approval, and the like.

    ``back``: the name of the page from which a POST comes, with its arguments where it takes them; they are led there
    when they have shown it, and press again. Empty: this page itself. ``keeps``: the fields of the form that the page
    has back then, by `pop_typed`; until then the session alone has them. Put it under `require_staff`.
    """

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def enter(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if is_fresh(request):
                return view(request, *args, **kwargs)
            page = _find_page(back, *args, **kwargs) if back else request.get_full_path()
            if keeps:
                request.session[_TYPED] = {name: request.POST.get(name, "")[:_LONGEST] for name in keeps}
            way = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
            response: HttpResponse = HttpResponseClientRedirect(way) if request.htmx else redirect(way)
            return response

        return enter

    return guarded


def pop_typed(request: PageRequest) -> Mapping[str, str]:
    """Return, once, what was typed into the form before somebody was asked who they are."""
    found: Mapping[str, str] = request.session.pop(_TYPED, {})
    return found


def _find_page(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a page, with these arguments where it takes any."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return reverse(name)


def is_fresh(request: PageRequest) -> bool:
    """Whether the member has shown once more within `FRESH_FOR` who they are."""
    shown = request.session.get(SHOWN_AT)
    return shown is not None and datetime.fromisoformat(shown) > request.context.now - FRESH_FOR


def redirect_to_sign_in(request: PageRequest) -> HttpResponseBase:
    """Return the way to the sign-in and back to the page that was open; to a form, that nothing was done."""
    if request.htmx:
        return HttpResponseClientRedirect(_sign_in_url(request.htmx.current_url_abs_path))
    if request.method not in _SAFE:
        told = _("You are not signed in any more, and nothing was done.")
        page = urlsplit(request.headers.get("Referer", ""))
        way = _sign_in_url(page.path if page.netloc == request.get_host() else "")
        return render_refusal(request, 403, told, _("Sign in, and do it again."), way)
    if request.session.get(ENROLLING):
        return redirect("factor")
    return redirect(_sign_in_url(request.get_full_path()))


def _sign_in_url(back: str | None) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back or '/console/'})}"
