"""What the page says of one promise: its verdict, since when, how that is known, and what is not promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bailee.checks import Finding, Verdict
from bailee.notice.evidence import Evidence
from bailee.policy import Promise

NOT_KNOWN = "We cannot say at present"

MOST_LINES = 3
"""How many findings stand beside a sentence; all of them stand at the end of the page."""


@dataclass(frozen=True, slots=True)
class Promised:
    """``id``: of its entry at the end of the page; ``spoken``: of the words that make it first.

    ``headline`` is said of a promise that is not kept; ``beside`` are the lines beside the sentence, ``evidence`` those
    at the end; ``when``: how it is known, and when it was confirmed.
    """

    id: str
    spoken: str
    says: str
    verdict: Verdict
    headline: str
    beside: tuple[str, ...]
    evidence: tuple[str, ...]
    when: str
    not_promised: tuple[str, ...]


def promised(promise: Promise, evidence: Evidence | None) -> Promised:
    """Return what the page says of ``promise``; without ``evidence`` it was never checked, and is unknown."""
    return Promised(
        id=f"how-{promise.name}",
        spoken=f"said-{promise.name}",
        says=promise.says,
        verdict=evidence.kept.verdict if evidence else Verdict.UNKNOWN,
        headline=_headline(evidence),
        beside=tuple(_beside(evidence)) if evidence else (),
        evidence=tuple(_lines(evidence.kept.findings)) if evidence else (),
        when=_when(evidence) if evidence else "not checked yet",
        not_promised=tuple(map(_in_a_sentence, promise.not_promised)),
    )


def _headline(evidence: Evidence | None) -> str:
    if evidence is None or evidence.kept.verdict is Verdict.UNKNOWN:
        return NOT_KNOWN
    return f"Not kept since {day(evidence.since)}" if evidence.kept.verdict is Verdict.BROKEN else ""


def _beside(evidence: Evidence) -> Iterator[str]:
    """Yield what stands beside the sentence: one line where all is well, and why where it is not."""
    telling = evidence.telling()
    if evidence.kept.verdict is Verdict.KEPT:
        yield from map(_sentence, telling[:1])
        return
    yield from map(_sentence, telling[:MOST_LINES])
    if len(telling) > MOST_LINES:
        yield f"And {len(telling) - MOST_LINES} more."


def _when(evidence: Evidence) -> str:
    bases = " and ".join(sorted({found.basis for found in evidence.telling()}, reverse=True)) or "not measured"
    looked = "last confirmed" if evidence.kept.verdict is Verdict.KEPT else "last looked at"
    return f"{bases}, {looked} {day(evidence.confirmed)}"


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a line for each finding, with its basis where they have several."""
    several = len({found.basis for found in findings}) > 1
    for found in findings:
        yield f"{_sentence(found)} ({found.basis})" if several else _sentence(found)


def _sentence(finding: Finding) -> str:
    says = capital(finding.says.strip())
    return f"{says}{'' if says[-1:] in {'.', '?', '!'} else '.'}"


def _in_a_sentence(text: str) -> str:
    return text[:1].lower() + text[1:] if text.startswith("That ") else text


def capital(text: str) -> str:
    """Return ``text`` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def day(when: date | str) -> str:
    """Return ``22 November 2026``; ``when`` may be an ISO date."""
    if isinstance(when, str):
        when = date.fromisoformat(when)
    return f"{when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """Return ``22 November 2026, 06:12 UTC``."""
    return f"{day(when)}, {when:%H:%M} UTC"
