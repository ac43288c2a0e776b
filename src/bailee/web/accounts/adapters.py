"""django-allauth's rules set to ours: by whom somebody is known, what is counted, sealed and said."""

from __future__ import annotations

import base64
from datetime import timedelta
from ipaddress import IPv6Address
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as surroundings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bailee.requests import limits
from bailee.store import staff
from bailee.store.admission import note_staff_change
from bailee.store.context import Context
from bailee.store.models import Staff
from bailee.web import CONTEXT
from bailee.web.limits import place_of
from bailee.web.pages.middleware import MEMBER_NAME
from bailee.web.pages.page_request import PageRequest

_FROM_NETWORK = limits.AttemptLimit("sign-in.network", 30, timedelta(minutes=15))
"""Wrong passwords from one network address, whatever the account: a whole firm may sit behind it."""

_FOR_ACCOUNT = limits.AttemptLimit("sign-in.account", 20, timedelta(minutes=15))
"""Wrong passwords for one account from all networks together, above which each network is slowed."""

_SLOWED = limits.AttemptLimit("sign-in.slowed", 1, timedelta(minutes=1))
"""Tries of one network at an account that is being guessed from many. A network that has not tried yet does not wait,
so nobody can keep the owner of an account out of it (OWASP ASVS 5.0, 6.3.1)."""

_WRONG = gettext_lazy("The email or the password is not right, or they do not belong together.")

LASTING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""The kinds of second factor of which everybody keeps at least one. Recovery codes run out."""


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Sign-in by the tag of an email address and a password. No mail is sent, nobody signs up."""

    error_messages: ClassVar[dict[str, Promise | str]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "too_many_login_attempts": gettext_lazy("Too many attempts. Try again in 15 minutes."),
        "slowed_login_attempts": gettext_lazy("This account is being tried from many places. Try again in a minute."),
        "incorrect_password": gettext_lazy("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - as allauth calls it
        """Nobody signs up: an administrator adds staff."""
        return False

    def get_login_stages(self) -> list[str]:
        """After the password the second factor, and no way round it."""
        return ["allauth.mfa.stages.AuthenticateStage", "bailee.web.accounts.login.NeedsFactor"]

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - as allauth calls it
        """Lead to the console."""
        return reverse("today")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return from where somebody calls, as limits count it."""
        return place_of(request.META.get("REMOTE_ADDR", ""))

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing twice: our pages show what became of a step."""

    def authenticate(self, request: PageRequest, **credentials: Any) -> Staff | None:
        """Return whose credentials these are. Wrong ones are counted by network address, and by account and address.

        django-axes counts the second, and refuses that address at that account for a while. No count refuses an account
        to everybody: who knows the address of a member of staff could keep them out.
        It is shown a call that has neither address, browser nor form: what it writes down are tags.
        """
        context: Context = request.META[CONTEXT]
        account, place = credentials.get("username", ""), place_of(request.META.get("REMOTE_ADDR", ""))
        network = f"{account} {place}"
        if not limits.is_left(context, _FROM_NETWORK, place):
            raise self.validation_error("too_many_login_attempts")
        if not limits.is_left(context, _FOR_ACCOUNT, account) and not limits.is_left(context, _SLOWED, network):
            raise self.validation_error("slowed_login_attempts")
        bare = _make_bare_call(request)
        found = authenticate(bare, **credentials)
        if isinstance(found, Staff):
            return found
        for limit, who in ((_FROM_NETWORK, place), (_FOR_ACCOUNT, account), (_SLOWED, network)):
            limits.note_attempt(context, limit, who)
        _note_failure(context, account, locked=bare.axes_locked_out)
        if bare.axes_locked_out:
            raise self.validation_error("too_many_login_attempts")
        tried = AccessAttempt.objects.filter(username=account, ip_address=bare.axes_ip_address)
        tried.update(attempt_time=bare.axes_attempt_time)  # django-axes wrote the clock's time, not the context's
        return None

    def login(self, request: PageRequest, user: Staff) -> None:
        """Begin the session of somebody who has shown all that they must."""
        super().login(request, user)
        context = request.META[CONTEXT].by(user.id)
        request.session[MEMBER_NAME] = staff.describe_staff(context, user).name
        note_staff_change(context, user.id, "signed in")


class Factors(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors: their secrets are sealed, and the last one stays."""

    def encrypt(self, text: str) -> str:
        """Seal a secret as text."""
        sealed = _find_context().vault.seal(_KEY, text.encode(), about=_KEY)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return _find_context().vault.open(_KEY, base64.b64decode(encrypted_text), about=_KEY).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another factor that lasts is left then."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=LASTING)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def get_totp_issuer(self) -> str:
        """Return the firm's name, as an authenticator app shows it."""
        return _find_context().policy.firm.name

    def build_totp_svg(self, url: str) -> str:
        """Return the picture that an app reads, for a page."""
        picture: str = super().build_totp_svg(url)
        return picture.partition("?>")[2]

    def generate_authenticator_name(self, user: Staff, type: str) -> str:
        """Return a name for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_user_entity(self, user: Staff) -> dict[str, Any]:
        """Return whom a passkey names: staff see it when their device asks which one to use."""
        known = staff.describe_staff(_find_context(), user)
        return {"id": user.id.encode(), "name": known.email, "display_name": known.name}

    def _get_user_identifier(self, user: Staff) -> str:
        return staff.describe_staff(_find_context(), user).email

    def _get_site_name(self) -> str:
        return _find_context().policy.firm.name


_KEY = "staff-factors"


def place_tag(request: HttpRequest) -> str:
    """Return a tag of from where somebody calls, as an IPv6 address: the column of django-axes takes no other."""
    context: Context = request.META[CONTEXT]
    tag = context.vault.tag("places", place_of(request.META.get("REMOTE_ADDR", "")))
    return str(IPv6Address(bytes.fromhex(tag)[:16]))


def account_tag(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the tag of the account that is tried, and never what was typed."""
    return str((credentials or {}).get("username") or "")


def _find_context() -> Context:
    context: Context = surroundings.request.META[CONTEXT]
    return context


def _make_bare_call(request: PageRequest) -> Any:
    """Return a call of which django-axes learns the tag of its place and the time."""
    bare: Any = HttpRequest()
    bare.method = "POST"
    bare.META = {CONTEXT: request.META[CONTEXT]}
    bare.axes_updated, bare.axes_locked_out, bare.axes_credentials = True, False, None
    bare.axes_attempt_time, bare.axes_ip_address = request.META[CONTEXT].now, place_tag(request)
    bare.axes_user_agent = bare.axes_path_info = bare.axes_http_accept = ""
    bare.axes_failures_since_start = None
    return bare


def _note_failure(context: Context, tag: str, *, locked: bool) -> None:
    tried = Staff.objects.filter(tag=tag, left_at=None).first()
    if tried is not None:
        note_staff_change(context, tried.id, "locked out" if locked else "wrong password")
