"""The names that a firm goes by in its own notice: they are no third party's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bailee.notice.figures import find_names
from bailee.notice.proposals.blocks import BlockKind
from bailee.notice.proposals.sentences import Sentence

_OURS = re.compile(
    r"\b[Ww]e(?: are|'re|’re) [A-Z]|\([^)]{0,40}\b(?:we|us|our)\b|\b[Tt]rading as\b|[\"“']we[\"”']|"  # noqa: RUF001
    r"\bis the (?:[Dd]ata )?[Cc]ontroller\b|\b(?:registered office|company number)\b|\b[Cc]ontroller(?: is|,)|"
    r"\b[Dd]ata [Pp]rotection (?:[Oo]fficer|[Ll]ead)\b|\bis committed to\b|\b[Ww]elcome to\b"
)


_INCORPORATED = re.compile(
    r"\b(?:Limited|Ltd|LLP|LLC|PLC|plc|Inc|Corp|GmbH|AG|BV|B\.V|NV|ApS|A/S|AB|AS|Oy|SA|SARL|SAS|SpA|Srl|DAC|CLG|"
    r"Teoranta|Teo|CIC)\b"
)
_OPENING = 6
"""Sentences in which a firm says who it is, before it names anybody else."""


def find_firm_names(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Return the names in titles, and in sentences that say who the firm and its Data Controller are.

    A notice that opens with the name of a company opens with its own.
    """
    return frozenset((*_find_own_names(sentences), *_find_opening_name(sentences)))


def _find_opening_name(sentences: Sequence[Sentence]) -> Iterator[str]:
    for sentence in [one for one in sentences if one.kind is not BlockKind.HEADING][:_OPENING]:
        for name in find_names(sentence.words):
            if _INCORPORATED.search(sentence.words[name.start : name.start + len(name.words) + 12]):
                yield name.means
                return


def _find_own_names(sentences: Iterable[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        if sentence.kind is BlockKind.HEADING or _OURS.search(sentence.words):
            yield from (figure.means for figure in find_names(sentence.words))
