"""The message catalogue is what the source says."""

from __future__ import annotations

from tests.words.catalogue import CATALOGUE, catalogue


def test_the_catalogue_has_every_word_of_screens_and_letters() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue(), "write it again: make words"
