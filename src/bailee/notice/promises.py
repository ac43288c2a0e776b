"""What the page says of one promise: its verdict, since when, how that is known, and what is not promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bailee.checks import CheckFinding, PromiseResult, Verdict
from bailee.policy import Promise

NOT_KNOWN = "We cannot say at present"

MOST_LINES = 2
"""How many findings stand beside a sentence, or open at the end of the page, where all of them are."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a promise stands. ``since``: when its verdict began; ``confirmed``: when it was last looked at (both UTC)."""

    kept: PromiseResult
    since: datetime
    confirmed: datetime


@dataclass(frozen=True, slots=True)
class PagePromise:
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


def describe_promise(promise: Promise, evidence: Evidence | None) -> PagePromise:
    """Return what the page says of ``promise``; without ``evidence`` it was never checked, and is unknown."""
    return PagePromise(
        id=f"how-{promise.name}",
        spoken=f"said-{promise.name}",
        says=promise.says,
        verdict=evidence.kept.verdict if evidence else Verdict.UNKNOWN,
        headline=_write_headline(evidence),
        beside=tuple(_list_lines_beside(evidence)) if evidence else (),
        evidence=tuple(_list_evidence(evidence)) if evidence else (),
        when=_describe_basis(evidence) if evidence else "not checked yet",
        not_promised=tuple(map(_lower_first, promise.not_promised)),
    )


def _write_headline(evidence: Evidence | None) -> str:
    if evidence is None or evidence.kept.verdict is Verdict.UNKNOWN:
        return NOT_KNOWN
    return f"Not kept since {spell_short_day(evidence.since)}" if evidence.kept.verdict is Verdict.BROKEN else ""


def _list_lines_beside(evidence: Evidence) -> Iterator[str]:
    """Yield what stands beside the sentence: one line where all is well, and more of why where it is not."""
    telling = evidence.kept.telling
    most = 1 if evidence.kept.verdict is Verdict.KEPT else MOST_LINES
    if evidence.kept.verdict is Verdict.BROKEN and len(telling) > most and all(found.count for found in telling):
        telling = tuple(sorted(telling, key=lambda found: -(found.count or 0)))
        yield f"{len(telling)} kinds of data, {sum(found.count or 0 for found in telling):,} rows; the most:"
        yield from map(_write_sentence, telling[:most])
        return
    yield from map(_write_sentence, telling[:most])
    if len(telling) > most:
        yield f"And {len(telling) - most} more."


def _describe_basis(evidence: Evidence) -> str:
    bases = " and ".join(evidence.kept.bases) or "not measured"
    looked = "confirmed" if evidence.kept.verdict is Verdict.KEPT else "looked at"
    much = f", {evidence.kept.looked_at}" if any(found.unit for found in evidence.kept.findings) else ""
    return f"{bases}{much}, {looked} {spell_short_day(evidence.confirmed)}"


def _list_evidence(evidence: Evidence) -> Iterator[str]:
    """Yield a line for each finding, the telling ones first, with its basis where they have several."""
    telling = evidence.kept.telling
    rest = [found for found in evidence.kept.findings if found.verdict is not evidence.kept.verdict]
    several = len({found.basis for found in evidence.kept.findings}) > 1
    for found in (*telling, *rest):
        yield f"{found.basis.capitalize()}: {_write_sentence(found)}" if several else _write_sentence(found)


def _write_sentence(finding: CheckFinding) -> str:
    says = spell_dates(capitalise((finding.public or finding.says).strip()))
    return f"{says}{'' if says[-1:] in {'.', '?', '!'} else '.'}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text.startswith("That ") else text


def capitalise(text: str) -> str:
    """Return ``text`` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


_ISO = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")


def spell_day(when: date | str) -> str:
    """Return ``22 November 2026``; ``when`` may be an ISO date."""
    if isinstance(when, str):
        when = date.fromisoformat(when)
    return f"{when.day} {when:%B %Y}"


def spell_dates(text: str) -> str:
    """Return ``text`` with each ISO date as `spell_day` says it."""
    return _ISO.sub(lambda found: spell_day(found[0]), text)


def spell_short_day(when: date) -> str:
    """Return ``22 Nov 2026``, for the narrow notes beside the words."""
    return f"{when.day} {when:%b %Y}"


def spell_moment(when: datetime) -> str:
    """Return ``22 November 2026, 06:12 UTC``."""
    return f"{spell_day(when)}, {when:%H:%M} UTC"
