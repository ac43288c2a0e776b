"""Where staff sign in. The names are those by which allauth finds its own pages; there is no other page of it."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from bailee.web.accounts import change_log, mine, views

__all__ = ["change_log", "urlpatterns"]

_to_account = RedirectView.as_view(pattern_name="account")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.sign_in, name="account_login"),
    path("code/", factors.authenticate, name="mfa_authenticate"),
    path("key/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("out/", views.sign_out, name="account_logout"),
    # once more, before what cannot be undone
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/key/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # the first time
    path("begin/", views.begin, name="begin"),
    path("begin/<str:secret>/", views.open_link, name="open-link"),
    path("factor/", views.factor, name="factor"),
    # what is mine
    path("account/", mine.account, name="account"),
    path("account/", mine.account, name="mfa_index"),
    path("account/password/", mine.password, name="change-password"),
    path("account/sessions/end/", mine.end_others, name="end-other-sessions"),
    path("account/sessions/<str:session_id>/end/", mine.end_session, name="end-session"),
    path("account/tokens/<str:token_id>/end/", mine.end_token, name="end-token"),
    path("account/app/", app.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/passkeys/", _to_account, name="mfa_list_webauthn"),
    path("account/passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("account/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
