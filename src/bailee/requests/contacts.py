"""How a person can be reached by what is on file: never by what came with a request, unless it is the same.

A contact is *fresh* for thirty days after it changed: who takes over somebody's account changes the address first and
asks for the data next. That it changed is said by the map (`changed`), by what an earlier request saw there, and by
what was corrected: the latest of these counts, as a hand in the database may leave the date as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from bailee.connectors.base import Session
from bailee.engine.people import call_system
from bailee.policy import Joins
from bailee.requests.identified_people import (
    IdentifiedPerson,
    LookUp,
    is_valid,
    list_identities,
    read_cell_values,
    read_moment,
)
from bailee.requests.request_content import open_asked
from bailee.store.context import Context
from bailee.store.models import Request, Right, SeenContact, Status
from bailee.trace.closure import MatchReason
from bailee.trace.normal import normalise
from bailee.trace.questions import FoundSubject
from bailee.trace.set_names import SetName
from bailee.trace.sets import Ref

FRESH = timedelta(days=30)
"""How long a contact that changed is not trusted."""


class ContactKind(StrEnum):
    """What a contact is, in the order in which it is preferred."""

    EMAIL = "email"
    POSTAL = "postal"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ContactOnFile:
    """``value``: normal, or the text of an address. ``place``: the cells it was read from, as an HMAC.

    ``changed``: when, as far as the map says; ``is_verified``: its holder once showed that it is theirs. ``is_fresh``:
    it changed lately; ``has_stood``: it is known that it did not, by the map, or since an earlier request saw it there.
    """

    kind: ContactKind
    value: str
    place: str
    is_verified: bool = False
    is_asked_by: bool = False
    is_dated: bool = False
    changed: datetime | None = None
    is_fresh: bool = False
    has_stood: bool = False


def list_contacts_on_file(context: Context, found: LookUp, person: IdentifiedPerson) -> tuple[ContactOnFile, ...]:
    """Return how ``person`` can be reached, the best way first; what is fresh is told so.

    The best is the address that they asked by, then one that was verified, then the one that has stood longest. A value
    that several people share reaches none of them. What is seen is remembered, as HMACs. Raises `ConnectorError`.
    """
    contacts = [
        *_read_own_rows(context, found, person),
        *_read_likely_rows(context, person),
        *_read_mentions(context, person),
    ]
    seen = _remember_places(context, contacts)
    asked = {s.value for s in person.seeds}
    told = [replace(c, is_asked_by=c.value in asked, is_fresh=_is_fresh(context, c, seen)) for c in contacts]
    fresh = {c.value for c in told if c.is_fresh}  # wherever else it stands: it may have been put there to be sent to
    fresh |= _find_corrected_values(context, {c.kind for c in told})
    stood = {c.value for c in told if _has_stood(context, c, seen)} - fresh
    best = {
        (c.kind, c.value): replace(c, is_fresh=c.value in fresh, has_stood=c.value in stood)
        for c in sorted(told, key=_rank_contact, reverse=True)
    }
    return tuple(sorted(best.values(), key=_rank_contact))


def _rank_contact(contact: ContactOnFile) -> tuple[object, ...]:
    longest = contact.changed or datetime.max.replace(tzinfo=UTC)
    return list(ContactKind).index(contact.kind), not contact.is_asked_by, not contact.is_verified, longest


# --- rows of their own ---------------------------------------------------------------------------------------


def _read_own_rows(context: Context, found: LookUp, person: IdentifiedPerson) -> Iterator[ContactOnFile]:
    refs = [s.ref for s in person.subjects]
    shown = {(k.attribute, k.value) for k in person.known}  # without what is shared
    for row in person.rows:
        yield from _read_identities(context, found, row, shown)
    found.only(person)
    for system, collection in dict.fromkeys((r.system, r.collection) for r in refs):
        yield from _read_fields(context, found, system, collection, refs)


def _read_identities(
    context: Context, found: LookUp, row: FoundSubject, shown: set[tuple[str, str]]
) -> Iterator[ContactOnFile]:
    for place, identity in enumerate(list_identities(found.search.systems, row.ref)):
        if identity.attribute not in {ContactKind.EMAIL, ContactKind.PHONE} or identity.joins is Joins.NEVER:
            continue
        if not is_valid(identity, row, context.now):
            continue
        for value in read_cell_values(context.policy, identity, row):
            if (identity.attribute, value) in shown:
                yield ContactOnFile(
                    ContactKind(identity.attribute),
                    value,
                    _tag_place(context, row.ref, identity.column),
                    is_verified=identity.joins is Joins.VERIFIED and place in row.verified,
                    is_dated=identity.changed is not None,
                    changed=read_moment(row.cells[identity.changed]) if identity.changed else None,
                )


def _read_fields(
    context: Context, found: LookUp, system: str, collection: str, refs: Sequence[Ref]
) -> Iterator[ContactOnFile]:
    """Yield what the map calls ``email``, ``phone`` and ``postal`` of a person's own rows, and no identity is."""
    systems, firm = found.search.systems, context.policy.firm
    words = systems.maps[system].bound[collection].collection
    own = systems.trace(system).located[collection]["own"]
    taken = {identity.column for identity in words.identities}
    keys = sorted(map(repr, (r.key for r in refs if (r.system, r.collection) == (system, collection))))
    for kind in ContactKind:
        column = words.fields.get(kind)
        if column is None or column in taken:
            continue
        for text in call_system(system, _read_texts, found.search.sessions[system], own, column):
            value = (
                text.strip() if kind is ContactKind.POSTAL else normalise(kind, text, firm.region, firm.placeholders)
            )
            if value:
                yield ContactOnFile(kind, value, context.vault.tag("contact", system, collection, column, *keys))


def _read_texts(session: Session, name: SetName, column: str) -> list[str]:
    return list(session.texts(name, column))


# --- rows that are not certainly theirs ----------------------------------------------------------------------


def _read_likely_rows(context: Context, person: IdentifiedPerson) -> Iterator[ContactOnFile]:
    """Yield the addresses that somebody asked by and that a row has which waits for a person's word.

    They are on file, and whoever shows that the address is theirs has shown no more than that: the row still waits.
    """
    if person.subjects:
        return
    for candidate in person.likely:
        if candidate.source is None and candidate.reason in {MatchReason.CONFIRM, MatchReason.UNVERIFIED}:
            value = next(s.value for s in person.seeds if s.attribute == candidate.attribute)
            if candidate.attribute in {ContactKind.EMAIL, ContactKind.PHONE}:
                place = _tag_place(context, candidate.ref, candidate.attribute)
                yield ContactOnFile(ContactKind(candidate.attribute), value, place)


def _read_mentions(context: Context, person: IdentifiedPerson) -> Iterator[ContactOnFile]:
    """Yield the address or number that others' rows mention: by it alone the person is known."""
    if not person.is_mentioned:
        return
    for seed in person.seeds:
        if seed.attribute in {ContactKind.EMAIL, ContactKind.PHONE}:
            yield ContactOnFile(
                ContactKind(seed.attribute), seed.value, context.vault.tag("contact", "mentioned", seed.value)
            )


# --- what changed --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """``since``: when the value of a place was first seen other than before; ``first``: when one was first seen."""

    since: datetime | None
    first: datetime | None


def _is_fresh(context: Context, contact: ContactOnFile, seen: dict[str, _Seen]) -> bool:
    """Whether it changed lately by its date, or by what was seen there: the later counts, also one that is to come."""
    times = (contact.changed, seen[contact.place].since)
    return any(since is not None and since > context.now - FRESH for since in times)


def _find_corrected_values(context: Context, kinds: Iterable[ContactKind]) -> set[str]:
    """Return to what values of ``kinds`` data was corrected lately, or is to be: no column need say that we did."""
    firm = context.policy.firm
    lately = Request.objects.filter(right=Right.CORRECT, sealed__isnull=False).exclude(status=Status.UNVERIFIED)
    lately = lately.filter(Q(closed_at=None) | Q(closed_at__gt=context.now - FRESH))
    texts = [open_asked(context, one).value for one in lately] if kinds else []
    return {
        value
        for text in texts
        for kind in kinds
        if (
            value := text.strip()
            if kind is ContactKind.POSTAL
            else normalise(kind, text, firm.region, firm.placeholders)
        )
    }


def _has_stood(context: Context, contact: ContactOnFile, seen: dict[str, _Seen]) -> bool:
    """Whether it is known that it did not change lately. Where nobody can know it, it is not."""
    if contact.is_dated:
        return contact.changed is None or contact.changed <= context.now - FRESH
    since = seen[contact.place].since or seen[contact.place].first
    return since is not None and since <= context.now - FRESH


def _remember_places(context: Context, contacts: Sequence[ContactOnFile]) -> dict[str, _Seen]:
    """Remember what stands in each place; return since when it has stood there, and since when we look."""
    values: dict[str, list[str]] = {}
    for contact in contacts:
        values.setdefault(contact.place, []).append(contact.value)
    stands = {place: context.vault.tag("contact", *sorted(set(some))) for place, some in values.items()}
    known = {seen.place: seen for seen in SeenContact.objects.filter(place__in=stands)}
    times: dict[str, _Seen] = {}
    for place, value in stands.items():
        before = known.get(place)
        changed = before is not None and before.value != value
        since = context.now if changed else before.since if before is not None else None
        times[place] = _Seen(since, before.first_at if before is not None else context.now)
    SeenContact.objects.bulk_create(
        [
            SeenContact(
                place=place, value=value, since=times[place].since, first_at=times[place].first, seen_at=context.now
            )
            for place, value in sorted(stands.items())  # in one order, so that two workers do not wait for each other
        ],
        update_conflicts=True,
        unique_fields=["place"],
        update_fields=["value", "since", "seen_at"],
    )
    return times


def _tag_place(context: Context, ref: Ref, column: str) -> str:
    return context.vault.tag("contact", ref.system, ref.collection, repr(ref.key), column)
