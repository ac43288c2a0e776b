"""The published notice: counted, linted, and written as a page. All pure: it takes values and returns values.

`coverage` says which sentences are bound, plain and loose, and what the words are blamed for; `build` returns the page.
What somebody else's notice promises is read in `proposals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bailee.notice.coverage import Coverage, coverage
from bailee.notice.lint import CODES, Lint
from bailee.notice.standing import Standing
from bailee.policy import Notice, Policy


def build(policy: Policy, notice: Notice, standings: Mapping[str, Standing], now: datetime) -> dict[str, bytes]:
    """Return the files of the page: name -> content. ``standings``: name of a promise -> how it stands.

    A promise that is not among them was never checked, and is unknown.
    """
    from bailee.notice.page import build as build_page

    return build_page(policy, notice, standings, now)


__all__ = ["CODES", "Coverage", "Lint", "Standing", "build", "coverage"]
