"""What the page says of one promise: its verdict, since when, how that is known, and what is not promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bailee.checks.model import Finding, Verdict
from bailee.notice.standing import Standing
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


def promised(promise: Promise, standing: Standing | None, now: datetime) -> Promised:
    """Return what the page says of ``promise`` at ``now`` (UTC)."""
    if standing is None:
        verdict, headline, beside, evidence, when = Verdict.UNKNOWN, NOT_KNOWN, (), (), "not checked yet"
    else:
        verdict = standing.verdict(now)
        looked = "last confirmed" if verdict is Verdict.KEPT else "last looked at"
        when = f"{_bases(standing)}, {looked} {day(standing.confirmed)}"
        headline = _headline(verdict, standing)
        beside = tuple(_beside(verdict, standing))
        evidence = tuple(f"{_sentence(found)} {found.basis.capitalize()}." for found in standing.kept.findings)
    return Promised(
        id=f"how-{promise.name}",
        spoken=f"said-{promise.name}",
        says=promise.says,
        verdict=verdict,
        headline=headline,
        beside=beside,
        evidence=evidence,
        when=when,
        not_promised=tuple(map(_in_a_sentence, promise.not_promised)),
    )


def _headline(verdict: Verdict, standing: Standing) -> str:
    if verdict is Verdict.BROKEN:
        return f"Not kept since {day(standing.since)}"
    return NOT_KNOWN if verdict is Verdict.UNKNOWN else ""


def _beside(verdict: Verdict, standing: Standing) -> Iterator[str]:
    if verdict is not standing.kept.verdict:
        yield "It was last looked at too long ago."
        return
    telling = standing.telling()
    yield from (_sentence(found) for found in telling[: 1 if standing.kept.verdict is Verdict.KEPT else MOST_LINES])
    if standing.kept.verdict is not Verdict.KEPT and len(telling) > MOST_LINES:
        yield f"And {len(telling) - MOST_LINES} more."


def _in_a_sentence(text: str) -> str:
    return text[:1].lower() + text[1:] if text.startswith("That ") else text


def _bases(standing: Standing) -> str:
    bases = sorted({found.basis for found in standing.telling()}, reverse=True)
    return " and ".join(bases) or "not measured"


def _sentence(finding: Finding) -> str:
    says = capital(finding.says.strip())
    return f"{says}{'' if says[-1:] in {'.', '?', '!'} else '.'}"


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
