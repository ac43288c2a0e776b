"""Proposals held against labelled notices: these were there while the rules were made; `notice-bench` has others."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from bailee.notice.proposals import propose_bindings, read_blocks, split_sentences
from tests.notice import bench, labelled

SEEN = sorted((Path(__file__).parent / "notices" / "seen").glob("*.txt"))


@pytest.mark.parametrize("file", SEEN, ids=lambda file: file.stem)
def test_notices_in_many_styles_are_read_as_a_fair_judge_reads_them(file: Path, tmp_path: Path) -> None:
    notice = labelled.read(file)
    published = labelled.publish(notice, tmp_path)
    proposals = propose_bindings(split_sentences(read_blocks(published.read_bytes(), published.suffix)))
    found = [
        {"sentence": p.sentence.words, "promise": p.promise, "plain": p.plain, "also": p.also} for p in proposals
    ]  # fmt: skip
    judged = bench.judge(notice, found, 0.0)
    assert judged.right >= 0.94 * judged.bound, judged.errors
    assert judged.found >= 0.85 * judged.promising, judged.errors
    assert len(judged.missed) <= 3, asdict(judged)  # some say theirs in words that nobody else uses


def test_there_are_notices_to_judge_by() -> None:
    assert len(SEEN) >= 5
