"""What a sentence says: the concepts in it, which are denied, which are only a maybe, and its figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bailee.notice import figures
from bailee.notice.proposals.blocks import BlockKind
from bailee.notice.proposals.lexicon import CONCEPTS
from bailee.notice.proposals.modifiers import AIM, BREAKS, DENIED_AT_ITS_END, LATE_NOT, LOOSELY, MAY, NOT, NOT_A_NOT
from bailee.notice.proposals.sentences import Sentence
from bailee.notice.proposals.words import WordToken, compile_pattern, join_tokens, normalise_spelling, split_tokens

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


def read_sentence(sentence: Sentence, processors: Collection[str], firm: Collection[str]) -> SentenceReading:
    """Return what ``sentence`` says. ``firm``: names that are the firm's own, and no third party's."""
    text, own_from, own_to = _add_lead(sentence)
    words = split_tokens(text)
    line = join_tokens(words)
    starts = _index_tokens(line)
    negations = _find_negations(line, starts)
    breaks = _find_breaks(words, line, starts)
    may = _find_spans(MAY, line, starts)

    def make_hit(start: int, end: int, *, figure: bool = False) -> Hit:
        own = own_from <= start < own_to
        if figure:
            return Hit(start, end, own)
        negated = any(_is_negated(n, start, end, breaks) for n in negations)
        hedged = any(0 <= start - e <= _HEDGED and not _has_break(breaks, e, start) for _, e in may)
        return Hit(start, end, own, negated, hedged)

    hits = {
        name: [make_hit(*span) for span in _find_spans(phrases, line, starts)] for name, phrases in CONCEPTS.items()
    }
    own_text = normalise_spelling(sentence.words)
    names = [name for name in figures.find_names(own_text, processors) if not _is_firm(name.means, firm)]
    found = {
        "#period": figures.find_periods(normalise_spelling(text)),
        "#place": figures.find_places(own_text),
        "#name": names,
    }
    found["#known"] = [name for name in names if name.means in processors]
    for key, values in found.items():
        hits[key] = [make_hit(*span, figure=True) for value in values for span in _find_words(value.words, words)]
    return SentenceReading(
        words,
        {name: found_hits for name, found_hits in hits.items() if found_hits},
        _find_topics_around(sentence),
        _explain_plain(sentence),
        _quote_first(may, words),
        _quote_first(_find_spans(AIM, line, starts), words),
        _quote_first(_find_spans(LOOSELY, line, starts), words),
        bool(hits["always"]),
        bool(_STATES.match(sentence.words)),
        tuple(f.means for f in figures.find_periods(own_text)),
        tuple(dict.fromkeys(f.means for f in found["#place"])),
        tuple(dict.fromkeys(f.means for f in names)),
    )


def _is_firm(name: str, firm: Collection[str]) -> bool:
    return any(name.lower() in own.lower() or own.lower() in name.lower() for own in firm)


# --- what a sentence leans on --------------------------------------------------------------------------------


def _add_lead(sentence: Sentence) -> tuple[str, int, int]:
    """Return the words to understand, and which tokens of them count as the sentence's own (all but a list's lead)."""
    own = sentence.words
    length = len(split_tokens(own))
    question = sentence.before if sentence.before.endswith("?") else sentence.heading
    if sentence.before.endswith("?") and _OFFERS.match(own) and length <= 2 * _SHORT_ANSWER:
        text = f"you can ask, {sentence.before.rstrip('?')}, {own}"
        return text, 0, len(split_tokens(text))
    if _LIKEWISE.match(own) and sentence.before:
        text = f"{sentence.before.rstrip('.')} {own}"
        return text, 0, len(split_tokens(text))
    if question.endswith("?") and length <= _SHORT_ANSWER and (question == sentence.before or not sentence.before):
        asked = question.rstrip("?")
        text = f"not {asked}, {own}" if _SAYS_NO.match(own) else f"{asked}, {own}"
        return text, 0, len(split_tokens(text))
    if sentence.row:
        text = " , ".join([own, *(cell for cell in sentence.row if cell != own)])
        return text, 0, length
    if sentence.intro:
        lead = sentence.intro.rstrip(":—….- ")
        before = len(split_tokens(lead))
        return f"{lead} {own}", before, before + length
    return own, 0, length


@cache
def _find_topics(text: str) -> frozenset[str]:
    words = split_tokens(text)
    line = join_tokens(words)
    return frozenset(name for name, phrases in CONCEPTS.items() if compile_pattern(phrases).search(line))


def _find_topics_around(sentence: Sentence) -> frozenset[str]:
    return _find_topics(sentence.heading) | _find_topics(sentence.before) | _find_topics(sentence.earlier)


def _explain_plain(sentence: Sentence) -> str:
    """Return why a sentence can be no promise by its form alone, or nothing."""
    words = sentence.words
    line = join_tokens(split_tokens(words))
    opening = join_tokens(split_tokens(words)[:_OPENING])
    short = len(words.split()) < _SHORT_ANSWER
    reasons = (
        (words.endswith("?"), "a question"),
        (sentence.kind is BlockKind.HEADING, "a heading"),
        (words.endswith(":") and sentence.kind is BlockKind.PARAGRAPH and short, "leads to the list below it"),
        (_DEFINES.match(words), "says what a word means"),
        (_ADVISES.search(words), "advises you, and promises nothing"),
        (_PURPOSES.match(words), "says what the data is for"),
        (_AGREES.match(words), "says what the reader agrees to, and promises nothing"),
        (_has_concept("guarantee", line), "says what you do not promise"),
        (_has_concept("explain", opening) and _has_concept("notice", opening), "says what the notice is about"),
        (short and _ASKS.match(words) and words[-1] not in ".!", "a heading"),
    )
    return next((reason for applies, reason in reasons if applies), "")


def _has_concept(concept: str, line: str) -> bool:
    return bool(compile_pattern(CONCEPTS[concept]).search(line))


# --- tokens --------------------------------------------------------------------------------------------------


def _index_tokens(line: str) -> dict[int, int]:
    """Return which token begins at which character of ``line``; its end is there too."""
    starts, at = {}, 0
    for number, token in enumerate(line.split(" ")):
        starts[at] = number
        at += len(token) + 1
    return starts


def _find_spans(phrases: str, line: str, starts: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(starts[m.start(1)], starts[m.end(1)]) for m in compile_pattern(phrases).finditer(line)]


def _find_words(words: str, among: Sequence[WordToken]) -> Iterator[tuple[int, int]]:
    wanted = [token.word.lower() for token in split_tokens(words)]
    have = [token.word.lower() for token in among]
    for start in range(len(have) - len(wanted) + 1):
        if wanted and have[start : start + len(wanted)] == wanted:
            yield start, start + len(wanted)


def _quote_first(spans: Sequence[tuple[int, int]], words: Sequence[WordToken]) -> str:
    return " ".join(token.word for token in words[slice(*spans[0])]) if spans else ""


# --- negation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Negation:
    start: int
    end: int
    late: bool
    whole: bool = False


def _find_negations(line: str, starts: Mapping[int, int]) -> list[_Negation]:
    only_looks = _find_spans(NOT_A_NOT, line, starts)
    late = {start for start, _ in _find_spans(LATE_NOT, line, starts)}
    made = [
        _Negation(start, end, start in late)
        for start, end in _find_spans(NOT, line, starts)
        if not any(s <= start < e for s, e in only_looks)
    ]
    return made + [_Negation(s, e, late=True, whole=True) for s, e in _find_spans(DENIED_AT_ITS_END, line, starts)]


def _find_breaks(words: Sequence[WordToken], line: str, starts: Mapping[int, int]) -> list[int]:
    return [i for i, token in enumerate(words) if token.word in _HARD] + [
        s for s, _ in _find_spans(BREAKS, line, starts)
    ]


def _is_negated(negation: _Negation, start: int, end: int, breaks: Sequence[int]) -> bool:
    if negation.whole:
        return end <= negation.start
    if negation.end <= start:
        return start - negation.end <= _BEFORE and not _has_break(breaks, negation.end, start)
    return negation.late and 0 <= negation.start - end <= _AFTER and not _has_break(breaks, end, negation.start)


def _has_break(breaks: Sequence[int], start: int, end: int) -> bool:
    return any(start <= at < end for at in breaks)
