"""Lints of a notice: what it is blamed for, in the words of its sentences and in the third parties that it names.

They read English as it is written in notices, by patterns that can be read too: what they miss is loose at worst, and
a sentence that is declared plain is only held against where the data really is. Who is named and not registered is
what the check `processors.named` finds, so that the two never say different things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bailee.checks import World
from bailee.checks.catalogue.processors import find_strangers
from bailee.checks.countries import expand_areas
from bailee.notice.figures import find_periods, find_places
from bailee.policy import NOWHERE, Notice, NoticeSentence, Period, Place, Policy, Processor, Promise
from bailee.policy.countries import country_name
from bailee.policy.dates import parse_period
from bailee.policy.figures import TABLE, listed, period_in_words
from bailee.policy.words import WordError

CODES: Mapping[str, str] = {
    "N101": "words on where data is kept are contradicted by a system, its backups or a third party",
    "N102": "a least period without a most: kept for ever is no contradiction",
    "N103": "a hedge where a number belongs",
    "N104": "a period in words that is not the one of the rule",
    "N105": "something that the law wants said is not there",
    "N106": "a third party of the register is not named",
    "N107": "a third party is named that is not in the register",
    "N108": "a promise that no sentence makes",
}

START = Place("notice.md", 1, 1)
"""Where a notice is blamed for what it does not say."""


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing that a person should look at."""

    code: str
    says: str
    hint: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        return f"{self.place}  {self.code} {self.says} ({self.hint})"


def compile_phrases(text: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases in ``text``, which ``|`` parts.

    Capitals do not matter. A phrase begins where a word does; a ``.`` at its end says that a word ends there too, a
    ``*`` in it stands for up to six words.
    """
    every = [" ".join(phrase.split()) for phrase in text.split("|")]
    return re.compile("|".join(map(_write_pattern, every)), re.IGNORECASE)


def _write_pattern(phrase: str) -> str:
    ends, words = phrase.endswith("."), phrase.removesuffix(".")
    pattern = re.escape(words).replace(r"\ \*\ ", r"\ (?:[\w'-]+\s+){0,6}").replace(r"\ ", r"\s+")
    return rf"\b{pattern}" + (r"\b" if ends else "")


# --- words ---------------------------------------------------------------------------------------------------

_KEPT = compile_phrases("""
    store. | stored. | stores. | storage | kept. | keep. | keeps. | held. | hold. | hosted. | located. | live. | lives.
    | stay. | stays. | remain. | remains. | lie. | lies. | stand. | stands.
    | server | data centre | data center | leave. | leaves.
""")
_INSIDE = compile_phrases("in. | inside. | within. | leave. | leaves.")
_ABROAD = compile_phrases("outside. | transfer | abroad.")
_NEVER = compile_phrases("never. | not. | no. | nothing. | none.")
_WHOLE = compile_phrases(
    "all. | only. | always. | never. | everything. | nothing. | every. | entirely. | exclusively. | none."
)
_BACKUPS = compile_phrases("backup | back-up | copies.")
_OTHERS = compile_phrases("they. | them. | processor | provider | supplier | firms. | third part | partner")

_LEAST = compile_phrases("at least. | at a minimum. | minimum. | no less than. | not less than. | not fewer than.")
_MOST = compile_phrases("""
    at most. | no longer. | not longer. | no more than. | not more than. | up to. | maximum. | at the latest.
    | then delete | then erase | then we delete | then we erase | are then | is then | after which. | and then
""")
_HEDGE = compile_phrases("""
    normally. | usually. | generally. | typically. | as a rule. | in most cases. | where possible.
    | as long as * necessary. | as long as * needed. | as long as * required. | as long as we * need
    | longer than * necessary. | longer than * needed. | longer than we * need | reasonable period. | reasonable time.
    | from time to time. | as appropriate. | as soon as possible. | promptly. | without undue delay.
""")


def lint_words(policy: Policy, notice: Notice) -> Iterator[Lint]:
    """Yield what the words of the sentences are blamed for, one sentence after the other."""
    says_of_backups = any(_BACKUPS.search(s.words) and find_places(s.words) for s in notice.sentences)
    for sentence in notice.sentences:
        yield from _lint_places(policy, sentence, says_of_backups=says_of_backups)
        yield from _lint_periods(policy, sentence)
        if not sentence.plain:
            yield from _lint_bounds(sentence)


# --- where ----------------------------------------------------------------------------------------------------


def _lint_places(policy: Policy, sentence: NoticeSentence, *, says_of_backups: bool) -> Iterator[Lint]:
    words = sentence.words
    claimed = {figure.means: figure.words for figure in find_places(words)}
    if not claimed or not _KEPT.search(words) or not _is_inside(words):
        return
    inside = expand_areas(claimed)
    said = " and ".join(claimed.values())
    lying = _locate_data(policy, words, says_of_backups=says_of_backups)
    elsewhere = [
        (f"{what} {country_name(country)}", at) for what, country, at in lying if country and country not in inside
    ]
    if elsewhere:
        says = f'"{said}" is said, and {listed([what for what, _ in elsewhere])}'
        where = listed(list(dict.fromkeys(at for _, at in elsewhere)))
        yield Lint("N101", says, f"say so here, or move it, and mend {where}", sentence.place)


def _is_inside(words: str) -> bool:
    """Whether the words claim that data is inside a place: *never outside the EEA* does, *may go outside* does not."""
    if _ABROAD.search(words):
        return bool(_NEVER.search(words))
    return bool(_INSIDE.search(words))


def _locate_data(policy: Policy, words: str, *, says_of_backups: bool) -> Iterator[tuple[str, str, str]]:
    """Yield what the words speak of, the country that it is in, and where the policy says so."""
    whole, backups, others = (bool(found.search(words)) for found in (_WHOLE, _BACKUPS, _OTHERS))
    for system in policy.systems.values():
        place = str(system.place)
        if not backups and not others:
            yield f"{system.name} keeps its data in", system.location.country, place
        if system.location.backups and (backups or (not others and (whole or not says_of_backups))):
            yield f"{system.name} keeps its backups in", system.location.backups.country, place
    for processor in policy.processors.values():
        if others or (whole and not backups):
            yield f"{processor.title} is in", processor.country, str(processor.place)


# --- how long -------------------------------------------------------------------------------------------------


def _lint_periods(policy: Policy, sentence: NoticeSentence) -> Iterator[Lint]:
    said = [(figure.words, _parse_period(figure.means)) for figure in find_periods(sentence.words)]
    bound = [policy.promises[name] for name in sentence.promises if name in policy.promises]
    rules = {name for promise in bound for name in _list_rules(promise) if name in policy.retention}
    if not said or not rules:
        return
    true = {_measure_period(policy.retention[name].period) for name in rules}
    for words, period_said in said:
        if period_said is not None and _measure_period(period_said) not in true:
            kept = " and ".join(f"{name} {period_in_words(policy.retention[name].period)}" for name in sorted(rules))
            hint = f"write {{{{ retention.{min(rules)} }}}}, or mend {policy.retention[min(rules)].place}"
            yield Lint("N104", f'"{words}" is said, and retention.yaml has: {kept}', hint, sentence.place)


def _list_rules(promise: Promise) -> Iterator[str]:
    for bound in promise.checks:
        rule = bound.parameters.get("rule", ())
        yield from (rule,) if isinstance(rule, str) else rule


def _parse_period(text: str) -> Period | None:
    try:
        return parse_period(text)
    except WordError:
        return None


def _measure_period(of: Period) -> tuple[int, int]:
    return of.months, of.days


def _lint_bounds(sentence: NoticeSentence) -> Iterator[Lint]:
    words, figures = sentence.words, find_periods(sentence.words)
    if figures and (least := _LEAST.search(words)) and not _MOST.search(words):
        hint = "say when it is gone at the latest: then deleted, at most, no longer than"
        yield Lint("N102", f'"{least[0]}" is said, and no most', hint, sentence.place)
    if not figures and (hedge := _HEDGE.search(words)):
        hint = "give the number, or mark the sentence {plain} if it promises nothing"
        yield Lint("N103", f'"{hedge[0]}" is said without a number', hint, sentence.place)


# --- third parties --------------------------------------------------------------------------------------------


def lint_parties(policy: Policy, notice: Notice, now: datetime) -> Iterator[Lint]:
    """Yield N106 and N107. The table of third parties names every one of the register; those left need no name."""
    for processor in policy.processors.values():
        if not processor.has_left(now.date()) and not _is_named(processor, notice):
            says = f"{processor.title} receives data, and the notice does not name it"
            hint = f"name it in notice.md, put {TABLE} in a paragraph, or remove it from the register"
            yield Lint("N106", says, hint, processor.place)
    for name, place in find_strangers(World(policy, now)):
        hint = "add it to processors.yaml, or under also: of the one that it is"
        yield Lint("N107", f'"{name}" is named, and is not in processors.yaml', hint, place)


def _is_named(processor: Processor, notice: Notice) -> bool:
    spellings = "|".join(re.escape(" ".join(name.split())) for name in (processor.title, *processor.also))
    named = re.compile(rf"(?<!\w)(?:{spellings})(?!\w)", re.IGNORECASE)
    return TABLE in notice.source or any(named.search(sentence.words) for sentence in notice.sentences)
