"""The laws of the closure, on random rows: what a plain fixpoint over all rows finds, however it is come by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bailee.policy import Form, Identity, Joins, Spelling
from bailee.policy.predicate import Scalar
from bailee.trace.closure import Persons, Seed, find_persons
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.sets import Ref
from tests.trace.askable import CHECKED, LOOSE_PHONE, PHONE, Cells, World, people, system, world

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHARED_ABOVE = 2
EMAILS = [f"{name}@example.com" for name in ("alice", "bob", "carol", "dan", "eve")]
PHONES = [f"+44207946010{n}" for n in range(4)]

CRM = system(
    "crm",
    people("contact", CHECKED, PHONE),
    people("lead", replace(CHECKED, verified_when=None, joins=Joins.CONFIRM), replace(LOOSE_PHONE, joins=Joins.NEVER)),
)
DESK = system("desk", people("contact", Identity("email", "emails", Spelling(Form.LIST, ","), Joins.VERIFIED), PHONE))

DAYS = st.sampled_from([None, None, *(date(year, 3, 1) for year in range(2024, 2029))])  # few, so that bounds meet
PHONE_CELLS = {"phone": st.sampled_from([None, *PHONES, *PHONES[:2]]), "since": DAYS, "until": DAYS}
EMAIL_CELL = st.sampled_from([None, *EMAILS])
CONTACT = st.fixed_dictionaries({**PHONE_CELLS, "email": EMAIL_CELL, "checked": st.sampled_from([0, 1, 1])})
LEAD = st.fixed_dictionaries({"phone": PHONE_CELLS["phone"], "email": EMAIL_CELL})
DESK_CONTACT = st.fixed_dictionaries(
    {
        **PHONE_CELLS,
        "emails": st.lists(st.sampled_from(EMAILS), max_size=2, unique=True).map(lambda x: ",".join(x) or None),
    }
)
ROWS: st.SearchStrategy[Mapping[tuple[str, str], Sequence[Cells]]] = st.fixed_dictionaries(
    {
        ("crm", "contact"): st.lists(CONTACT, max_size=6),
        ("crm", "lead"): st.lists(LEAD, max_size=4),
        ("desk", "contact"): st.lists(DESK_CONTACT, max_size=6),
    }
)
VALUES = st.one_of(
    st.tuples(st.just("email"), st.sampled_from(EMAILS)), st.tuples(st.just("phone"), st.sampled_from(PHONES))
)
SEEDS = st.lists(st.builds(lambda person, value: Seed(person, *value), st.integers(0, 2), VALUES), max_size=5)
REFS = st.builds(
    lambda place, key: Ref(place[0], place[1], (key,)),
    st.sampled_from([("crm", "contact"), ("crm", "lead"), ("desk", "contact")]),
    st.integers(1, 3),
)
SAID = st.frozensets(st.tuples(st.integers(0, 2), REFS), max_size=9)
WORLDS: st.SearchStrategy[World] = ROWS.map(lambda rows: world([CRM, DESK], rows, SHARED_ABOVE))


# --- the plain fixpoint --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class End:
    ref: Ref | None
    attribute: str
    value: str
    since: Scalar
    until: Scalar
    joins: Joins


def ends(w: World) -> Iterator[End]:
    for (name, collection), rows in w.rows.items():
        for row in rows:
            ref = Ref(name, collection, (row["id"],))
            for value in str(row.get("emails") or row.get("email") or "").split(","):
                joins = Joins.VERIFIED if name == "desk" or row.get("checked") == 1 else Joins.CONFIRM
                yield from [End(ref, "email", value, None, None, joins)] if value else []
            joins = Joins.NEVER if collection == "lead" else Joins.VERIFIED
            if row["phone"]:
                yield End(ref, "phone", str(row["phone"]), row.get("since"), row.get("until"), joins)


@dataclass(frozen=True)
class Plain:
    """What is to be found for one person."""

    own: frozenset[Ref]
    listed: frozenset[tuple[Ref, str]]
    known: frozenset[tuple[str, str, Scalar, Scalar]]


def plainly(w: World, seeds: Sequence[Seed], confirmed: frozenset[Ref], refused: frozenset[Ref]) -> Plain:
    everything = list(ends(w))
    counts = Counter({(e.ref.collection, e.ref.system, e.attribute, e.value, e.ref) for e in everything if e.ref})
    many = Counter(key[:4] for key in counts)
    shared = {key[2:] for key, count in many.items() if count > SHARED_ABOVE}
    own: set[Ref] = set()
    listed: set[tuple[Ref, str]] = set()
    for _ in range(len(everything) + 1):
        mine = [End(None, s.attribute, s.value, None, None, Joins.VERIFIED) for s in seeds]
        mine += [e for e in everything if e.ref in own]
        for one in mine:
            for other in everything:
                assert other.ref
                same = (one.attribute, one.value) == (other.attribute, other.value)
                if not same or other.ref in own | refused or Joins.NEVER in {one.joins, other.joins}:
                    continue
                sure = one.joins is other.joins is Joins.VERIFIED and (one.attribute, one.value) not in shared
                if other.ref in confirmed or (sure and in_time(one, other)):
                    own.add(other.ref)
                else:
                    listed.add((other.ref, other.attribute))
    carried = {(e.attribute, e.value) for e in everything}
    known = {(e.attribute, e.value, e.since, e.until) for e in everything if e.ref in own}
    known |= {(s.attribute, s.value, None, None) for s in seeds if (s.attribute, s.value) not in carried}
    return Plain(
        frozenset(own),
        frozenset((ref, attribute) for ref, attribute in listed if ref not in own),
        frozenset(k for k in known if k[:2] not in shared),
    )


def in_time(one: End, other: End) -> bool:
    now = NOW.date()
    if one.ref is None:
        return _sorts(other.since, "<=", now) and _sorts(now, "<", other.until)
    return all(_sorts(begin.since, "<", end.until) for begin in (one, other) for end in (one, other))


def _sorts(begin: Scalar, how: str, end: Scalar) -> bool:
    if begin is None or end is None:
        return True
    assert isinstance(begin, date)
    assert isinstance(end, date)
    return begin <= end if how == "<=" else begin < end


# --- the laws ------------------------------------------------------------------------------------------------


def found(persons: Persons, person: int) -> Plain:
    return Plain(
        frozenset(s.ref for s in persons.subjects if s.person == person),
        frozenset((x.ref, x.attribute) for x in persons.to_confirm if x.person == person),
        frozenset((k.attribute, k.value, k.since, k.until) for k in persons.known if k.person == person),
    )


@given(WORLDS, SEEDS, SAID, SAID)
def test_a_batch_finds_for_each_person_what_a_plain_fixpoint_finds(
    w: World, seeds: list[Seed], confirmed: frozenset[tuple[int, Ref]], refused: frozenset[tuple[int, Ref]]
) -> None:
    persons = find_persons(w.maps, seeds, w.ask, now=NOW, confirmed=confirmed, refused=refused)
    for person in range(3):
        theirs = [s for s in seeds if s.person == person]
        sure, not_hers = (frozenset(ref for p, ref in said if p == person) for said in (confirmed, refused))
        assert found(persons, person) == plainly(w, theirs, sure, not_hers)


@given(WORLDS, SEEDS, SAID)
def test_a_person_is_the_same_alone_and_among_others(
    w: World, seeds: list[Seed], confirmed: frozenset[tuple[int, Ref]]
) -> None:
    together = find_persons(w.maps, seeds, w.ask, now=NOW, confirmed=confirmed)
    for person in range(3):
        alone = find_persons(w.maps, [s for s in seeds if s.person == person], w.ask, now=NOW, confirmed=confirmed)
        assert alone.subjects == tuple(s for s in together.subjects if s.person == person)
        assert alone.known == tuple(k for k in together.known if k.person == person)
        assert alone.to_confirm == tuple(x for x in together.to_confirm if x.person == person)
        assert alone.unknown == tuple(s for s in together.unknown if s.person == person)


@given(WORLDS, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_answers_and_systems_says_nothing(w: World, seeds: list[Seed], chance: Random) -> None:
    def ask(name: str, questions: Sequence[SubjectQuestion]) -> list[FoundSubject]:
        answer = list(w.ask(name, questions)) * 2
        chance.shuffle(answer)
        return answer

    again = find_persons({name: w.maps[name] for name in reversed(list(w.maps))}, seeds, ask, now=NOW)
    assert again == find_persons(w.maps, seeds, w.ask, now=NOW)


@given(WORLDS, SEEDS)
def test_it_ends_and_asks_a_system_once_a_round(w: World, seeds: list[Seed]) -> None:
    persons = find_persons(w.maps, seeds, w.ask, now=NOW)
    rows: list[Cells] = [row for several in w.rows.values() for row in several]
    assert len(w.asked) <= 2 * (len(rows) + 1)
    assert set(persons.shared) <= {("email", e) for e in EMAILS} | {("phone", p) for p in PHONES}
