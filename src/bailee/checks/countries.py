"""Countries and areas, and whether personal data may go there: dated, by regime, each entry with its source.

The tables hold law, not opinion: what is not in them needs a safeguard (UK GDPR and GDPR Art. 44 to 46).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 11, 24)
"""The day on which the tables were last compared with their sources."""

EU = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
     "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip
EEA = EU | frozenset({"IS", "LI", "NO"})
AREAS: Mapping[str, frozenset[str]] = {"EU": EU, "EEA": EEA, "UK": frozenset({"GB"})}


@dataclass(frozen=True, slots=True)
class AdequacyDecision:
    """A decision that a country protects data well enough. ``since`` and ``until`` are days, where they matter.

    ``only``: those to whom it is limited, in words.
    """

    source: str
    since: date = date.min
    until: date = date.max
    only: str = ""


_SCHEDULE_21 = "DPA 2018 Sch. 21 paras. 4-5 (the EEA, and what the EU had found adequate by the end of 2020)"
_UK = AdequacyDecision(_SCHEDULE_21)
_ART_45 = "GDPR Art. 45(3), decision of the Commission"

UK_LIST: Mapping[str, AdequacyDecision] = {
    **dict.fromkeys(sorted(EEA), _UK),
    **dict.fromkeys(["GI"], AdequacyDecision("DPA 2018 Sch. 21 para. 5 (Gibraltar)")),
    **dict.fromkeys(["AD", "AR", "CH", "FO", "GG", "IL", "IM", "JE", "JP", "NZ", "UY"], _UK),
    "CA": AdequacyDecision(_SCHEDULE_21, only="organisations under PIPEDA"),
    "KR": AdequacyDecision("Data Protection (Adequacy) (Republic of Korea) Regulations 2022", since=date(2022, 12, 19)),
}
EU_LIST: Mapping[str, AdequacyDecision] = {
    **dict.fromkeys(sorted(EEA), AdequacyDecision("GDPR Art. 1(3): data moves freely within the EEA")),
    **dict.fromkeys(["AD", "AR", "CH", "FO", "GG", "IL", "IM", "JE", "JP", "NZ", "UY"], AdequacyDecision(_ART_45)),
    "CA": AdequacyDecision(_ART_45, only="organisations under PIPEDA"),
    "KR": AdequacyDecision(_ART_45, since=date(2021, 12, 17)),
    "GB": AdequacyDecision(f"{_ART_45} on the United Kingdom", since=date(2021, 6, 28), until=date(2031, 12, 27)),
    "BR": AdequacyDecision(f"{_ART_45} on Brazil", since=date(2026, 1, 26)),
}
LISTS: Mapping[str, Mapping[str, AdequacyDecision]] = {"uk": UK_LIST, "eu": EU_LIST}
HOME: Mapping[str, frozenset[str]] = {"uk": frozenset({"GB"}), "eu": EEA}

DPF: Mapping[str, str] = {
    "uk": "Data Protection (Adequacy) (United States of America) Regulations 2023: certified, with the UK extension",
    "eu": "Commission Implementing Decision (EU) 2023/1795: certified to the Data Privacy Framework",
}
"""When a recipient in the United States is adequate: it alone, and not the country."""


def find_adequacy(regime: str, country: str, today: date) -> AdequacyDecision | None:
    """Return the decision by which data may go to ``country`` (ISO 3166 alpha-2) on ``today``, or ``None``."""
    decision = LISTS[regime].get(country.upper())
    return decision if decision is not None and decision.since <= today <= decision.until else None


def is_home(regime: str, country: str) -> bool:
    """Whether data in ``country`` has not left: nothing is transferred."""
    return country.upper() in HOME[regime]


def expand_areas(names: Iterable[str]) -> frozenset[str]:
    """Return the countries that ``names``, of countries and areas, stand for."""
    return frozenset[str]().union(*(AREAS.get(name.upper(), frozenset({name.upper()})) for name in names))
