"""How much a sentence sounds like each promise: weights of words and concepts, learnt from wordings that are labelled.

For each promise a logistic regression: its chance is the logistic of a bias and the weights of what is in the sentence.
The weights are in `weights.json`, made by `python -m tests.notice.learn`, and the same words have the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp

from bailee.notice.proposals.sentence_reading import SentenceReading
from bailee.notice.proposals.sentences import Sentence, is_leaning
from bailee.notice.proposals.words import WordToken, split_tokens

_PAIR, _TOPIC, _PART = 0.7, 0.5, 0.4
_PART_LENGTH = 4
_FEW_WORDS = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """``biases``: of each promise. ``of``: what may be in a sentence -> the promises that it speaks for or against."""

    biases: Mapping[str, float]
    of: Mapping[str, Mapping[str, float]]


@cache
def load_weights() -> Weights:
    """Return what was learnt."""
    told = json.loads(files("bailee.notice.proposals").joinpath("weights.json").read_text(encoding="utf-8"))
    names = list(told["biases"])
    of = {
        feature: {names[number]: value / 100 for number, value in zip(flat[::2], flat[1::2], strict=True)}
        for feature, flat in told["weights"].items()
    }
    return Weights(told["biases"], of)


def score_promises(sentence: Sentence, reading: SentenceReading) -> dict[str, float]:
    """Return for each promise the chance, from 0 to 1, that the sentence makes it."""
    learnt = load_weights()
    scores = dict(learnt.biases)
    for feature, much in weigh_features(sentence, reading).items():
        for promise, weight in learnt.of.get(feature, {}).items():
            scores[promise] += weight * much
    return {promise: 1 / (1 + exp(-score)) for promise, score in scores.items()}


def weigh_features(sentence: Sentence, reading: SentenceReading) -> dict[str, float]:
    """Return what is in a sentence, and how much it counts.

    Stems, parts and pairs of them, concepts (``-``: denied, ``may:``: hedged), and the topics that it leans on.
    """
    return dict(_list_features(sentence, reading))


def _list_features(sentence: Sentence, reading: SentenceReading) -> Iterator[tuple[str, float]]:
    words = _choose_words(sentence, reading)
    for token in words:
        yield token.stem, 1.0
        for part in _split_stem(token.stem):
            yield f"~{part}", _PART
    for before, after in pairwise(words):
        yield f"{before.stem} {after.stem}", _PAIR
    for name, hits in reading.hits.items():
        for hit in hits:
            if hit.own:
                yield f"+{'-' if hit.negated else ''}{name}", 1.0
            if hit.hedged:
                yield f"+may:{name}", 1.0
    if is_leaning(sentence.words):
        for topic in reading.around:
            yield f"<{topic}", _TOPIC
    for name, said in (("may", reading.may), ("aims", reading.aims), ("form", reading.plain)):
        if said:
            yield f"?{name}", 1.0


def _split_stem(stem: str) -> Iterator[str]:
    """Yield the parts of a word, four letters long, by which words that were never seen are like others."""
    whole = f"^{stem}$"
    return (whole[at : at + _PART_LENGTH] for at in range(max(1, len(whole) - _PART_LENGTH + 1)))


def _choose_words(sentence: Sentence, reading: SentenceReading) -> Sequence[WordToken]:
    """Return the words of the sentence; of a fragment, what it hangs on as well."""
    own = split_tokens(sentence.words)
    return reading.tokens if len(own) < _FEW_WORDS else own
