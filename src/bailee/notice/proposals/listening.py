"""What a sentence says: the concepts in it, which are denied, which are only a maybe, and its figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bailee.notice import figures
from bailee.notice.proposals.blocks import BlockKind
from bailee.notice.proposals.lexicon import CONCEPTS
from bailee.notice.proposals.sentences import Sentence
from bailee.notice.proposals.turns import AIM, BREAKS, DENIED_AT_ITS_END, LATE_NOT, LOOSELY, MAY, NOT, NOT_A_NOT
from bailee.notice.proposals.words import WordToken, line_of, pattern, spelled, tokens

_BEFORE, _AFTER = 12, 4
"""Words: how far a "not" reaches forwards, and a "nobody" backwards."""

_HEDGED = 6
_OPENING = 8
_SHORT_ANSWER = 10
_HARD = frozenset(";:—")
_QUESTION_WORDS = "who what why how when where which do does can could is are may will"
_ASKS = re.compile(r"^(?:" + "|".join(_QUESTION_WORDS.split()) + r")\b(?!.*[.!]$)", re.IGNORECASE)
_OFFERS = re.compile(r"^(?:we|you'll|you’ll|just|simply|it's|it’s|it is|then|consider|done)\b", re.IGNORECASE)  # noqa: RUF001
_LIKEWISE = re.compile(r"^(?:and )?(?:the same|likewise|so (?:do|does|is|are|will))\b", re.IGNORECASE)
_SAYS_NO = re.compile(r"^(?:no|never|not|nobody|none|absolutely not|certainly not)\b", re.IGNORECASE)
_DEFINES = re.compile(
    r"^(?!this|that|which|it\b|.* an? means\b)[“\"']?[\w -]{3,30}[”\"']?,? (?:means|is any|are any)\b", re.IGNORECASE
)
_ADVISES = re.compile(
    r"\bwe (?:strongly )?(?:recommend|advise|suggest|urge)\b|\byour (?:own )?responsibility\b", re.IGNORECASE
)
_AGREES = re.compile(
    r"^(?:(?:by|in|when|if) [^,;]*?,? ?)?(?:you|the (?:customer|user|client|subscriber)|customers|users)"
    r"(?: also| hereby| therefore| expressly)* (?:consents?|agrees?|accepts?|acknowledges?|authori[sz]es?)"
    r"(?: and agrees?)? (?:to|that|our|us|the|this|these|being|receiv\w+)\b",
    re.IGNORECASE,
)
_PURPOSES = re.compile(
    r"^(?:To|For) (?:provide|send|communicate|deal|respond|manage|process|improve|comply|bill|administer|verify|detect|"
    r"prevent|carry|fulfil|enable|maintain|operate|notify|inform|personali[sz]e|analy[sz]e|issue|supply|set|answer|"
    r"the purposes? of)\b(?!.*\b(?:we|I|please|click|e-?mail us|contact|visit|reply|ring|write|simply|go to|you can|"
    r"you may)\b)"
)
_STATES = re.compile(r"^(?:we|you can|nobody|nothing|no|your|everything|all|every)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept in a sentence, from token ``start`` to ``end``. ``own``: not only in what the sentence hangs on."""

    start: int
    end: int
    own: bool = True
    negated: bool = False
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """A sentence as it is understood. ``plain``: why it cannot be a promise, or nothing."""

    tokens: tuple[WordToken, ...]
    hits: Mapping[str, Sequence[Hit]]
    around: frozenset[str]
    plain: str = ""
    may: str = ""
    aims: str = ""
    loosely: str = ""
    always: bool = False
    states: bool = False
    periods: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def quote(self, hits: Sequence[Hit]) -> str:
        """Return the words of ``hits`` in their order, with dots for what is between."""
        at = sorted({index for hit in hits for index in range(hit.start, hit.end)})
        parts: list[str] = []
        for before, index in zip([None, *at], at, strict=False):
            if before is not None and index > before + 1:
                parts.append("…")
            parts.append(self.tokens[index].word)
        return " ".join(parts)


def listen(sentence: Sentence, processors: Collection[str], firm: Collection[str]) -> SentenceReading:
    """Return what ``sentence`` says. ``firm``: names that are the firm's own, and no third party's."""
    text, own_from, own_to = _with_what_it_hangs_on(sentence)
    words = tokens(text)
    line = line_of(words)
    starts = _token_starts(line)
    negations = _negations(line, starts)
    breaks = _breaks(words, line, starts)
    may = _spans(MAY, line, starts)

    def hit(start: int, end: int, *, figure: bool = False) -> Hit:
        own = own_from <= start < own_to
        if figure:
            return Hit(start, end, own)
        negated = any(_reaches(n, start, end, breaks) for n in negations)
        hedged = any(0 <= start - e <= _HEDGED and not _between(breaks, e, start) for _, e in may)
        return Hit(start, end, own, negated, hedged)

    hits = {name: [hit(*span) for span in _spans(phrases, line, starts)] for name, phrases in CONCEPTS.items()}
    own_text = spelled(sentence.words)
    names = [name for name in figures.names(own_text, processors) if not _is_firm(name.means, firm)]
    found = {"#period": figures.periods(spelled(text)), "#place": figures.places(own_text), "#name": names}
    found["#known"] = [name for name in names if name.means in processors]
    for key, values in found.items():
        hits[key] = [hit(*span, figure=True) for value in values for span in _find(value.words, words)]
    return SentenceReading(
        words,
        {name: found_hits for name, found_hits in hits.items() if found_hits},
        _around(sentence),
        _plain(sentence),
        _said(may, words),
        _said(_spans(AIM, line, starts), words),
        _said(_spans(LOOSELY, line, starts), words),
        bool(hits["always"]),
        bool(_STATES.match(sentence.words)),
        tuple(f.means for f in figures.periods(own_text)),
        tuple(dict.fromkeys(f.means for f in found["#place"])),
        tuple(dict.fromkeys(f.means for f in names)),
    )


def _is_firm(name: str, firm: Collection[str]) -> bool:
    return any(name.lower() in own.lower() or own.lower() in name.lower() for own in firm)


# --- what a sentence leans on --------------------------------------------------------------------------------


def _with_what_it_hangs_on(sentence: Sentence) -> tuple[str, int, int]:
    """Return the words to understand, and which tokens of them count as the sentence's own (all but a list's lead)."""
    own = sentence.words
    length = len(tokens(own))
    question = sentence.before if sentence.before.endswith("?") else sentence.heading
    if sentence.before.endswith("?") and _OFFERS.match(own) and length <= 2 * _SHORT_ANSWER:
        text = f"you can ask, {sentence.before.rstrip('?')}, {own}"
        return text, 0, len(tokens(text))
    if _LIKEWISE.match(own) and sentence.before:
        text = f"{sentence.before.rstrip('.')} {own}"
        return text, 0, len(tokens(text))
    if question.endswith("?") and length <= _SHORT_ANSWER and (question == sentence.before or not sentence.before):
        asked = question.rstrip("?")
        text = f"not {asked}, {own}" if _SAYS_NO.match(own) else f"{asked}, {own}"
        return text, 0, len(tokens(text))
    if sentence.row:
        text = " , ".join([own, *(cell for cell in sentence.row if cell != own)])
        return text, 0, length
    if sentence.intro:
        lead = sentence.intro.rstrip(":—….- ")
        before = len(tokens(lead))
        return f"{lead} {own}", before, before + length
    return own, 0, length


@cache
def _topics(text: str) -> frozenset[str]:
    words = tokens(text)
    line = line_of(words)
    return frozenset(name for name, phrases in CONCEPTS.items() if pattern(phrases).search(line))


def _around(sentence: Sentence) -> frozenset[str]:
    return _topics(sentence.heading) | _topics(sentence.before) | _topics(sentence.earlier)


def _plain(sentence: Sentence) -> str:
    """Return why a sentence can be no promise by its form alone, or nothing."""
    words = sentence.words
    line = line_of(tokens(words))
    opening = line_of(tokens(words)[:_OPENING])
    short = len(words.split()) < _SHORT_ANSWER
    reasons = (
        (words.endswith("?"), "a question"),
        (sentence.kind is BlockKind.HEADING, "a heading"),
        (words.endswith(":") and sentence.kind is BlockKind.PARAGRAPH and short, "leads to the list below it"),
        (_DEFINES.match(words), "says what a word means"),
        (_ADVISES.search(words), "advises you, and promises nothing"),
        (_PURPOSES.match(words), "says what the data is for"),
        (_AGREES.match(words), "says what the reader agrees to, and promises nothing"),
        (_finds("guarantee", line), "says what you do not promise"),
        (_finds("explain", opening) and _finds("notice", opening), "says what the notice is about"),
        (short and _ASKS.match(words) and words[-1] not in ".!", "a heading"),
    )
    return next((reason for applies, reason in reasons if applies), "")


def _finds(concept: str, line: str) -> bool:
    return bool(pattern(CONCEPTS[concept]).search(line))


# --- tokens --------------------------------------------------------------------------------------------------


def _token_starts(line: str) -> dict[int, int]:
    """Return which token begins at which character of ``line``; its end is there too."""
    starts, at = {}, 0
    for number, token in enumerate(line.split(" ")):
        starts[at] = number
        at += len(token) + 1
    return starts


def _spans(phrases: str, line: str, starts: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(starts[m.start(1)], starts[m.end(1)]) for m in pattern(phrases).finditer(line)]


def _find(words: str, among: Sequence[WordToken]) -> Iterator[tuple[int, int]]:
    wanted = [token.word.lower() for token in tokens(words)]
    have = [token.word.lower() for token in among]
    for start in range(len(have) - len(wanted) + 1):
        if wanted and have[start : start + len(wanted)] == wanted:
            yield start, start + len(wanted)


def _said(spans: Sequence[tuple[int, int]], words: Sequence[WordToken]) -> str:
    return " ".join(token.word for token in words[slice(*spans[0])]) if spans else ""


# --- negation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Negation:
    start: int
    end: int
    late: bool
    whole: bool = False


def _negations(line: str, starts: Mapping[int, int]) -> list[_Negation]:
    only_looks = _spans(NOT_A_NOT, line, starts)
    late = {start for start, _ in _spans(LATE_NOT, line, starts)}
    made = [
        _Negation(start, end, start in late)
        for start, end in _spans(NOT, line, starts)
        if not any(s <= start < e for s, e in only_looks)
    ]
    return made + [_Negation(s, e, late=True, whole=True) for s, e in _spans(DENIED_AT_ITS_END, line, starts)]


def _breaks(words: Sequence[WordToken], line: str, starts: Mapping[int, int]) -> list[int]:
    return [i for i, token in enumerate(words) if token.word in _HARD] + [s for s, _ in _spans(BREAKS, line, starts)]


def _reaches(negation: _Negation, start: int, end: int, breaks: Sequence[int]) -> bool:
    if negation.whole:
        return end <= negation.start
    if negation.end <= start:
        return start - negation.end <= _BEFORE and not _between(breaks, negation.end, start)
    return negation.late and 0 <= negation.start - end <= _AFTER and not _between(breaks, end, negation.start)


def _between(breaks: Sequence[int], start: int, end: int) -> bool:
    return any(start <= at < end for at in breaks)
