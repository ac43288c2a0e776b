"""My account: my sessions, second factors and tokens, and what was changed about them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bailee.store import sessions, staff
from bailee.store.admission import change_password, note_staff_change
from bailee.store.models import StaffChange
from bailee.web.accounts.adapters import LASTING, Accounts
from bailee.web.accounts.change_log import describe_change
from bailee.web.accounts.forms import ChangedPassword
from bailee.web.pages.authorisation import require_reauthentication, require_staff
from bailee.web.pages.page_request import PageRequest

LATEST = 20
"""Changes that are shown."""


@require_GET
@require_staff()
def show_account(request: PageRequest) -> HttpResponseBase:
    """Show what is mine."""
    assert request.member is not None
    me, now = request.member.id, request.context.now
    factors = list(Authenticator.objects.filter(user_id=me).order_by("type", "pk"))
    lasting = [one for one in factors if one.type in LASTING]
    tokens = [one for one in staff.list_tokens(me) if one.revoked_at is None and one.expires_at > now]
    shown = {
        "sessions": list(sessions.list_sessions(request.context, me)),
        "current": request.session.row,
        "passkeys": [one for one in factors if one.type == Authenticator.Type.WEBAUTHN],
        "app": next((one for one in factors if one.type == Authenticator.Type.TOTP), None),
        "codes": next((one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "last_one": len(lasting) == 1,
        "count": len(lasting),
        "tokens": tokens,
        "changes": [
            (one, describe_change(one)) for one in StaffChange.objects.filter(staff_id=me).order_by("-id")[:LATEST]
        ],
    }
    return render(request, "accounts/account.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff()
def change_my_password(request: PageRequest) -> HttpResponseBase:
    """Change my password; my other sessions end."""
    assert request.member is not None
    form = ChangedPassword(request.POST or None, context=request.context)
    if form.is_valid():
        try:
            shown = Accounts(request).reauthenticate(request.user, form.cleaned_data["old"])
        except ValidationError as often:
            form.add_error("old", often)
        else:
            if shown:
                new, here = form.cleaned_data["password"], request.session.row
                update_session_auth_hash(request, change_password(request.context, request.member.id, new, here))
                return redirect("account")
            form.add_error("old", _("The password is not right."))
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@require_staff()
@require_reauthentication(back="account")
def end_session(request: PageRequest, session_id: str) -> HttpResponse:
    """End one of my sessions; the one that is used is ended by signing out."""
    assert request.member is not None
    if not sessions.end_staff_sessions(request.member.id, but=request.session.row, only=session_id):
        raise Http404
    note_staff_change(request.context, request.member.id, "session ended")
    return redirect("account")


@require_POST
@require_staff()
@require_reauthentication(back="account")
def end_other_sessions(request: PageRequest) -> HttpResponse:
    """End all my sessions but the one that is used."""
    assert request.member is not None
    if sessions.end_staff_sessions(request.member.id, but=request.session.row):
        note_staff_change(request.context, request.member.id, "other sessions ended")
    return redirect("account")


@require_POST
@require_staff()
def end_token(request: PageRequest, token_id: str) -> HttpResponse:
    """End one of my tokens."""
    assert request.member is not None
    if not any(one.id == token_id for one in staff.list_tokens(request.member.id)):
        raise Http404
    staff.revoke_token(request.context, token_id)
    return redirect("account")


URLS = (
    path("account/", show_account, name="account"),
    path("account/", show_account, name="mfa_index"),
    path("account/password/", change_my_password, name="change-password"),
    path("account/sessions/end/", end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<str:session_id>/end/", end_session, name="end-session"),
    path("account/tokens/<str:token_id>/end/", end_token, name="end-token"),
)
