"""The register of processing (GDPR and UK GDPR Art. 30): systems, processors, transfers, disclosures, leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bailee.checks import Verdict
from bailee.checks.catalogue.processors import assess_transfer
from bailee.policy import FirmRole, Policy, Processor, System
from bailee.policy.countries import country_name
from bailee.policy.figures import period_in_words
from bailee.store.context import Context
from bailee.store.models import Authorisation, Disclosure
from bailee.views.policy import current

PAGE = 50
"""Disclosures on one page."""


@dataclass(frozen=True, slots=True)
class RegisteredSystem:
    """A system in the register. ``people``: what its persons are, by the names of their collections."""

    name: str
    title: str
    role: FirmRole
    purposes: Sequence[str]
    people: Sequence[str]
    categories: Sequence[str]
    country: str
    operator: str
    at_rest: str
    backups: str
    attested: str
    retention: Sequence[str]
    source: str


@dataclass(frozen=True, slots=True)
class RegisteredProcessor:
    """A processor. ``verdict``: whether data may go there, and ``why``; ``hint``: what to do where not."""

    name: str
    title: str
    country: str
    purpose: str
    receives: Sequence[str]
    contract: str
    mechanism: str
    verdict: Verdict
    why: str
    hint: str
    left_on: str


@dataclass(frozen=True, slots=True)
class Register:
    """``is_written``: there is a processors.yaml, if only to say that there is nobody."""

    systems: Sequence[RegisteredSystem]
    parties: Sequence[RegisteredProcessor]
    is_written: bool
    authorisations: int
    disclosures: int


def register(context: Context) -> Register:
    """Return the register as the policy has it, with how much was made known to whom."""
    policy = current(context.folder)
    return Register(
        systems=[where(policy, system) for system in policy.systems.values()],
        parties=[_party(policy, one, context.today) for one in policy.processors.values()],
        is_written=policy.has_register,
        authorisations=Authorisation.objects.filter(withdrawn_at=None).count(),
        disclosures=Disclosure.objects.count(),
    )


def where(policy: Policy, system: System) -> RegisteredSystem:
    """Return what the register says of one system."""
    place = system.location
    backups = place.backups
    return RegisteredSystem(
        name=system.name,
        title=system.title,
        role=system.role,
        purposes=system.purposes,
        people=[one.name for one in system.collections.values() if one.party == "person"],
        categories=list(dict.fromkeys(_categories(system))),
        country=country_name(place.country) if place.country else "",
        operator=place.operator,
        at_rest=place.at_rest,
        backups=", ".join(filter(None, (country_name(backups.country), backups.at_rest))) if backups else "",
        attested=f"{place.attested.by}, {place.attested.on}" if place.attested else "",
        retention=list(dict.fromkeys(_retention(policy, system))),
        source=system.source,
    )


def _categories(system: System) -> Iterator[str]:
    for collection in system.collections.values():
        if collection.opaque is None:
            yield from collection.fields
            yield collection.name


def _retention(policy: Policy, system: System) -> Iterator[str]:
    for collection in system.collections.values():
        rule = policy.retention.get(collection.retain or "")
        if rule is not None:
            yield f"{collection.name}: {period_in_words(rule.period)}"
        for name in collection.hold:
            if name in policy.holds:
                yield f"{collection.name}: held by {policy.holds[name].law}"


def _party(policy: Policy, one: Processor, today: date) -> RegisteredProcessor:
    has_left = one.has_left(today)
    verdict, why, hint = (Verdict.KEPT, "", "") if has_left else assess_transfer(one, policy.firm.regime, today)
    contract = one.contract
    return RegisteredProcessor(
        name=one.name,
        title=one.title,
        country=country_name(one.country) if one.country else "",
        purpose=one.purpose,
        receives=one.receives,
        contract=", ".join(filter(None, (contract.title, contract.signed_on))) if contract else "",
        mechanism=str(one.transfer.mechanism) if one.transfer else "",
        verdict=verdict,
        why=why,
        hint=hint,
        left_on=one.until if has_left else "",
    )


# --- what was made known -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MadeKnown:
    """Something was made known to a recipient. About whom is not told: the books do not know."""

    at: datetime
    recipient: str
    purpose: str
    categories: Sequence[str]
    authorised_on: date | None


def disclosures(after: str = "") -> tuple[Sequence[MadeKnown], str]:
    """Return a page of disclosures, the newest first, and the id after which the next begins, empty on the last."""
    found = Disclosure.objects.order_by("-disclosed_at", "-id").select_related("authorisation")
    last = Disclosure.objects.filter(id=after).values_list("disclosed_at", flat=True).first() if after else None
    if last is not None:
        found = found.filter(disclosed_at__lte=last).exclude(disclosed_at=last, id__gte=after)
    page = list(found[: PAGE + 1])
    shown = [
        MadeKnown(
            one.disclosed_at,
            one.recipient,
            one.purpose,
            one.categories,
            one.authorisation.given_on if one.authorisation else None,
        )
        for one in page[:PAGE]
    ]
    return shown, page[PAGE - 1].id if len(page) > PAGE else ""
