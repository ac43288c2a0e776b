"""The published notice: counted, linted, and written as a page. All pure: it takes values and returns values.

`coverage` says which sentences are bound, plain and loose, and what the words are blamed for; `build` returns the page.
What somebody else's notice promises is read in `proposals`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bailee.notice.coverage import Coverage, coverage
from bailee.notice.evidence import Evidence
from bailee.notice.lint import CODES, Lint
from bailee.policy import Notice, Policy


def build(policy: Policy, notice: Notice, evidence: Mapping[str, Evidence]) -> dict[str, bytes]:
    """Return the files of the page: name -> content. ``evidence``: name of a promise -> what was found of it.

    A promise that is not among them was never checked, and is unknown. The findings' hints are the firm's own and are
    not published.
    """
    from bailee.notice.page import build as build_page

    return build_page(policy, notice, evidence)


__all__ = ["CODES", "Coverage", "Evidence", "Lint", "build", "coverage"]
