"""Who is meant, and what is held about them: the closure across systems, then counts, paths and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from bailee.connectors.base import ConnectorError, Session
from bailee.engine.errors import Despite, RestrictedPerson
from bailee.engine.systems import Systems, name_system, note_asked
from bailee.errors import BaileeError, ErrorKind
from bailee.policy import FirmRole, Joins, Policy
from bailee.trace import Batch, KnownValue, Ref, Subject, Trace
from bailee.trace.closure import Persons, Seed, Value, find_persons, is_never_joined
from bailee.trace.keys import UnreadableKeyError, read_key, write_key
from bailee.trace.normal import normalise
from bailee.trace.questions import FoundSubject, SubjectQuestion


class UnknownPerson(BaileeError):
    """A person cannot be looked for as given."""

    kind = ErrorKind.UNKNOWN_PERSON
    code = "unknown_person"


@dataclass(frozen=True, slots=True)
class CollectionRows:
    """Rows of one collection: ``mode`` is ``own``, ``owned`` or ``touch`` (merely seen or mentioned)."""

    system: str
    collection: str
    mode: str
    count: int


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Rows of one collection for a person to look at, and why."""

    system: str
    collection: str
    count: int
    reason: str


@dataclass
class Search:
    """One search: a session with each system, and the persons that were found."""

    systems: Systems
    sessions: Mapping[str, Session]
    persons: Persons
    batch: Batch
    seeds: Sequence[Seed]

    def find_holdings(self) -> Iterator[CollectionRows]:
        """Yield what is held, by system and collection; what is empty is left out."""
        for system, session in self.sessions.items():
            for collection, modes in self.systems.trace(system).located.items():
                for mode, name in modes.items():
                    count = call_system(system, session.count, name)
                    if count:
                        yield CollectionRows(system, collection, mode, count)

    def find_listed(self) -> Iterator[ListedRows]:
        """Yield the rows that mention the person at no known time."""
        for system, session in self.sessions.items():
            for collection, (name, reason) in self.systems.trace(system).listed.items():
                count = call_system(system, session.count, name)
                if count:
                    yield ListedRows(system, str(collection), count, reason)

    def find_paths(self) -> Iterator[RowPath]:
        """Yield how each located row is reached."""
        for system, session in self.sessions.items():
            yield from _find_paths(self.systems, system, session, self)


@dataclass(frozen=True, slots=True)
class RowPath:
    """Why a row is theirs: the row, then hop and row by turns, back to an own row and the identity that found it."""

    ref: Ref
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return " <- ".join(self.steps)


@contextmanager
def search_person(
    systems: Systems,
    asked: Sequence[str],
    *,
    confirmed: Sequence[str] = (),
    customer: str | None = None,
    despite: Despite = "",
) -> Iterator[Search]:
    """Yield the search for one person who is known by all of ``asked``.

    ``asked``: e-mail, telephone number, or ``attribute:value``. ``confirmed``: ``system.collection:key`` of rows that
    somebody has confirmed. ``customer``: ``system.collection:key``, whose data a processor's system holds.
    ``despite``: on what ground the person is looked for although their data may be restricted (Art. 18(2)).
    Raises `UnknownPerson`, `RestrictedPerson`, `ConnectorError`.
    """
    whose = parse_customer(systems, customer) if customer else None
    seeds = [seed for text in asked for seed in find_seeds(systems, text)]
    must_be_searchable(systems, seeds, whose)
    yes = [(0, parse_ref(systems, text)) for text in confirmed]
    with search_seeds(systems, seeds, yes, whose, despite) as found:
        must_match([ref for _, ref in yes], found.persons.subjects)
        yield found


def must_be_searchable(systems: Systems, seeds: Iterable[Seed], customer: Ref | None = None) -> None:
    """Raise `UnknownPerson` where a person is given by nothing that anybody can be looked up by: `joins: never`."""
    maps = [systems.maps[name] for name in choose_systems(systems, customer)]
    by_person: dict[int, dict[str, None]] = {}
    for seed in seeds:
        by_person.setdefault(seed.person, {})[seed.attribute] = None
    for attributes in by_person.values():
        if all(is_never_joined(maps, attribute) for attribute in attributes):
            raise explain_never_searched(systems.policy, *attributes)


def is_never_looked_up(policy: Policy, attribute: str) -> bool:
    """Whether nobody can be looked up by ``attribute`` in the firm's own systems: it says `joins: never` in all."""
    own = (s for s in policy.systems.values() if s.role is FirmRole.CONTROLLER)
    ways = {i.joins for s in own for c in s.collections.values() for i in c.identities if i.attribute == attribute}
    return ways == {Joins.NEVER}


def explain_never_searched(policy: Policy, *attributes: str) -> UnknownPerson:
    """Return the error that nothing is looked up by ``attributes``, with those by which it is."""
    known = {i.attribute for s in policy.systems.values() for c in s.collections.values() for i in c.identities}
    others = sorted(name for name in known if not is_never_looked_up(policy, name))
    message = f"nothing can be looked up by {' or '.join(attributes)}: the map says joins: never"
    return UnknownPerson(message, f"give one of: {', '.join(others) or 'none, every identity says joins: never'}")


def choose_systems(systems: Systems, customer: Ref | None) -> list[str]:
    """Return the systems in which a person is looked for: the firm's own, or the one that holds a customer's data."""
    if customer is not None:
        return [customer.system]
    return [name for name, m in systems.maps.items() if m.system.role is FirmRole.CONTROLLER]


def must_match(confirmed: Iterable[Ref], subjects: Iterable[Subject]) -> None:
    """Raise `UnknownPerson` where a confirmed row has not joined: it was no match, and somebody believes it was."""
    joined = {subject.ref for subject in subjects}
    for ref in confirmed:
        if ref not in joined:
            message = f"a row of {ref.system}.{ref.collection} is confirmed, and matches nothing that is known"
            raise UnknownPerson(message, "confirm rows that `find` lists")


@contextmanager
def search_seeds(
    systems: Systems,
    seeds: Sequence[Seed],
    confirmed: Sequence[tuple[int, Ref]],
    customer: Ref | None = None,
    despite: Despite = "",
) -> Iterator[Search]:
    """Yield the search for the persons of ``seeds``; as `search_person`."""
    with ExitStack() as stack:
        sessions = {}
        for name in choose_systems(systems, customer):
            sessions[name] = call_system(
                name, stack.enter_context, systems.connectors[name].session(systems.trace(name), write=False)
            )

        def ask(system: str, questions: Sequence[SubjectQuestion]) -> Iterable[FoundSubject]:
            return call_system(system, lambda: list(sessions[system].identify(questions)))

        persons = find_persons(
            systems.maps,
            seeds,
            ask,
            now=systems.now,
            shared=systems.store.shared(),
            confirmed=confirmed,
            customer=customer,
        )
        if not despite:
            must_be_free(systems, [*((s.attribute, s.value) for s in seeds), *_list_values(persons.known)])
        batch = Batch(persons.subjects, persons.known)
        for name, session in sessions.items():
            call_system(name, session.begin, batch)
        yield Search(systems, sessions, persons, batch, seeds)


def _list_values(known: Iterable[KnownValue]) -> Iterator[Value]:
    return ((k.attribute, k.value) for k in known)


def must_be_free(systems: Systems, values: Iterable[Value]) -> None:
    """Raise `RestrictedPerson` where the data of anyone who has one of ``values`` is stored and not used (Art. 18)."""
    if any(value in systems.restricted for value in values):
        raise RestrictedPerson


def find_seeds(systems: Systems, text: str, person: int = 0) -> list[Seed]:
    """Return the seeds that ``text`` may mean: an attribute is given before a colon, or told from the look of it."""
    return parse_seeds(systems.policy, text, person)


def parse_seeds(policy: Policy, text: str, person: int = 0) -> list[Seed]:
    """Return what `find_seeds` does, from the policy alone: no system is reached. Raises `UnknownPerson`."""
    firm = policy.firm
    known = sorted({i.attribute for s in policy.systems.values() for c in s.collections.values() for i in c.identities})
    prefix, colon, rest = text.partition(":")
    named = [a for a in known if colon and (a == prefix or a.rpartition(".")[2] == prefix)]
    if named:
        value_text, attributes = rest, named
    elif "@" in text:
        value_text, attributes = text, ["email"]
    elif text.strip().lstrip("+").replace(" ", "").replace("-", "").replace("(", "").replace(")", "").isdigit():
        value_text, attributes = text, ["phone"]
    else:
        hint = f"give an e-mail address, a telephone number, or one of: {', '.join(f'{a}:...' for a in known)}"
        raise UnknownPerson("this names nobody that could be looked for", hint)
    values = [(a, normalise(a, value_text, firm.region, firm.placeholders)) for a in attributes]
    seeds = [Seed(person, a, value) for a, value in values if value is not None]
    if not seeds:
        raise UnknownPerson(
            f"this is no {attributes[0].rpartition('.')[2]} that names anybody",
            "check the spelling, or give another",
        )
    return seeds


def parse_ref(systems: Systems, text: str) -> Ref:
    """Return the row that ``system.collection:key`` names; the key as `key_text` writes it. Raises `UnknownPerson`."""
    where, colon, key = text.partition(":")
    system, _, collection = where.partition(".")
    bound = systems.maps[system].bound.get(collection) if system in systems.maps else None
    as_printed = "write system.collection:key, as `find` prints it"
    if not colon or bound is None:
        raise UnknownPerson("this names no row", as_printed)
    if not bound.key:
        raise UnknownPerson(f"rows of {where} have no key by which one could be named", "give the collection a key")
    try:
        cells = read_key(key, [bound.table.columns[column] for column in bound.key], systems.schemas[system].kind)
    except UnreadableKeyError as error:
        if error.column:
            raise UnknownPerson(f"{error.column} in the key of {where} is {error.wanted}", as_printed) from None
        count = f"{len(bound.key)} part{'s'[: len(bound.key) != 1]}"
        raise UnknownPerson(f"the key of {where} has {count}", f"write {where}:{','.join(bound.key)}") from None
    return Ref(system, collection, cells)


def format_ref(ref: Ref) -> str:
    """Return a row as `parse_ref` reads it."""
    return f"{ref.system}.{ref.collection}:{write_key(ref.key)}"


def parse_customer(systems: Systems, text: str) -> Ref:
    """Return the customer that ``text`` names, whose data a processor's system holds. Raises `UnknownPerson`."""
    ref = parse_ref(systems, text)
    if ref.collection != systems.policy.systems[ref.system].customer:
        named = [f"{s.name}.{s.customer}:KEY" for s in systems.policy.systems.values() if s.customer]
        hint = f"write {' or '.join(named)}" if named else "no system of the policy has `role: processor`"
        raise UnknownPerson("this names no customer whose data we hold for them", hint)
    return ref


P = ParamSpec("P")
T = TypeVar("T")


def call_system(system: str, call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what ``call`` returns; an error of the connector gets the name of the system."""
    note_asked(system)
    try:
        return call(*arguments, **named)
    except ConnectorError as error:
        raise name_system(system, error) from None


@contextmanager
def open_session(systems: Systems, system: str, trace: Trace, *, write: bool) -> Iterator[Session]:
    """Yield a session with ``system``; an error of the connector gets its name, at the commit too."""
    note_asked(system)
    try:
        with systems.connectors[system].session(trace, write=write) as session:
            yield session
    except ConnectorError as error:
        raise name_system(system, error) from None


# --- paths ---------------------------------------------------------------------------------------------------


def _find_paths(systems: Systems, system: str, session: Session, found: Search) -> Iterator[RowPath]:
    hops: dict[Ref, list[tuple[str, Ref | None]]] = {}
    for collection in systems.trace(system).located:
        for reached in session.why(collection):
            hops.setdefault(Ref(system, collection, reached.key), []).append((reached.hop, reached.source))
    subjects = [s.ref for s in found.persons.subjects if s.ref.system == system]
    ways: dict[Ref, tuple[str, ...]] = {ref: (_label_ref(ref), _find_identity(found, ref)) for ref in subjects}
    grown = True
    while grown:  # breadth first, so that each row keeps its shortest way
        layer: dict[Ref, tuple[str, ...]] = {}
        for ref, reasons in hops.items():
            if ref in ways:
                continue
            for hop, source in reasons:
                edge = hop.partition(".")[2]
                if source is None:
                    layer[ref] = (_label_ref(ref), edge, *_find_mention(systems, found, ref, edge))
                    break
                if source in ways:
                    layer[ref] = (_label_ref(ref), edge, *ways[source])
                    break
        ways.update(layer)
        grown = bool(layer)
    yield from (RowPath(ref, steps) for ref, steps in ways.items())


def _find_identity(found: Search, ref: Ref) -> str:
    """Return by which of its identities an own row was found: by what was asked, else by what another own row has."""
    mine = [k for k in found.persons.known if k.source == ref]
    asked = {(s.attribute, s.value) for s in found.seeds}
    others = {(k.attribute, k.value) for k in found.persons.known if k.source != ref}
    for values in (asked, others):
        attributes = dict.fromkeys(k.attribute for k in mine if (k.attribute, k.value) in values)
        if attributes:
            return ", ".join(attributes)
    return "confirmed"


def _find_mention(systems: Systems, found: Search, ref: Ref, mention: str) -> tuple[str, ...]:
    """Return whose identity a mention spells, where only one own row can have lent it, else the attribute."""
    mentions = systems.maps[ref.system].bound[ref.collection].collection.mentions
    attribute = next(m.attribute for m in mentions if m.id == mention)
    lenders = {k.source for k in found.persons.known if k.attribute == attribute}
    lender = lenders.pop() if len(lenders) == 1 else None
    if lender is None:
        return (attribute,)
    prefix = "" if lender.system == ref.system else f"{lender.system}."
    return (prefix + _label_ref(lender), _find_identity(found, lender))


def _label_ref(ref: Ref) -> str:
    return f"{ref.collection} {write_key(ref.key)}"
