"""What can be asked for, in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bailee.store.models import Right


@dataclass(frozen=True, slots=True)
class Choice:
    """``title``: what somebody chooses; ``about``: what comes of it; ``named``: a request of that kind."""

    right: Right
    title: Promise
    about: Promise
    named: Promise


RIGHTS = (
    Choice(
        Right.COPY,
        _("Have a copy of what you hold about me"),
        _("A file to read and a file for machines, with where each thing comes from and why we have it."),
        pgettext_lazy("request", "Your request for a copy of what we hold"),
    ),
    Choice(
        Right.CORRECT,
        _("Put something right"),
        _("You tell us what is wrong, and what it should say. We correct it in our systems."),
        pgettext_lazy("request", "Your request to put something right"),
    ),
    Choice(
        Right.ERASE,
        _("Erase what you hold about me"),
        _("All of it, but what a law makes us keep. You are told what that is, why, and until when."),
        pgettext_lazy("request", "Your request to erase what we hold"),
    ),
    Choice(
        Right.OBJECT,
        _("Stop sending me marketing"),
        _("At once, and for good. You need give no reason."),
        pgettext_lazy("request", "Your objection to marketing"),
    ),
    Choice(
        Right.RESTRICT,
        _("Freeze what you hold about me"),
        _("We keep it and use it for nothing while a question is settled."),
        pgettext_lazy("request", "Your request to freeze what we hold"),
    ),
    Choice(
        Right.PORTABILITY,
        _("Take my data elsewhere"),
        _("What you gave us, as files in open formats, for you or for another firm."),
        pgettext_lazy("request", "Your request to take your data elsewhere"),
    ),
    Choice(
        Right.QUESTION,
        _("Ask a question"),
        _("About this notice, or about what we do with data. A person answers."),
        pgettext_lazy("request", "Your question"),
    ),
    Choice(
        Right.COMPLAINT,
        _("Complain"),
        _("We acknowledge it at once, look into it, and tell you what came of it."),
        pgettext_lazy("request", "Your complaint"),
    ),
)

BY_RIGHT: Mapping[str, Choice] = {choice.right: choice for choice in RIGHTS}
