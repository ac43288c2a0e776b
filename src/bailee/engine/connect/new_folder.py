"""A new policy folder: commented files that say little, and can be lived with while the systems are connected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

from bailee.errors import BaileeError, ErrorKind

Regime = Literal["uk", "eu"]

FILES = ("bailee.yaml", "retention.yaml", "holds.yaml", "processors.yaml", "promises.yaml", "notice.md")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "uk": {
        "REGION": "GB",
        "ALLOWED": "UK, EEA",
        "REGULATOR": "Information Commissioner",
        "REGULATOR_ADDRESS": "https://ico.org.uk/make-a-complaint",
        "LIMITATION": "Limitation Act 1980 s. 5 (claims on a contract, six years)",
        "BOOKS": "Finance Act 1998 Sch. 18 para. 21 (records for HMRC, six years)",
    },
    "eu": {
        "REGION": "IE",
        "ALLOWED": "EEA",
        "REGULATOR": "the supervisory authority of your country",
        "REGULATOR_ADDRESS": "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
        "LIMITATION": "name the law of your country on claims from a contract",
        "BOOKS": "name the law of your country on keeping books",
    },
}


class NotStarted(BaileeError):
    """A policy cannot begin there."""

    kind = ErrorKind.FILES
    code = "not_started"


def create_folder(folder: Path, regime: Regime, name: str) -> tuple[str, ...]:
    """Write a starter policy of the firm ``name`` into ``folder``, and return the names of the files.

    The folder is made where it is missing. Raises `NotStarted` where something is in it already: nothing is written
    over.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(entry.name for entry in folder.iterdir() if entry.name != ".git")
        if there:
            raise NotStarted(f'"{folder}" is not empty', "name a new folder; nothing is written over")
        words = {**_WORDS[regime], "REGIME": regime, "FIRM": json.dumps(name, ensure_ascii=False)}
        for file in FILES:
            text = (files("bailee.engine.connect.starter") / file).read_text(encoding="utf-8")
            for word, said in words.items():
                text = text.replace(f"@{word}@", said)
            (folder / file).write_text(text, encoding="utf-8")
        (folder / "systems").mkdir()
        (folder / ".gitignore").write_text("books/\n", encoding="utf-8")
    except OSError as error:
        raise NotStarted(f'"{folder}" cannot be written: {error.strerror}', "name another folder") from None
    return FILES
