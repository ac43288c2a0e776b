"""The judge of `bailee notice import` is right itself: its labels are promises, and it counts as it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bailee.checks.promises import PROMISES
from tests.notice.bench import UNSEEN, judge
from tests.notice.labelled import PLAIN, Labelled, Notice, publish, read

FILES = sorted(UNSEEN.glob("*.txt"))
SALE = Labelled("We never sell your data to anybody at all.", ("not-sold", "third-party-authorised"))
COPY = Labelled("Ask, and you shall have a copy of it.", ("copy-on-request",))
CHAT = Labelled("Our office dog is called Rex.", (PLAIN,))
NOTICE = Notice("ours", "text", ("Privacy", (SALE, COPY, CHAT)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_label_is_a_promise_of_the_catalogue(file: Path) -> None:
    sentences = read(file).sentences
    assert {label for sentence in sentences for label in sentence.fair} <= {*PROMISES, PLAIN}
    assert len({sentence.words for sentence in sentences}) == len(sentences)


def test_the_small_firms_notice_has_sixty_sentences_and_every_promise_of_the_mission() -> None:
    notice = read(UNSEEN.parent / "seen" / "smallfirm.txt")
    assert sum(len(block) for block in notice.blocks if not isinstance(block, str)) == 60
    promised = {label for sentence in notice.sentences for label in sentence.fair}
    assert {name for name, standard in PROMISES.items() if standard.mission} <= promised


def test_a_published_notice_has_the_words_without_the_labels(tmp_path: Path) -> None:
    for form in ("text", "markdown", "html"):
        page = publish(Notice("ours", form, NOTICE.blocks), tmp_path).read_text()
        assert SALE.words in page
        assert "not-sold" not in page


def test_a_wrong_promise_costs_precision_and_an_overlooked_one_recall() -> None:
    proposals: list[Mapping[str, Any]] = [
        {"sentence": SALE.words, "promise": "third-party-authorised", "also": ["not-sold"]},
        {"sentence": COPY.words, "promise": None},
        {"sentence": CHAT.words, "promise": "copy-on-request"},
    ]
    told = judge(NOTICE, proposals, seconds=0.1)
    assert (told.bound, told.right, told.promising, told.found) == (2, 1, 2, 1)
    assert told.missed == ("copy-on-request",)
    assert told.errors == (
        f"wrong   copy-on-request, not plain: {CHAT.words}",
        f"missed  copy-on-request: {COPY.words}",
        "lost    Privacy",
    )


def test_a_sentence_that_was_split_is_judged_by_its_parts() -> None:
    parts: list[Mapping[str, Any]] = [{"sentence": "We never sell your data", "promise": "not-sold"}]
    assert judge(NOTICE, parts, seconds=0.1).right == 1
