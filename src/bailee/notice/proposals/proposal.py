"""A sentence -> the promise of the catalogue that it makes, or plain; with the reason, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bailee.checks.promises import PROMISES
from bailee.notice.proposals.blocks import BlockKind
from bailee.notice.proposals.firm_names import find_firm_names
from bailee.notice.proposals.likeness import score_promises
from bailee.notice.proposals.rules import RULES, WHY, ProposalRule
from bailee.notice.proposals.sentence_reading import Hit, SentenceReading, read_sentence
from bailee.notice.proposals.sentences import Sentence, is_leaning
from bailee.notice.proposals.wordings import find_nearest

SURE_ENOUGH = 0.6
"""What is less sure than this is proposed as plain."""

_FAINT = 0.2
"""What is less sure than this is not proposed even for a promise of the mission that nothing else makes."""

_RULE = 0.3
"""What a rule that holds adds to the likeness; set by what was left out of learning (`tests.notice.learn --judge`)."""

_RULE_HOLDS = 0.55

_CERTAIN, _CERTAINLY = 0.97, 0.75
"""A rule so sure holds whatever the sentence is like; and how sure its promise then is at least."""

_ABOUT_SOMETHING_ELSE = 0.5
_CLOSE = 0.1

_SOMEBODY_ELSE = re.compile(
    r"\b(?:third|any(?:one|body)|no ?(?:one|body)|every(?:one|body)|others?|some(?:one|body) else|partners?|"
    r"advertisers?|affiliates?|outsiders?|outside|share[sd]?|sharing|pass(?:ed|ing)?|disclos\w+|sell|sold|elsewhere|list|company|"
    r"companies|firms?|business(?:es)?|organi[sz]ations?|hand(?:ed)? (?:over|on|out))\b",
    re.IGNORECASE,
)

_SELLS = re.compile(
    r"^(?!.*\b(?:not|never|no|nor|neither|nobody|none|nothing|without|refuse\w*|sooner|rather)\b).*"
    r"\b(?:we|I|they)(?: (?:may|might|will|can|could|do|also|sometimes))* (?:sell|rent|trade|lease)\b",
    re.IGNORECASE,
)

_SUBJECTS = {
    "few-mailings": ("mailing", "message"),
    "unsubscribe-always": ("mailing", "message"),
    "calls-kept-for": ("calls",),
    "backups-encrypted": ("backup",),
    "backups-location": ("backup",),
    "recordings-only-where-activated": ("recording", "call"),
    "keys-protected": ("keys", "encrypt"),
}
"""What must be spoken of, in the sentence or just before it, where a promise is otherwise made of common words."""

_WHOLE = 20
"""Sentences: only in a notice that has as many is what it does not seem to promise looked for once more."""

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

_NEAR = 0.6
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
class _RuleMatch:
    """A rule that a sentence fulfils, and the ``words`` that do so; ``leans``: with what was said before it."""

    promise: str
    confidence: float
    words: str
    leans: bool = False


@dataclass(frozen=True, slots=True)
class _AssessedSentence:
    """A sentence, how sure each promise is (the surest first), and the rules behind."""

    sentence: Sentence
    reading: SentenceReading
    sure: Mapping[str, float]
    rules: Mapping[str, _RuleMatch]

    @property
    def surest(self) -> tuple[str, ...]:
        """Return the promises that are sure enough, those only that are nearly as sure as the first."""
        best = next(iter(self.sure.values()), 0.0)
        return tuple(name for name, sure in self.sure.items() if sure >= max(SURE_ENOUGH, best - _NEAR))


def propose_bindings(sentences: Sequence[Sentence], processors: Collection[str] = ()) -> tuple[Proposal, ...]:
    """Return a proposal for each of ``sentences``, in their order.

    Rules and the likeness to wordings that are known are heard both. A promise of the mission that no sentence seems
    to make is looked for once more, with less asked for: to overlook one is worse than to offer a plain sentence.
    ``processors``: names of the firm's register of third parties, in every spelling that the notice may use.
    """
    firm = find_firm_names(sentences)
    heard = [_assess_sentence(one, read_sentence(one, processors, firm)) for one in sentences]
    chosen = _add_overlooked(heard, _spread_promises([one.surest for one in heard]))
    return tuple(_make_proposal(one, promises) for one, promises in zip(heard, chosen, strict=True))


def _assess_sentence(sentence: Sentence, reading: SentenceReading) -> _AssessedSentence:
    rules = {match.promise: match for match in _match_rules(reading)}
    if reading.plain and not (sentence.kind is BlockKind.HEADING and rules and reading.states):
        return _AssessedSentence(sentence, reading, {}, {})
    surest = max((rule.confidence for rule in rules.values()), default=0.0)
    leaning = is_leaning(sentence.words) and any(r.leans and r.confidence >= surest - _CLOSE for r in rules.values())
    alike = score_promises(sentence, reading).items()
    sure = {name: _rate_promise(name, like, rules, reading, leaning=leaning) for name, like in alike}
    return _AssessedSentence(sentence, reading, dict(sorted(sure.items(), key=lambda item: -item[1])), rules)


def _rate_promise(
    promise: str, like: float, rules: Mapping[str, _RuleMatch], reading: SentenceReading, *, leaning: bool
) -> float:
    """Return how sure a promise is, from 0 to 1 + `_RULE`."""
    rule = rules.get(promise)
    if leaning:
        # its own words do not say what it is about, so that by them it is like another promise
        like = 1.0 if rule and rule.leans else like * _ABOUT_SOMETHING_ELSE
    elif not _is_about(_SUBJECTS.get(promise, ()), reading):
        like *= _ABOUT_SOMETHING_ELSE
    if promise == "third-party-authorised" and _is_about_mailings_alone(reading):
        return 0.0
    if promise == "not-sold" and _SELLS.search(" ".join(token.word for token in reading.tokens)):
        return 0.0  # the opposite, in the same words
    if rule and rule.confidence >= _RULE_HOLDS:
        like += _RULE * rule.confidence
        like = max(like, _CERTAINLY) if rule.confidence >= _CERTAIN else like
    if promise not in _AIMED_AT and not reading.always:
        like -= _ONLY_AIMS * bool(reading.aims)
    return max(0.0, like - _LOOSELY * bool(reading.loosely))


def _is_about_mailings_alone(reading: SentenceReading) -> bool:
    """Whether what is agreed to is to be written to: that authorises nobody else to have the data."""
    said = " ".join(token.word for token in reading.tokens)
    return {"mailing", "consent"} <= reading.hits.keys() and not _SOMEBODY_ELSE.search(said)


def _is_about(subjects: Collection[str], reading: SentenceReading) -> bool:
    return not subjects or any(subject in reading.hits or subject in reading.around for subject in subjects)


def _make_proposal(one: _AssessedSentence, promises: Sequence[str]) -> Proposal:
    reading = one.reading
    figures = (reading.periods, reading.places, reading.names)
    if not promises:
        return Proposal(
            one.sentence,
            "",
            _explain_no_promise(one),
            1 - _scale_certainty(next(iter(one.sure.values()), 0.0)),
            (),
            *figures,
        )
    best, *also = promises
    return Proposal(
        one.sentence, best, _explain_promise(best, one), _scale_certainty(one.sure[best]), tuple(also), *figures
    )


def _scale_certainty(sure: float) -> float:
    """Return as a share of 1 how sure a promise is."""
    return round(sure / (1 + _RULE), 2)


def _explain_promise(promise: str, one: _AssessedSentence) -> str:
    rule = one.rules.get(promise)
    if rule:
        said = f"{WHY[promise]}: “{rule.words}”"
        return f"{said}, though only “{one.reading.loosely}”" if one.reading.loosely else said
    alike = find_nearest(one.sentence.words, promise)
    said = f"{WHY[promise]}, much as in “{alike}”" if alike else WHY[promise]
    return said if one.sure[promise] >= SURE_ENOUGH else f"perhaps {said}"


def _explain_no_promise(one: _AssessedSentence) -> str:
    reading = one.reading
    if reading.plain:
        return reading.plain
    if reading.aims and one.rules:
        return f"says what you try to do (“{reading.aims}”), which no check can hold you to"
    if reading.may:
        return f"says what may happen (“{reading.may}”), which promises nothing"
    first, sure = next(iter(one.sure.items()))
    if sure >= _FAINT:
        return f"may be one that {WHY[first]}, but the words do not say so"
    return "tells something, and promises nothing that a check could look at"


# --- rules ---------------------------------------------------------------------------------------------------


def _match_rules(reading: SentenceReading) -> list[_RuleMatch]:
    best: dict[str, _RuleMatch] = {}
    for rule in RULES:
        match = _match_rule(rule, reading)
        if match and (rule.promise not in best or best[rule.promise].confidence < match.confidence):
            best[rule.promise] = match
    return sorted(best.values(), key=lambda m: -m.confidence)


def _match_rule(rule: ProposalRule, reading: SentenceReading) -> _RuleMatch | None:
    if any(all(_has_hit(need, reading) for need in group) for group in _parse_unless(rule.unless)):
        return None
    heart, *others = _parse_needs(rule.needs)
    for hit in _find_hits(heart, reading):
        if not hit.own:
            continue
        chosen, around = [hit], 0
        for need in others:
            near = _find_nearest(need, hit, chosen, reading)
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
            return _RuleMatch(rule.promise, sure, reading.quote(chosen), leans=bool(around))
    return None


@cache
def _parse_needs(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(need.split("|")) for need in text.split())


@cache
def _parse_unless(text: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return what speaks against a rule: groups separated by ``|``, whose parts must all be there."""
    return tuple(tuple((part,) for part in group.split()) for group in text.split("|") if group)


def _has_hit(need: Iterable[str], reading: SentenceReading) -> bool:
    return any(hit.own for hit in _find_hits(need, reading))


def _find_hits(need: Iterable[str], reading: SentenceReading) -> Iterator[Hit]:
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


def _find_nearest(need: Iterable[str], heart: Hit, chosen: Sequence[Hit], reading: SentenceReading) -> Hit | None:
    taken = {hit.start for hit in chosen}
    free = [hit for hit in _find_hits(need, reading) if abs(hit.start - heart.start) <= _FAR and hit.start not in taken]
    return min(free, key=lambda hit: abs(hit.start - heart.start), default=None)


def _can_name(promise: str, reading: SentenceReading) -> bool:
    """Whether a sentence that is proposed for want of a better one has what `processors-named` is about: a name."""
    return promise != "processors-named" or _has_hit(("#name", "#known", "listing"), reading)


# --- the notice as a whole -----------------------------------------------------------------------------------


def _spread_promises(chosen: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the promises of each sentence; of one with two, that one first which no other sentence makes."""
    firsts = [promises[0] for promises in chosen if promises]
    spread = list[tuple[str, ...]]()
    for promises in chosen:
        missing = [name for name in promises[1:] if name not in firsts]
        if missing and firsts.count(promises[0]) > 1:
            firsts.append(missing[0])
            spread.append((missing[0], *(name for name in promises if name != missing[0])))
        else:
            spread.append(promises)
    return spread


def _add_overlooked(heard: Sequence[_AssessedSentence], chosen: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the promises of each sentence, and those of the mission that none makes where they are likeliest."""
    made = {name for promises in chosen for name in promises}
    missing = [name for name, standard in PROMISES.items() if standard.mission and name not in made]
    plain = [at for at, promises in enumerate(chosen) if not promises and not heard[at].reading.may]
    bound = [at for at, promises in enumerate(chosen) if promises]
    for name in missing if len(heard) >= _WHOLE else ():
        for places in (plain, bound):
            among = [at for at in places if _can_name(name, heard[at].reading)]
            at = max(among, key=lambda at: heard[at].sure.get(name, 0.0), default=None)
            if at is not None and heard[at].sure.get(name, 0.0) >= _FAINT:
                chosen[at] = (*chosen[at], name)
    return chosen
