"""The published notice: counted, linted, and written as a page. All pure: it takes values and returns values.

`coverage` says which sentences are bound, plain and loose, and what the words are blamed for; `build` returns the page.
What somebody else's notice promises is read in `proposals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bailee.notice.coverage import Coverage, coverage
from bailee.notice.lints import CODES, Lint
from bailee.notice.promises import Evidence
from bailee.policy import Notice, Policy

if TYPE_CHECKING:
    from bailee.notice.page import Contents

# Imports stand in functions: a policy is checked without what builds pages.


def build(policy: Policy, notice: Notice, evidence: Mapping[str, Evidence]) -> dict[str, bytes]:
    """Return the files of the page: name -> content. ``evidence``: name of a promise -> what was found of it.

    A promise that is not among them was never checked, and is unknown. The findings' hints are the firm's own and are
    not published.
    """
    from bailee.notice.page import build as build_page

    return build_page(policy, notice, evidence)


def contents(policy: Policy, notice: Notice, evidence: Mapping[str, Evidence]) -> Contents:
    """Return what stands on the page, for a frame that is not `build`'s. ``evidence`` is as there."""
    from bailee.notice.page import contents as contents_of_page

    return contents_of_page(policy, notice, evidence)


__all__ = ["CODES", "Coverage", "Evidence", "Lint", "build", "contents", "coverage"]
