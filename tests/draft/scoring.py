"""How right a draft is: precision and recall against a right answer made by hand.

Where the answers call several words fair, whichever the draft says is right. What only an alternative makes personal
is nobody's miss: a draft is not asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.draft.schemas.answers import OWNERSHIP, Answers, Edge

QUESTIONS = (
    "people",
    "organisations",
    "identity",
    "edges with a foreign key",
    "edges without",
    "other references",
    "opaque",
    "ends",
    "mentions",
    "files",
    "calls",
)


@dataclass(frozen=True)
class Drafted:
    """What a draft says, in the words of `Answers`: sets of tables and columns, and a word or attribute for each."""

    people: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    identity: Mapping[str, str] = field(default_factory=dict)
    edges: Mapping[Edge, str] = field(default_factory=dict)
    opaque: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Score:
    """``right`` of ``said`` are right, ``found`` of ``wanted`` are there; ``errors`` names the others."""

    right: int = 0
    said: int = 0
    found: int = 0
    wanted: int = 0
    errors: tuple[str, ...] = ()

    @property
    def precision(self) -> float | None:
        """The share of what is said that is right; None where nothing is said."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The share of what is wanted that is there; None where nothing is wanted."""
        return self.found / self.wanted if self.wanted else None

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right,
            self.said + other.said,
            self.found + other.found,
            self.wanted + other.wanted,
            self.errors + other.errors,
        )


def score(answers: Answers, drafted: Drafted, foreign_keys: frozenset[Edge]) -> dict[str, Score]:
    """Return question -> score; ``foreign_keys`` are the references that the database itself enforces."""
    firms = answers.organisations_either & drafted.organisations  # taken for the one, where either is fair: no miss
    humans = answers.people_either & drafted.people
    known = {edge: edge in foreign_keys for edge in {*answers.edges, *drafted.edges}}
    return {
        "people": _sets(answers.people - firms, answers.people_either, drafted.people),
        "organisations": _sets(answers.organisations - humans, answers.organisations_either, drafted.organisations),
        "identity": _words(answers.identity, drafted.identity, {*answers.identity, *drafted.identity}),
        "edges with a foreign key": _edges(answers, drafted, {e for e, there in known.items() if there}),
        "edges without": _edges(answers, drafted, {e for e, there in known.items() if not there}),
        "other references": _others(answers, drafted),
        "opaque": _sets(answers.opaque, answers.opaque_either, drafted.opaque),
        "ends": _sets(answers.ends, answers.ends_either, drafted.ends),
        "mentions": _sets(answers.mentions, answers.mentions_either, drafted.mentions),
        "files": _sets(answers.files, answers.files_either, drafted.files),
        "calls": _sets(answers.calls, answers.calls_either, drafted.calls),
    }


def _sets(wanted: frozenset[str], either: frozenset[str], said: frozenset[str]) -> Score:
    judged = said - either
    errors = _wrong(judged - wanted) + _missed(wanted - judged)
    return Score(len(judged & wanted), len(judged), len(judged & wanted), len(wanted), errors)


def _words(wanted: Mapping[str, tuple[str, ...]], said: Mapping[str, str], names: Iterable[str]) -> Score:
    """Score an attribute for each column: a column found with the wrong attribute is neither right nor found."""
    total = Score()
    for name in sorted(names):
        fair, word = wanted.get(name, ("none",)), said.get(name, "none")
        right, asked = word in fair, "none" not in fair
        errors = () if right else (f"wrong {name}: {word}, not {' or '.join(fair)}",)
        total += Score(right and word != "none", word != "none", right and asked, asked, errors)
    return total


def _edges(answers: Answers, drafted: Drafted, edges: Iterable[Edge]) -> Score:
    """Score ownership alone: what is drafted as owned, and what is."""
    total = Score()
    for edge in sorted(edges):
        fair, word = answers.edges.get(edge, ("none",)), drafted.edges.get(edge, "none")
        says, asked, right = word in OWNERSHIP, fair[0] in OWNERSHIP, word in fair
        errors = (_said(edge, word, fair),) if (says or asked) and not right else ()
        total += Score(says and right, says, asked and right, asked, errors)
    return total


def _others(answers: Answers, drafted: Drafted) -> Score:
    """Score the references that own nothing: context, onlookers, names."""
    total = Score()
    for edge in sorted({*answers.edges, *drafted.edges}):
        fair, word = answers.edges.get(edge, ("none",)), drafted.edges.get(edge, "none")
        says = word not in OWNERSHIP and word != "none"
        asked = fair[0] not in OWNERSHIP and "none" not in fair
        right = word in fair
        errors = (_said(edge, word, fair),) if (says or asked) and not right else ()
        total += Score(says and right, says, asked and right, asked, errors)
    return total


def _said(edge: Edge, word: str, fair: tuple[str, ...]) -> str:
    return f"{'missed' if word == 'none' else 'wrong'} {edge[0]} -> {edge[1]}: {word}, not {' or '.join(fair)}"


def _wrong(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"wrong {name}" for name in sorted(names))


def _missed(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"missed {name}" for name in sorted(names))
