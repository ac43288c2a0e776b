"""Who a person is: from what she is known by to her own rows in every system that may be asked, to a fixpoint (6-8).

Pure: the systems are asked through a function. Each round asks a system once, about all new values of all persons
together. Whether two ends of a value meet depends on the two and on the value alone, so the order of persons, rows and
answers says nothing, and a batch finds for each person what she would find by herself. (Which of a crowd that carries
one value are shown is the system's choice.) Two persons who turn out to be the same subject both keep the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from bailee.policy import EdgeKind, FirmRole, Identity, Joins
from bailee.policy.predicate import ALWAYS, NEVER, Compare, Predicate
from bailee.trace.bind import BoundCollection, BoundMap
from bailee.trace.normal import is_spelling, list_spellings, read_values
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.sets import Key, KnownValue, Ref, Subject, and_, not_, or_
from bailee.trace.validity import Validity, read_validity
from bailee.trace.walk import make_through

SHOWN = 24
"""How many rows of one collection a person is shown for a shared value: all of a small office, and some of a crowd."""

Value: TypeAlias = tuple[str, str]
"""An attribute, with its issuer, and a normal value."""

Ask: TypeAlias = Callable[[str, Sequence[SubjectQuestion]], Iterable[FoundSubject]]
"""Put questions to the system of that name. A row may come more than once."""


class MatchReason(StrEnum):
    """Why a match joins nobody until a person confirms it. Permanent codes; of several the first counts."""

    SHARED = "shared"  # more than `shared_above` rows of one collection carry the value, or once did
    UNDATED = "validity cannot be read"
    NOT_NOW = "not held now"  # found by a seed, which holds now
    APART = "validity does not overlap"
    CONFIRM = "declared confirm"
    UNVERIFIED = "not verified"  # `verified_when` does not hold at one end


class Seed(NamedTuple):
    """What a person is known by at first: an attribute with its issuer, and a value as `normal.normalise` gives it."""

    person: int
    attribute: str
    value: str


class Candidate(NamedTuple):
    """A subject row that matches and waits for a person. ``source``: the row that led to it; ``None``: a seed did."""

    person: int
    ref: Ref
    attribute: str
    reason: MatchReason
    source: Ref | None


class Persons(NamedTuple):
    """What seeds lead to.

    ``known``: what mentions match by: all identities of the own rows, and a seed that no subject row in scope carries;
    nothing shared. ``shared``: values found shared now, for the books to remember for good (7). ``unknown``: seeds that
    neither found a row nor listed one.
    """

    subjects: tuple[Subject, ...]
    known: tuple[KnownValue, ...]
    to_confirm: tuple[Candidate, ...]
    shared: frozenset[Value]
    unknown: tuple[Seed, ...]


def find_persons(
    maps: Mapping[str, BoundMap],
    seeds: Sequence[Seed],
    ask: Ask,
    *,
    now: datetime,
    shared: Container[Value] = frozenset(),
    confirmed: Collection[tuple[int, Ref]] = (),
    refused: Collection[tuple[int, Ref]] = (),
    customer: Ref | None = None,
) -> Persons:
    """Return the subject rows of the persons whom ``seeds`` name, and what waits for confirmation.

    ``maps``: system -> its bound map; of these the controller's are asked, or, for the rows that belong to one
    ``customer``, that customer's system alone (8). A seed finds what holds its value now; ``now`` without a zone is
    UTC, as dates in rows are. ``shared``: values that the books remember as shared. ``confirmed``: (person, row): a
    match that would wait joins, as long as there is one; ``refused``: (person, row): somebody has said that it is not
    hers. What ``ask`` raises goes through. Terminates: no row joins a person twice.
    """
    scope = {
        s: m for s, m in maps.items() if (s == customer.system if customer else m.system.role is FirmRole.CONTROLLER)
    }
    c = _Closing(scope, customer, now, shared, frozenset(confirmed), frozenset(refused))
    seeds = tuple(dict.fromkeys(seeds))
    claims = [_Claim(s.person, None, _End((s.attribute, s.value))) for s in seeds]
    questions = _ask_by_key(c)
    while claims:
        values = [v for v in dict.fromkeys(claim.end.value for claim in claims) if v not in c.is_shared]
        for system, about in _ask_by_value(c, values).items() if values else ():
            questions.setdefault(system, []).extend(about)
        for system, asked in questions.items():
            if asked:
                _learn(c, ask(system, asked))
        questions = {}
        _count_carriers(c, values)
        claims = [
            new
            for claim in claims
            for ref, end in c.carriers.get(claim.end.value, ())
            for new in _meet(c, claim, ref, end)
        ]
    return _number_persons(c, seeds)


# --- the state of one closure --------------------------------------------------------------------------------


class _End(NamedTuple):
    """One end of a match: a value, whose row's (or seed's) it is, and when.

    ``doubt``: why this end alone would not join; ``carried``: the cell spells the value, so that others meet it there.
    """

    value: Value
    valid: Validity = Validity()
    doubt: MatchReason | None = None
    never: bool = False
    carried: bool = True


class _ClosureRow(NamedTuple):
    found: FoundSubject
    ends: tuple[_End, ...]


class _Claim(NamedTuple):
    """A person holds a value, by a row of hers or, without ``source``, by a seed."""

    person: int
    source: Ref | None
    end: _End


@dataclass(slots=True)
class _Closing:
    """``rows`` and who carries what, as far as answers go; ``is_shared`` has the values that were asked about."""

    scope: Mapping[str, BoundMap]
    customer: Ref | None
    now: datetime
    remembered: Container[Value]
    confirmed: frozenset[tuple[int, Ref]]
    refused: frozenset[tuple[int, Ref]]
    asked: dict[str, tuple[tuple[BoundCollection, Predicate], ...]] = field(
        default_factory=dict
    )  # system -> what may be asked
    rows: dict[Ref, _ClosureRow] = field(default_factory=dict)
    carriers: dict[Value, list[tuple[Ref, _End]]] = field(default_factory=dict)
    is_shared: dict[Value, bool] = field(default_factory=dict)
    own: set[tuple[int, Ref]] = field(default_factory=set)
    listed: dict[tuple[int, Ref, str], Candidate] = field(default_factory=dict)


# --- questions -----------------------------------------------------------------------------------------------


def _ask_by_value(c: _Closing, values: Sequence[Value]) -> dict[str, list[SubjectQuestion]]:
    """Return what to ask each system about ``values``: of every identity column, for sharing is counted over all."""
    wanted: dict[str, list[str]] = {}
    for attribute, value in values:
        wanted.setdefault(attribute, []).append(value)
    questions: dict[str, list[SubjectQuestion]] = {}
    for system, m in c.scope.items():
        firm = m.policy.firm
        for b, within in _list_collections(c, m):
            for identity in b.collection.identities:
                forms = (
                    list_spellings(identity.attribute, value, identity.stored, firm.region)
                    for value in wanted.get(identity.attribute, ())
                )
                texts = tuple(dict.fromkeys(text for several in forms for text in several))
                if texts:
                    limit = max(firm.shared_above, SHOWN) + 1
                    questions.setdefault(system, []).append(SubjectQuestion(b.name, identity, texts, within, limit))
    return questions


def _ask_by_key(c: _Closing) -> dict[str, list[SubjectQuestion]]:
    """Return what to ask about confirmed rows: a shared value alone might not bring them within its limit."""
    keys: dict[str, dict[str, dict[Key, None]]] = {}
    for _, ref in c.confirmed:
        if ref.system in c.scope:
            keys.setdefault(ref.system, {}).setdefault(ref.collection, {})[ref.key] = None
    return {
        system: [
            SubjectQuestion(b.name, None, (), within, keys=tuple(about[b.name]))
            for b, within in _list_collections(c, c.scope[system])
            if b.name in about
        ]
        for system, about in keys.items()
    }


def _list_collections(c: _Closing, m: BoundMap) -> tuple[tuple[BoundCollection, Predicate], ...]:
    """Return the person collections that may be asked, and for which of their rows."""
    if m.system.name not in c.asked:
        c.asked[m.system.name] = tuple(
            [(b, within) for b in m.persons if (within := _limit_to_customer(m, b, c.customer)) != NEVER]
        )
    return c.asked[m.system.name]


def _limit_to_customer(m: BoundMap, b: BoundCollection, customer: Ref | None) -> Predicate:
    belongs = _limit_by_parent(m, b.name, customer, frozenset()) if customer else ALWAYS
    # who was anonymised is called nothing any more
    return belongs if b.collection.erased_when is None else and_(belongs, not_(b.collection.erased_when))


def _limit_by_parent(m: BoundMap, collection: str, customer: Ref, seen: frozenset[str]) -> Predicate:
    """Return the predicate on a row of ``collection`` that it belongs to ``customer``, itself or through others (8)."""
    if collection == customer.collection:
        key = zip(m.bound[collection].key, customer.key, strict=True)
        return and_(*(Compare(column, "=", value) for column, value in key))
    ways = [
        and_(
            edge.when or ALWAYS,
            make_through(edge.to, edge.on, _limit_by_parent(m, edge.to, customer, seen | {collection})),
        )
        for edge in m.bound[collection].collection.edges
        if edge.kind is EdgeKind.BELONGS_TO and edge.to in m.bound and edge.to not in seen | {collection}
    ]
    return or_(*ways)


# --- answers -------------------------------------------------------------------------------------------------


def _learn(c: _Closing, answer: Iterable[FoundSubject]) -> None:
    for found in answer:
        if found.ref in c.rows:
            continue
        row = _ClosureRow(found, tuple(_find_ends(c.scope[found.ref.system], found)))
        c.rows[found.ref] = row
        for end in row.ends:
            if end.carried:
                c.carriers.setdefault(end.value, []).append((found.ref, end))


def _find_ends(m: BoundMap, found: FoundSubject) -> Iterator[_End]:
    firm = m.policy.firm
    for place, identity in enumerate(m.bound[found.ref.collection].collection.identities):
        cell = found.cells[identity.column]
        values = read_values(identity.attribute, cell, identity.stored, firm.region, firm.placeholders)
        if not values:
            continue
        doubt, valid = _explain_doubt(identity, verified=place in found.verified), Validity()
        try:
            valid = read_validity(*(found.cells[column] if column else None for column in identity.valid or ("", "")))
        except ValueError:
            doubt = MatchReason.UNDATED
        for value in values:
            carried = is_spelling(identity.attribute, cell, value, identity.stored, firm.region)
            never = identity.joins is Joins.NEVER
            yield _End((identity.attribute, value), valid, doubt, never=never, carried=carried)


def _explain_doubt(identity: Identity, *, verified: bool) -> MatchReason | None:
    if identity.joins is not Joins.VERIFIED:
        return MatchReason.CONFIRM
    return None if verified or identity.verified_when is None else MatchReason.UNVERIFIED


def _count_carriers(c: _Closing, values: Sequence[Value]) -> None:
    """Find out which of ``values`` are shared, now that all who carry them, or enough of those, have answered (7)."""
    for value in values:
        c.is_shared[value] = value in c.remembered or _is_many(c, c.carriers.get(value, ()))


def _is_many(c: _Closing, carriers: Sequence[tuple[Ref, _End]]) -> bool:
    """Whether more rows of one collection carry a value than a value of one person is carried by."""
    if len(carriers) <= 1:
        return False
    counts = Counter((ref.system, ref.collection) for ref in {ref for ref, _ in carriers})
    return any(count > c.scope[system].policy.firm.shared_above for (system, _), count in counts.items())


# --- matches -------------------------------------------------------------------------------------------------


def _meet(c: _Closing, claim: _Claim, ref: Ref, end: _End) -> Iterator[_Claim]:
    """Join the row to the person or list it, and yield what she then claims besides."""
    pair = (claim.person, ref)
    if pair in c.own or pair in c.refused or claim.end.never or end.never:
        return
    reason = None if pair in c.confirmed else _add_candidate(c, claim, end)
    if reason is None:
        c.own.add(pair)
        yield from (_Claim(claim.person, ref, own) for own in c.rows[ref].ends)
        return
    attribute, _ = end.value
    candidate = Candidate(claim.person, ref, attribute, reason, claim.source)
    place = (claim.person, ref, attribute)
    c.listed[place] = min(candidate, c.listed.get(place, candidate), key=_candidate_order)


def _add_candidate(c: _Closing, claim: _Claim, end: _End) -> MatchReason | None:
    """Return why the two ends do not join, or ``None`` (6, 7)."""
    doubts = (claim.end.doubt, end.doubt)
    if c.is_shared[end.value]:
        return MatchReason.SHARED
    if MatchReason.UNDATED in doubts:
        return MatchReason.UNDATED
    if claim.source is None and not end.valid.contains(c.now):
        return MatchReason.NOT_NOW
    if not claim.end.valid.overlaps(end.valid):
        return MatchReason.APART
    return MatchReason.CONFIRM if MatchReason.CONFIRM in doubts else claim.end.doubt or end.doubt


# --- what comes of it ----------------------------------------------------------------------------------------


def is_current(known: KnownValue, now: datetime) -> bool:
    """Whether an identity is the person's at ``now``."""
    return Validity(known.since, known.until).contains(now)


def _number_persons(c: _Closing, seeds: tuple[Seed, ...]) -> Persons:
    own = sorted(c.own, key=lambda pair: (pair[0], _ref_order(pair[1])))
    known = [
        KnownValue(person, *end.value, *end.valid, ref)
        for person, ref in own
        for end in c.rows[ref].ends
        if end.doubt is not MatchReason.UNDATED and not c.is_shared[end.value]
    ]
    if loose := [seed for seed in seeds if _is_loose(c, seed)]:
        held = {(k.person, k.attribute, k.value) for k in known}
        known += [KnownValue(*seed) for seed in loose if seed not in held]
    return Persons(
        tuple([_make_subject(c, person, ref) for person, ref in own]),
        tuple(dict.fromkeys(known)),
        tuple(sorted((x for x in c.listed.values() if (x.person, x.ref) not in c.own), key=_listed_order)),
        frozenset([value for value, is_shared in c.is_shared.items() if is_shared and value not in c.remembered]),
        tuple(
            [seed for seed in seeds if all(end.never for _, end in c.carriers.get((seed.attribute, seed.value), ()))]
        ),
    )


def _is_loose(c: _Closing, seed: Seed) -> bool:
    """Whether no row in scope carries what the person is known by, and it is nobody else's either.

    Nothing is looked up by what is declared `never`, and so nobody is known by that alone.
    """
    value = seed.attribute, seed.value
    return (
        not c.carriers.get(value) and not c.is_shared[value] and not is_never_joined(c.scope.values(), seed.attribute)
    )


def is_never_joined(maps: Iterable[BoundMap], attribute: str) -> bool:
    """Whether ``attribute`` stands for who somebody is in ``maps``, and says `joins: never` wherever it does."""
    rows = (b.collection for m in maps for b in m.bound.values())
    return {one.joins for row in rows for one in row.identities if one.attribute == attribute} == {Joins.NEVER}


def _make_subject(c: _Closing, person: int, ref: Ref) -> Subject:
    cells = c.rows[ref].found.cells
    return Subject(person, ref, {column: cells[column] for column in c.scope[ref.system].links(ref.collection)})


_ORDER = list(MatchReason)


def _candidate_order(x: Candidate) -> tuple[object, ...]:
    return _ORDER.index(x.reason), x.source is not None, _ref_order(x.source) if x.source else ()


def _listed_order(x: Candidate) -> tuple[object, ...]:
    return x.person, _ref_order(x.ref), x.attribute


def _ref_order(ref: Ref) -> tuple[object, ...]:
    """Return what rows of every system are sorted by: keys of unlike types among them."""
    return ref.system, ref.collection, tuple((type(part).__name__, part) for part in ref.key)
