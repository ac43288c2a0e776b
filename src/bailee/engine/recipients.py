"""Who else has a person's data, where, and what safeguards the way there (GDPR and UK GDPR, Art. 15(1)(c), 15(2))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bailee.checks.ages import ATTESTATION_VALIDITY, describe_staleness
from bailee.checks.countries import find_adequacy, is_home
from bailee.engine.package import PackageRecipient, ThirdCountryTransfer
from bailee.policy import Mechanism, Policy, Processor, Transfer
from bailee.policy.countries import country_name
from bailee.policy.processors import SAFEGUARDS, safeguard_in_words

NO_SAFEGUARD = "our policy names none"


def list_recipients(policy: Policy, systems: Iterable[str], today: date) -> Iterator[PackageRecipient]:
    """Yield the processors of the register, and the firms that operate the machines of ``systems``.

    A firm that operates a machine has what is on it, and is a recipient (Art. 4(9), 15(1)(c)); the firm itself is none.
    """
    processors = _list_processors(policy, today)
    for one in processors:
        titles = [policy.systems[name].title for name in one.systems]
        purpose = f"{one.purpose} (has it from: {'; '.join(titles)})" if titles else one.purpose
        yield PackageRecipient(one.title, purpose, country_name(one.country))
    hosted: dict[tuple[str, str], list[str]] = {}
    for name in systems:
        system = policy.systems[name]
        operator = system.location.operator.strip()
        if operator and _find_processor(operator, processors) is None and not is_ours(operator, policy.firm.name):
            hosted.setdefault((operator, system.location.country), []).append(system.title)
    for (operator, country), titles in hosted.items():
        yield PackageRecipient(operator, f"operates the machine of: {'; '.join(titles)}", country_name(country))


def list_transfers(policy: Policy, systems: Iterable[str], today: date) -> Iterator[ThirdCountryTransfer]:
    """Yield who has data outside of the regime's home, and what safeguards it there (Art. 44 to 49).

    Processors and hosts of machines and backups of ``systems`` by one rule: the safeguard that the policy says,
    else a decision that finds the country's law adequate, else none. A machine abroad that the firm operates itself is
    no transfer: nobody else gets anything.
    """
    regime = policy.firm.regime
    told: dict[tuple[str, str], str] = {}
    for country, who, move in (*_list_registered_abroad(policy, today), *_list_hosted_abroad(policy, systems, today)):
        if country and not is_home(regime, country):
            told.setdefault((country, who), _describe_safeguard(move, regime, country, today))
    for (country, who), by in told.items():
        yield ThirdCountryTransfer(country_name(country), who, by)


def _list_registered_abroad(policy: Policy, today: date) -> Iterator[tuple[str, str, Transfer | None]]:
    for one in _list_processors(policy, today):
        yield one.country, one.title, one.transfer


def _list_hosted_abroad(
    policy: Policy, systems: Iterable[str], today: date
) -> Iterator[tuple[str, str, Transfer | None]]:
    """Yield country, who, and the safeguard that the policy says, for the machines and backups of ``systems``."""
    processors = _list_processors(policy, today)
    unnamed: dict[tuple[str, str], list[str]] = {}
    for name in systems:
        system = policy.systems[name]
        place, operator = system.location, system.location.operator.strip()
        registered = _find_processor(operator, processors)
        if registered is not None:
            yield place.country, registered.title, registered.transfer
        elif not operator:
            unnamed.setdefault((place.country, "operates the machine"), []).append(system.title)
        elif not is_ours(operator, policy.firm.name):
            yield place.country, operator, None
        if place.backups is not None and place.backups.country != place.country:
            unnamed.setdefault((place.backups.country, "keeps the backups"), []).append(system.title)
    for (country, what), titles in unnamed.items():
        yield country, f"our policy does not name who {what} of: {'; '.join(titles)}", None


def _list_processors(policy: Policy, today: date) -> list[Processor]:
    return [p for p in policy.processors.values() if not p.has_left(today)]


def _find_processor(operator: str, processors: Iterable[Processor]) -> Processor | None:
    """Return the processor that ``operator`` names, however it is spelled in the register."""
    spelled = operator.casefold()
    named = (p for p in processors if spelled in {n.casefold() for n in (p.name, p.title, *p.also)})
    return next(named, None)


def is_ours(operator: str, firm: str) -> bool:
    """Whether ``operator`` says that the firm operates its machines itself: by its name, or ``our own``, or ``own``."""
    text = operator.casefold()
    if text in {firm.casefold(), "us", "we"}:
        return True
    return re.match(r"(our own|our|own|ourselves|in-house)\b", text) is not None


def _describe_safeguard(move: Transfer | None, regime: str, country: str, today: date) -> str:
    """Return in words what lets data go to ``country``: what the policy says, else the law's decision, else none."""
    mechanism = move.mechanism if move is not None else Mechanism.NONE
    if move is not None and mechanism is Mechanism.DPF:
        if country.upper() == "US":
            return _describe_certificate(move, regime, today)
    elif mechanism not in {Mechanism.ADEQUACY, Mechanism.NONE}:
        return safeguard_in_words(mechanism, regime)
    decision = find_adequacy(regime, country, today)
    if decision is None:
        return NO_SAFEGUARD
    only = f": {decision.only}" if decision.only else ""
    return f"{SAFEGUARDS[Mechanism.ADEQUACY]}{only}"


def _describe_certificate(move: Transfer, regime: str, today: date) -> str:
    """Return that a recipient is certified, and since when; one that is older than a year may have lapsed."""
    words = safeguard_in_words(Mechanism.DPF, regime)
    if not move.certified_on:
        return f"{words}, our policy does not say since when"
    day = date.fromisoformat(move.certified_on)
    lapsed = (
        "; our policy names no later look" if describe_staleness(move.certified_on, ATTESTATION_VALIDITY, today) else ""
    )
    return f"{words} on {day.day} {day:%B %Y}{lapsed}"
