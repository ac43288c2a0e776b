"""What is typed to sign in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as ReauthenticateByPassword
from allauth.core import context as surroundings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bailee.requests import limits
from bailee.store import staff
from bailee.store.context import Context
from bailee.store.models import Staff
from bailee.web import CONTEXT
from bailee.web.limits import place_of

SHORTEST_WORD = 5
"""Letters. Shorter words of a firm's name are in too many others."""

LONGEST_PASSWORD = 256
"""Characters. Longer ones would keep the hasher busy."""

_QUARTER = timedelta(minutes=15)

_WRONG_CODES = limits.AttemptLimit("factor.wrong", 5, _QUARTER)
"""Wrong codes at one account from one network, after which none from there is looked at (OWASP ASVS 5.0, 6.5.5)."""

_FROM_NETWORK = limits.AttemptLimit("factor.network", 30, _QUARTER)
"""Wrong codes from one network, whatever the account: a whole firm may sit behind it."""

_FOR_ACCOUNT = limits.AttemptLimit("factor.account", 20, _QUARTER)
"""Wrong codes at one account from all networks together, above which each network is slowed."""

_SLOWED = limits.AttemptLimit("factor.slowed", 1, _QUARTER)
"""Wrong codes of one network at an account that is being guessed from many. A network that has not tried yet does not
wait, nor one from which a right code came lately: who knows the password keeps the owner out of nothing (6.3.1)."""

_CAME_IN = limits.AttemptLimit("factor.right", 1, timedelta(days=28))
"""A right code at an account from one network: it is one of its owner's."""

_USED_CODES = limits.AttemptLimit("factor.used", 1, timedelta(minutes=2))
"""A code is good once (6.5.1)."""


class SignIn(LoginForm):  # type: ignore[misc] # allauth ships no types
    """Email address and password. The address becomes a tag before anybody looks for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=gettext_lazy("Email"),
            max_length=254,
            error_messages={"required": gettext_lazy("Write your email address")},
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("Password"),
            max_length=LONGEST_PASSWORD,
            strip=False,
            error_messages={"required": gettext_lazy("Write your password")},
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """Return the tag of the address, whether somebody has it or not."""
        return staff.tag_email(self.request.META[CONTEXT], self.cleaned_data["login"])


class PasswordAgain(ReauthenticateByPassword):  # type: ignore[misc] # allauth ships no types
    """A password that shows once more who somebody is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("Password"),
            max_length=LONGEST_PASSWORD,
            strip=False,
            error_messages={"required": gettext_lazy("Write your password")},
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        )


class NewPassword(forms.Form):
    """A password that somebody chooses."""

    def __init__(self, *args: Any, context: Context, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context

    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters; several words are good, and may be pasted."),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        error_messages={"required": gettext_lazy("Choose a password")},
    )

    def clean_password(self) -> str:
        """Refuse what is short or common, or begins with us (NIST SP 800-63B, 3.1.1.2; ASVS 6.2.11)."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        if any(word in password.casefold() for word in list_firm_words(self.context)):
            raise forms.ValidationError(_("It contains the firm's name, or Bailee's: those are tried first."))
        return password


class ChangedPassword(NewPassword):
    """A new password, and the one that it takes the place of (ASVS 6.2.3)."""

    old = forms.CharField(
        label=gettext_lazy("The password until now"),
        error_messages={"required": gettext_lazy("Write the password that you have had until now")},
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old", "password")


def list_firm_words(context: Context) -> set[str]:
    """Return the words that no password may have: of the firm's name, and of this program's."""
    name = context.policy.firm.name.casefold()
    return {"bailee", name, *(word for word in name.split() if len(word) >= SHORTEST_WORD)}


class _Once(forms.Form):
    """A code that one network may get wrong five times in a quarter of an hour, and that is good once.

    Counted in the books, on whichever process it comes. No count refuses an account to everybody.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = _("Type the code")

    def clean_code(self) -> str:
        """Return the code. Raises `TooMany`."""
        user: Staff = self.user  # type: ignore[attr-defined]
        context = surroundings.request.META[CONTEXT]
        place = place_of(surroundings.request.META.get("REMOTE_ADDR", ""))
        there = f"{user.id} {place}"
        limits.check_limit(context, _FROM_NETWORK, place)
        limits.check_limit(context, _WRONG_CODES, there)
        if not limits.is_left(context, _FOR_ACCOUNT, user.id) and limits.is_left(context, _CAME_IN, there):
            limits.check_limit(context, _SLOWED, there)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            counted = ((_FROM_NETWORK, place), (_WRONG_CODES, there), (_FOR_ACCOUNT, user.id), (_SLOWED, there))
            for limit, who in counted:
                limits.note_attempt(context, limit, who)
            raise
        with transaction.atomic():
            Staff.objects.select_for_update().get(id=user.id)  # of two that come together, one waits here
            used = f"{user.id}:{''.join(filter(str.isdigit, code))}"
            if not limits.is_left(context, _USED_CODES, used):
                raise get_adapter().validation_error("incorrect_code")
            limits.note_attempt(context, _USED_CODES, used)
        if limits.is_left(context, _CAME_IN, there):
            limits.note_attempt(context, _CAME_IN, there)
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    """A code at the sign-in."""


class CodeAgain(_Once, ReauthenticateForm):  # type: ignore[misc]
    """A code that shows once more who somebody is."""


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey: always one that knows its owner by PIN, finger or face, so that it is two factors in one."""

    def clean(self) -> dict[str, Any]:
        """Hold the answer of the browser against what was asked of it."""
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned
