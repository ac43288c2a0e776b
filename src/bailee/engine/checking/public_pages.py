"""What the public may read of promises, kept as pages of the books: what was last found, each version of the notice.

A page that the public opens looks at nothing but these: no system is asked by it. Nothing in them is anybody's data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bailee.checks import Basis, CheckFinding, PromiseResult, Verdict
from bailee.engine.checking.history import PromiseHistory, read_history
from bailee.notice import Evidence
from bailee.policy import Notice, Policy, Promise, load
from bailee.store.context import Context
from bailee.store.sealed_store import Store

FOUND, VERSIONS = "found", "notice"
"""Names of the pages."""

NOT_LOOKED = "Nobody has looked since."

_WAIT = 5.0  # seconds


def read_policy(folder: Path) -> Policy:
    """Return the policy in ``folder`` with its promises and its notice, read again when these have changed.

    Raises `PolicyError`.
    """
    return _load_policy(
        folder, tuple(_stat_file(folder / name) for name in ("promises.yaml", "notice.md", "processors.yaml"))
    )


@cache
def _load_policy(folder: Path, _marks: tuple[tuple[int, int], ...]) -> Policy:
    return load(folder)


def _stat_file(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def record_findings(store: Store, promises: Iterable[PromiseResult]) -> None:
    """Write down what was found of ``promises``, in the words that may be published. Raises `StateError`."""
    page = store.page(FOUND)
    for kept in promises:
        page[kept.promise] = {"findings": [_dump_finding(finding) for finding in kept.findings]}
    store.keep_page(FOUND, page)


def read_evidence(store: Store, promises: Mapping[str, Promise], now: datetime) -> Mapping[str, Evidence]:
    """Return what was last found of those of ``promises`` that were looked at. Raises `StateError`.

    The verdict, since when, and whether it is too old, the history says, as it does to staff.
    """
    page, stands = store.page(FOUND), read_history(store, now)
    return {
        name: _parse_evidence(name, page[name], stands[name]) for name in promises if name in page and name in stands
    }


def _dump_finding(finding: CheckFinding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "about": finding.about,
        "verdict": str(finding.verdict),
        "basis": str(finding.basis),
        "says": finding.public or finding.says,
        "count": finding.count,
        "of": finding.of,
        "looked": finding.looked,
        "among": finding.among,
        "unit": finding.unit,
    }


def _parse_evidence(name: str, one: Mapping[str, Any], stands: PromiseHistory) -> Evidence:
    findings = tuple(
        CheckFinding(
            each["check"], each["about"], Verdict(each["verdict"]), Basis(each["basis"]), each["says"], "",
            each["count"], each["of"], looked=each.get("looked"), among=each.get("among"), unit=each.get("unit", ""),
        )
        for each in one["findings"]
    )  # fmt: skip
    if stands.is_old:
        findings = tuple(replace(one, verdict=stands.verdict, says=NOT_LOOKED, public="") for one in findings[:1])
    return Evidence(PromiseResult(name, stands.verdict, findings), stands.since, stands.confirmed)


# --- versions of the notice -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """The words of the notice as they were published from ``on``: (heading, sentence), and their ``digest``."""

    digest: str
    on: date
    words: tuple[tuple[str, str], ...]


def list_sentences(notice: Notice) -> tuple[tuple[str, str], ...]:
    """Return the published words of a notice: each sentence with the heading that it stands under."""
    return tuple((sentence.section, sentence.words) for sentence in notice.sentences)


def record_version(context: Context, notice: Notice) -> None:
    """Keep the notice as a version, if its words are other than those of the last one. Raises `StateError`."""
    store = context.store
    words = list_sentences(notice)
    digest = hashlib.sha256(json.dumps(words).encode()).hexdigest()
    if _read_newest_digest(store) == digest:
        return
    with store.alone(_WAIT):
        if _read_newest_digest(store) == digest:  # another process was first
            return
        known = store.page(VERSIONS).get("versions", [])
        new = {"digest": digest, "on": context.today.isoformat(), "words": words}
        store.keep_page(VERSIONS, {"versions": [*known, new]})


def _read_newest_digest(store: Store) -> str:
    known = store.page(VERSIONS).get("versions", [])
    return str(known[-1]["digest"]) if known else ""


def list_versions(store: Store) -> list[Version]:
    """Return all versions of the notice, the newest first. Raises `StateError`."""
    return [
        Version(one["digest"], date.fromisoformat(one["on"]), tuple((part, text) for part, text in one["words"]))
        for one in reversed(store.page(VERSIONS).get("versions", []))
    ]
