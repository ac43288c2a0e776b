"""The steps of the sign-in, and second factors: allauth's views on our pages, under the names that it looks for."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import LoginView, reauthenticate
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth import logout
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import RedirectView

from bailee.store.admission import find_invitation, set_password
from bailee.web.accounts.adapters import Accounts
from bailee.web.accounts.forms import NewPassword
from bailee.web.pages.authorisation import redirect_to_sign_in
from bailee.web.pages.errors import render_refusal
from bailee.web.pages.middleware import ENROLLING
from bailee.web.pages.page_request import PageRequest

LINK = "link"
"""Under this name a session has the id of the link that was opened."""


class AddPasskey(passkeys.AddWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """Add a passkey, one that serves alone, without a password."""

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Ask the browser for a passkey that verifies its owner."""
        context: dict[str, Any] = super().get_context_data()
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, passwordless=True)}
        return context


class RemovePasskey(passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless it is the last second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            told = _("This is your last second factor, and stays.")
            return render_refusal(self.request, 409, told, _("Add another one first."))
        response: HttpResponse = super().form_valid(form)
        return response


sign_in = LoginView.as_view()
add_passkey = AddPasskey.as_view()
remove_passkey = RemovePasskey.as_view()


@require_POST
def sign_out(request: PageRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    response = redirect("account_login")
    response["Clear-Site-Data"] = '"cache", "storage"'  # ASVS 14.3.1
    return response


@require_GET
def open_link(request: PageRequest, secret: str) -> HttpResponse:
    """Open a one-time link. Its secret does not stay in the address; opening it uses up nothing."""
    link = find_invitation(request.context, secret)
    if link is None:
        return _refuse_link(request)
    if request.user.is_authenticated:
        logout(request)
    request.session[LINK] = link.id
    return redirect("begin")


@require_http_methods(["GET", "HEAD", "POST"])
def set_first_password(request: PageRequest) -> HttpResponse:
    """Set a password on a link, then go on to the second factor."""
    link = find_invitation(request.context, id=request.session.get(LINK, "")) if request.session.get(LINK) else None
    if link is None:
        return _refuse_link(request)
    form = NewPassword(request.POST or None, context=request.context)
    if not form.is_valid():
        what = {"form": form, "is_known": link.staff.has_usable_password()}  # who had a password loses it here
        return render(request, "accounts/begin.html", what, status=422 if form.is_bound else 200)
    member = set_password(request.context.by(link.staff_id), link, form.cleaned_data["password"])
    Accounts(request).login(request, member)
    request.session[ENROLLING] = link.id
    request.session.pop(LINK, None)
    reauthenticate_by_password(request)
    return redirect("factor")


@require_GET
def choose_factor(request: PageRequest) -> HttpResponseBase:
    """Choose a second factor. Without one no page of staff opens."""
    if not request.user.is_authenticated:
        return redirect_to_sign_in(request)
    return render(request, "accounts/factor.html")


def _refuse_link(request: PageRequest) -> HttpResponse:
    told = _("This link was used already, or is older than a day.")
    return render_refusal(request, 404, told, _("Ask an administrator for a new one."))


URLS = (
    path("", sign_in, name="account_login"),
    path("code/", factors.authenticate, name="mfa_authenticate"),
    path("key/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("out/", sign_out, name="account_logout"),
    # once more, before what cannot be undone
    path("again/", reauthenticate, name="account_reauthenticate"),
    path("again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/key/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # the first time
    path("begin/", set_first_password, name="begin"),
    path("begin/<str:secret>/", open_link, name="open-link"),
    path("factor/", choose_factor, name="factor"),
    # second factors
    path("account/app/", app.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/passkeys/", RedirectView.as_view(pattern_name="account"), name="mfa_list_webauthn"),
    path("account/passkeys/add/", add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("account/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
)
