"""What can be asked for, in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from bailee.requests.rights import EVERY
from bailee.store.models import Right


@dataclass(frozen=True, slots=True)
class Choice:
    """``title``: what somebody chooses; ``about``: what comes of it; ``named``: a request of that kind."""

    right: Right
    title: Promise
    about: Promise
    named: Promise


RIGHTS = tuple(
    Choice(one.right, gettext_lazy(one.choice), gettext_lazy(one.about), pgettext_lazy("request", one.yours))
    for one in EVERY
)

BY_RIGHT: Mapping[str, Choice] = {choice.right: choice for choice in RIGHTS}
