"""A sentence -> the promise of the catalogue that it makes, or plain; with the reason, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bailee.notice.proposals.blocks import Kind
from bailee.notice.proposals.firm import names_of
from bailee.notice.proposals.listening import Hit, Reading, listen
from bailee.notice.proposals.rules import RULES, WHY, Rule
from bailee.notice.proposals.sentences import Sentence

SURE_ENOUGH = 0.55
"""What is less sure than this is proposed as plain."""

_FAR = 24
"""Words: concepts that stand further apart than this have nothing to do with each other."""

_FROM_AROUND = 0.06
_ONLY_AIMS = 0.4
_LOOSELY = 0.1
_FIRM_PROMISES = """
    processors-named stored-in-region staff-vetted recordings-only-where-activated few-mailings encrypted-at-rest
    encrypted-in-transit backups-encrypted backups-location transfers-safeguarded breach-notified
    customer-data-kept-for changes-announced list-members-known copy-on-request
"""
_ABOUT_THE_FIRM = frozenset(_FIRM_PROMISES.split())
"""Promises in whose sentences "may" is what the firm may do; in the others it is what people may."""

_AIMED_AT = frozenset({"few-mailings", "answered-in-time"})
"""Promises that are counted, so that even an aim can be held to its number."""

_NEAR = 0.15
"""How much less sure a second promise may be to be named beside the first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a sentence is proposed to be: bound to ``promise`` (an id of the catalogue, and perhaps ``also``), or plain.

    ``reason`` is for a lay person; ``confidence`` is of 1. ``periods`` (ISO 8601), ``places`` (codes) and ``names``
    are the figures that the sentence gives.
    """

    sentence: Sentence
    promise: str
    reason: str
    confidence: float
    also: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing in the sentence can be held to a check."""
        return not self.promise


@dataclass(frozen=True, slots=True)
class _Match:
    promise: str
    confidence: float
    words: str


def propose(sentences: Sequence[Sentence], processors: Collection[str] = ()) -> tuple[Proposal, ...]:
    """Return a proposal for each of ``sentences``, in their order.

    ``processors``: names of the firm's register of third parties, in every spelling that the notice may use.
    """
    firm = names_of(sentences)
    found = [_propose(one, listen(one, processors, firm)) for one in sentences]
    return tuple(_spread(found))


def _propose(sentence: Sentence, reading: Reading) -> Proposal:
    figures = (reading.periods, reading.places, reading.names)
    matches = _matches(reading)
    if reading.plain and not (sentence.kind is Kind.HEADING and matches and reading.states):
        return Proposal(sentence, "", reading.plain, 0.95, (), *figures)
    if not matches or matches[0].confidence < SURE_ENOUGH:
        return Proposal(sentence, "", _nothing(reading, matches), 0.6 if matches else 0.8, (), *figures)
    best = matches[0]
    also = tuple(m.promise for m in matches[1:] if m.confidence >= max(SURE_ENOUGH, best.confidence - _NEAR))
    sure = best.confidence - (0.03 * len(also))
    return Proposal(sentence, best.promise, _reason(best, reading), round(sure, 2), also, *figures)


def _reason(match: _Match, reading: Reading) -> str:
    said = f"{WHY[match.promise]}: “{match.words}”"
    return f"{said}, though only “{reading.loosely}”" if reading.loosely else said


def _nothing(reading: Reading, matches: Sequence[_Match]) -> str:
    if reading.aims and matches:
        return f"says what you try to do (“{reading.aims}”), which no check can hold you to"
    if reading.may:
        return f"says what may happen (“{reading.may}”), which promises nothing"
    if matches:
        return f"may be one that {WHY[matches[0].promise]}, but the words do not say so"
    return "tells something, and promises nothing that a check could look at"


# --- rules ---------------------------------------------------------------------------------------------------


def _matches(reading: Reading) -> list[_Match]:
    best: dict[str, _Match] = {}
    for rule in RULES:
        match = _match(rule, reading)
        if match and (rule.promise not in best or best[rule.promise].confidence < match.confidence):
            best[rule.promise] = match
    return sorted(best.values(), key=lambda m: -m.confidence)


def _match(rule: Rule, reading: Reading) -> _Match | None:
    if any(all(_any(need, reading) for need in group) for group in _unless(rule.unless)):
        return None
    heart, *others = _needs(rule.needs)
    for hit in _hits(heart, reading):
        if not hit.own:
            continue
        chosen, around = [hit], 0
        for need in others:
            near = _nearest(need, hit, chosen, reading)
            if near is not None:
                chosen.append(near)
            elif any(part.startswith("@") and part[1:] in reading.around for part in need):
                around += 1
            else:
                break
        else:
            sure = rule.confidence - _FROM_AROUND * around - _LOOSELY * bool(reading.loosely)
            if rule.promise in _ABOUT_THE_FIRM:
                sure -= _ONLY_AIMS * any(hit.hedged for hit in chosen)
            if rule.promise not in _AIMED_AT and not reading.always:
                sure -= _ONLY_AIMS * bool(reading.aims)
            return _Match(rule.promise, sure, reading.quote(chosen))
    return None


@cache
def _needs(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(need.split("|")) for need in text.split())


@cache
def _unless(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return what speaks against a rule: groups separated by ``|``, whose parts must all be there."""
    return tuple(tuple((part,) for part in group.split()) for group in text.split("|") if group)


def _any(need: Iterable[str], reading: Reading) -> bool:
    return any(hit.own for hit in _hits(need, reading))


def _hits(need: Iterable[str], reading: Reading) -> Iterator[Hit]:
    for part in need:
        name = part.lstrip("+-@")
        for hit in reading.hits.get(name, ()):
            if part[0] == "-":
                fits = hit.negated
            elif part[0] == "+":
                fits = not (hit.negated or hit.hedged)
            else:
                fits = True
            if fits:
                yield hit


def _nearest(need: Iterable[str], heart: Hit, chosen: Sequence[Hit], reading: Reading) -> Hit | None:
    taken = {hit.start for hit in chosen}
    free = [hit for hit in _hits(need, reading) if abs(hit.start - heart.start) <= _FAR and hit.start not in taken]
    return min(free, key=lambda hit: abs(hit.start - heart.start), default=None)


# --- the notice as a whole -----------------------------------------------------------------------------------


def _spread(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield ``proposals``, where a sentence makes two promises with the one first that no other sentence makes."""
    made = {p.promise for p in proposals}
    for one in proposals:
        missing = [promise for promise in one.also if promise not in made]
        others = any(p is not one and p.promise == one.promise for p in proposals)
        if missing and others and one.promise:
            yield _turned(one, missing[0])
            made.add(missing[0])
        else:
            yield one


def _turned(one: Proposal, promise: str) -> Proposal:
    also = (one.promise, *(p for p in one.also if p != promise))
    return replace(one, promise=promise, also=also, reason=f"{WHY[promise]}, and {WHY[one.promise]}")
