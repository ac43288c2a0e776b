"""The names that a firm goes by in its own notice: they are no third party's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bailee.notice.figures import names
from bailee.notice.proposals.blocks import Kind
from bailee.notice.proposals.sentences import Sentence

_OURS = re.compile(
    r"\b[Ww]e(?: are|'re|’re) [A-Z]|\([^)]{0,40}\b(?:we|us|our)\b|\b[Tt]rading as\b|[\"“']we[\"”']|"  # noqa: RUF001
    r"\bis the (?:[Dd]ata )?[Cc]ontroller\b|\b(?:registered office|company number)\b|\b[Cc]ontroller(?: is|,)|"
    r"\b[Dd]ata [Pp]rotection (?:[Oo]fficer|[Ll]ead)\b|\bis committed to\b|\b[Ww]elcome to\b"
)


def names_of(sentences: Iterable[Sentence]) -> frozenset[str]:
    """Return the names in titles, and in sentences that say who the firm and its Data Controller are."""
    return frozenset(_names(sentences))


def _names(sentences: Iterable[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        if sentence.kind is Kind.HEADING or _OURS.search(sentence.words):
            yield from (figure.means for figure in names(sentence.words))
