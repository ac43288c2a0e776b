"""What proposals are learnt from, and what was learnt."""

from __future__ import annotations

import json

import pytest

from bailee.checks.promises import PROMISES
from bailee.notice.proposals import likeness, propose_bindings
from bailee.notice.proposals.blocks import BlockKind
from bailee.notice.proposals.sentences import Sentence
from bailee.notice.proposals.wordings import load_wordings
from tests.notice import learn


def sentences(*words: str) -> list[Sentence]:
    return [Sentence(text, line, BlockKind.PARAGRAPH, line) for line, text in enumerate(words)]


def test_the_weights_are_those_of_the_wordings_as_they_stand() -> None:
    assert json.loads(learn.WEIGHTS.read_text())["from"] == learn.stamp(), "run: python -m tests.notice.learn"


def test_every_wording_stands_once_and_under_promises_of_the_catalogue() -> None:
    wordings = load_wordings()
    assert len({wording.words for wording in wordings}) == len(wordings)
    assert {name for wording in wordings for name in wording.promises} == set(PROMISES)
    assert sum(not wording.promises for wording in wordings) > len(wordings) / 5


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_each_promise_has_at_least_thirty_wordings_and_weights(name: str) -> None:
    assert sum(name in wording.promises for wording in load_wordings()) >= 30
    assert any(name in promises for promises in likeness.load_weights().of.values())


def test_a_few_examples_teach_what_they_have_in_common() -> None:
    def example(promise: str, *words: str) -> learn.Example:
        return learn.Example(dict.fromkeys(words, 1.0), frozenset({promise} - {""}), frozenset())

    learnt = learn.learn(
        [
            *(example("not-sold", "never", "sell", thing) for thing in ("data", "names", "lists")),
            *(example("keys-protected", "keys", "safe", thing) for thing in ("data", "names", "lists")),
            *(example("", "shop", thing) for thing in ("data", "names", "lists")),
        ]
    )
    assert learnt.of["sell"]["not-sold"] > 0.5 > learnt.of["sell"].get("keys-protected", 0.0)
    assert abs(learnt.of.get("data", {}).get("not-sold", 0.0)) < learnt.of["sell"]["not-sold"]
    assert learnt.of["keys"]["keys-protected"] > 0.5


def test_a_proposal_that_no_rule_stands_behind_quotes_the_wording_that_it_is_like() -> None:
    (found,) = propose_bindings(sentences("Three of our people were looked into last spring."))
    assert found.promise == "staff-vetted"
    assert "much as in “" in found.reason


def test_a_promise_of_the_mission_that_nothing_seems_to_make_is_looked_for_once_more() -> None:
    chat = [f"Room {number} has a window." for number in range(30)]
    faint = "Nobody can order your details from us."
    assert propose_bindings(sentences(faint))[0].plain
    found = propose_bindings(sentences(*chat, faint))[-1]
    assert found.promise == "not-sold"
    assert found.reason.startswith("perhaps says that")
    assert found.confidence < 0.5
