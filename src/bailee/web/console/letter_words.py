"""Why a letter has not gone, in words: the letter has a word and perhaps the code of the mail server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bailee.store.models import Message

_WORDS: Mapping[str, Promise] = {
    "no-server": gettext_lazy("no mail server is named in the policy"),
    "password": gettext_lazy("the password of the mail server cannot be had"),
    "folder": gettext_lazy("the folder for letters cannot be written to"),
    "unreachable": gettext_lazy("the mail server cannot be reached"),
    "no-answer": gettext_lazy("the mail server does not answer"),
    "certificate": gettext_lazy("nobody vouches for the mail server’s certificate"),  # noqa: RUF001 - as it is printed
    "tls": gettext_lazy("no encrypted connection to the mail server comes about"),
    "not-offered": gettext_lazy("the mail server offers no encryption, no account, or no such address"),
    "account": gettext_lazy("the mail server does not take our account"),
    "sender": gettext_lazy("the mail server does not take mail from our address"),
    "server": gettext_lazy("the mail server says no"),
    "recipient": gettext_lazy("the mail server does not take mail to this address"),
    "content": gettext_lazy("the mail server does not take this mail"),
    "returned": gettext_lazy("it had left, and came back"),
    "too-late": gettext_lazy("it had not left by the last day on which it could tell that it takes longer"),
    "forgotten": gettext_lazy("its request was forgotten before it went"),
    "W902": gettext_lazy("there is no address that it could go to, or come from"),
    "W904": gettext_lazy("it would leave this machine unencrypted"),
}


def describe_problem(problem: str) -> str:
    """Return what prevented a letter, ``recipient-550`` for one; what is no such word, as it is."""
    word, _dash, code = problem.rpartition("-")
    if problem in _WORDS or word not in _WORDS:
        return str(_WORDS.get(problem, problem))
    return _("%(why)s (it answers %(code)s)") % {"why": _WORDS[word], "code": code}


def describe_problems(messages: Iterable[Message]) -> Mapping[str, str]:
    """Return by its id why each of ``messages`` has not gone that has a problem."""
    return {one.id: describe_problem(one.problem) for one in messages if one.problem}
