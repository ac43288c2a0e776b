"""`python -m tests.notice.learn`: learn `weights.json` from the wordings of the package and the notices that were seen.

`--judge` judges instead how well what is learnt reads what it was not learnt from, and writes nothing.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import exp
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from bailee.checks.promises import PROMISES
from bailee.notice.proposals import blocks, likeness, propose_bindings, sentence_reading
from bailee.notice.proposals.firm_names import find_firm_names
from bailee.notice.proposals.input_files import read_blocks
from bailee.notice.proposals.sentences import Sentence, split_sentences
from bailee.notice.proposals.wordings import load_wordings
from tests.notice import bench, labelled

SEEN = Path(__file__).parent / "notices" / "seen"
WEIGHTS = Path(likeness.__file__).with_name("weights.json")

_ROUNDS, _RATE, _SLOWS = 14, 0.4, 0.25
_WELL_KNOWN = 0.02
_PROMISING = 3.0
_SHRINK = 0.0004
_LEAST_WEIGHT, _LEAST_SEEN = 0.05, 2


@dataclass(frozen=True)
class Example:
    """What is in a sentence, and the promises that it makes; of several fair ones, those after the first are open."""

    has: Mapping[str, float]
    makes: frozenset[str]
    open: frozenset[str]


def main(arguments: Sequence[str]) -> int:
    """Learn, and write or judge what was learnt."""
    wordings = list(_wordings())
    notices = {file.stem: list(_notice(labelled.read(file))) for file in sorted(SEEN.glob("*.txt"))}
    if "--judge" in arguments:
        _judge(wordings, notices)
    else:
        WEIGHTS.write_text(_as_json(learn(_together(wordings, notices.values()))), encoding="utf-8")
    return 0


def _together(wordings: Sequence[Example], notices: Iterable[Sequence[Example]]) -> list[Example]:
    """Return all the examples, those of notices twice: they are what is to be read, with sentences as they come."""
    return [*wordings, *(example for notice in notices for example in notice for _ in range(2))]


def _judge(wordings: Sequence[Example], notices: Mapping[str, Sequence[Example]]) -> None:
    """Print for each notice, and for a fifth of the wordings at a time, how those are read that were left out."""
    total = bench.Judged("notices, each by the others and the wordings", 0, 0, 0, 0, 0, (), (), 0.0)
    for name in notices:
        learnt = learn(_together(wordings, [notice for other, notice in notices.items() if other != name]))
        with patch.object(likeness, "load_weights", lambda learnt=learnt: learnt):
            judged = _read(labelled.read(SEEN / f"{name}.txt"))
        print(bench.line(judged))
        total = _sum(total, judged)
    print(bench.line(total))
    _judge_wordings(wordings, list(notices.values()))


def _read(notice: labelled.Notice) -> bench.Judged:
    found = [
        {"sentence": p.sentence.words, "promise": p.promise, "also": p.also}
        for p in propose_bindings(_sentences(notice))
    ]
    return bench.judge(notice, found, 0.0)


def _sum(one: bench.Judged, other: bench.Judged) -> bench.Judged:
    names = ("sentences", "bound", "right", "promising", "found", "missed")
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in names})


def _judge_wordings(wordings: Sequence[Example], notices: Sequence[Sequence[Example]]) -> None:
    said_of = list(load_wordings())
    order = list(range(len(said_of)))
    Random(0).shuffle(order)
    total = bench.Judged("wordings, a fifth by the others and the notices", 0, 0, 0, 0, 0, (), (), 0.0)
    for fold in (order[at::5] for at in range(5)):
        out = set(fold)
        learnt = learn(_together([w for at, w in enumerate(wordings) if at not in out], notices))
        with patch.object(likeness, "load_weights", lambda learnt=learnt: learnt):
            for at in fold:
                wording = said_of[at]
                alone = labelled.Labelled(wording.words, wording.promises or (labelled.PLAIN,))
                (found,) = propose_bindings([Sentence(wording.words, 1, blocks.BlockKind.PARAGRAPH, 0)])
                right = int(found.promise in wording.promises)
                promising = int(labelled.PLAIN not in alone.fair)
                total = _sum(
                    total,
                    replace(
                        total,
                        sentences=1,
                        bound=int(bool(found.promise)),
                        right=right,
                        promising=promising,
                        found=right,
                        missed=(),
                    ),
                )
    print(bench.line(total))


def _wordings() -> Iterator[Example]:
    """Yield an example for each wording, in their order, and for each that the catalogue gives."""
    for wording in load_wordings():
        yield _alone(wording.words, wording.promises)
    for standard in PROMISES.values():
        for words in standard.says:
            yield _alone(words, (standard.id,))


def _alone(words: str, makes: Iterable[str]) -> Example:
    return _example(Sentence(words, 1, blocks.BlockKind.PARAGRAPH, 0), makes, (), ())


def _sentences(notice: labelled.Notice) -> tuple[Sentence, ...]:
    with TemporaryDirectory() as folder:
        page = labelled.publish(notice, Path(folder))
        return split_sentences(read_blocks(page.read_bytes(), page.suffix))


def _notice(notice: labelled.Notice) -> Iterator[Example]:
    found = _sentences(notice)
    firm = find_firm_names(found)
    for sentence in found:
        fair = bench.label_of(sentence.words, notice.sentences).fair
        yield _example(sentence, fair[:1], fair[1:], firm)


def _example(sentence: Sentence, makes: Iterable[str], also: Iterable[str], firm: Iterable[str]) -> Example:
    reading = sentence_reading.read_sentence(sentence, (), frozenset(firm))
    has = likeness.weigh_features(sentence, reading)
    return Example(has, frozenset(makes) - {labelled.PLAIN}, frozenset(also))


def learn(examples: Sequence[Example]) -> likeness.Weights:
    """Return the weights that tell the promises of ``examples`` apart: a logistic regression for each promise.

    Stochastic gradient descent in an order that is always the same; what stands in one example only is left out.
    """
    seen = Counter(feature for example in examples for feature in example.has)
    kept = sorted(feature for feature, times in seen.items() if times >= _LEAST_SEEN)
    number = {feature: at for at, feature in enumerate(kept)}
    rows = [[(number[f], much) for f, much in e.has.items() if f in number] for e in examples]
    biases, of = dict[str, float](), dict[str, dict[str, float]]()
    for promise in PROMISES:
        wanted = [(row, promise in e.makes) for row, e in zip(rows, examples, strict=True) if promise not in e.open]
        biases[promise], learnt = _descend(wanted, len(kept))
        for feature, weight in zip(kept, learnt, strict=True):
            if abs(weight) >= _LEAST_WEIGHT:
                of.setdefault(feature, {})[promise] = weight
    return likeness.Weights(biases, of)


def _descend(wanted: Sequence[tuple[Sequence[tuple[int, float]], bool]], width: int) -> tuple[float, Sequence[float]]:
    """Return the bias and the weights that part what is ``wanted`` from what is not."""
    weights, bias = array("d", bytes(8 * width)), -3.0
    order, chance = list(range(len(wanted))), Random(0)
    for turn in range(_ROUNDS):
        rate = _RATE / (1 + _SLOWS * turn)
        chance.shuffle(order)
        for at in order:
            row, makes = wanted[at]
            score = bias
            for feature, much in row:
                score += weights[feature] * much
            error = makes - 1 / (1 + exp(-score))
            if abs(error) < _WELL_KNOWN:
                continue
            step = rate * error * (_PROMISING if makes else 1.0) / 4
            bias += step
            for feature, much in row:
                weights[feature] += step * much - rate * _SHRINK * weights[feature]
    return bias, weights


def _as_json(learnt: likeness.Weights) -> str:
    """Return a line for each feature, its weights in hundredths after the numbers of their promises."""
    names = list(learnt.biases)
    lines = ",\n".join(
        f"  {json.dumps(feature, ensure_ascii=False)}: "
        + json.dumps([v for n, w in learnt.of[feature].items() for v in (names.index(n), round(100 * w))])
        for feature in sorted(learnt.of)
    )
    biases = json.dumps({name: round(bias, 2) for name, bias in learnt.biases.items()})
    return f'{{"from": "{stamp()}",\n"biases": {biases},\n"weights": {{\n{lines}\n}}}}\n'


def stamp() -> str:
    """Return a digest of all that the weights depend on."""
    package = Path(likeness.__file__).parent
    files = [*sorted((package / "wordings").glob("*.txt")), *sorted(SEEN.glob("*.txt"))]
    files += [package / name for name in ("lexicon.py", "deeds.py", "modifiers.py", "likeness.py")]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
