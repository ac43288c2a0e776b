"""The data map as staff see it: systems, what links them, who receives data; and what waits for somebody's word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from bailee.checks import Verdict
from bailee.draft import Guess
from bailee.draft.lines import UnreadableLineError
from bailee.engine.connect.drafts import (
    AcceptedGuesses,
    NotConnected,
    accept_guesses,
    decide_guesses,
    describe_guess,
    load_guesses,
)
from bailee.engine.connect.survey import Survey, SurveyedSystem, SurveyedTable, read_survey, survey_system_again
from bailee.engine.errors import NotAllowed, UnknownName
from bailee.policy import FirmRole, Joins, Policy, System
from bailee.policy.countries import country_name
from bailee.policy.systems import has_files
from bailee.store.context import Context
from bailee.views.policy import current
from bailee.views.register import RegisteredProcessor, register


@dataclass(frozen=True, slots=True)
class Node:
    """A system on the picture. ``known_by``: attributes by which people are found in it; ``files``: what it points to.

    Counts are of tables and columns as they were last looked over, ``None`` where that never was.
    """

    name: str
    title: str
    has_files: bool
    country: str
    is_processors: bool
    collections: int
    known_by: Sequence[str]
    files: Sequence[str]
    undecided: int | None
    off_map: int | None
    guesses: int
    problem: str


@dataclass(frozen=True, slots=True)
class DataFlow:
    """Data goes from systems to a third party; from none of them: from the firm, and nobody says from where in it."""

    systems: Sequence[str]
    party: RegisteredProcessor


@dataclass(frozen=True, slots=True)
class SharedIdentity:
    """Systems in which the same person is found by the same identity."""

    attribute: str
    systems: Sequence[str]


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """The map. ``at``: when the systems were last looked over, UTC; ``None``: never."""

    at: datetime | None
    nodes: Sequence[Node]
    flows: Sequence[DataFlow]
    shared: Sequence[SharedIdentity]

    @property
    def undecided(self) -> int:
        """Columns that nobody has decided on, of all systems."""
        return sum(node.undecided or 0 for node in self.nodes)

    @property
    def broken(self) -> int:
        """Third parties to which data may not go as it does."""
        return sum(flow.party.verdict is Verdict.BROKEN for flow in self.flows)


def drawn(context: Context) -> MapDrawing:
    """Return the map of all systems. None of them is asked."""
    policy, seen = current(context.folder), read_survey(context.store)
    nodes = [_node(context, system, seen) for system in policy.systems.values()]
    places = {name: place for place, name in enumerate(policy.systems)}
    parties = [party for party in register(context).parties if not party.left_on]
    flows = [DataFlow(_sources(policy, party), party) for party in parties]
    flows.sort(key=lambda flow: min((places[name] for name in flow.systems), default=len(places)))
    return MapDrawing(seen.at if seen else None, nodes, flows, list(_shared(policy)))


def _sources(policy: Policy, party: RegisteredProcessor) -> Sequence[str]:
    """Return the systems from which a third party gets data: as the policy says, else those that it operates."""
    said = policy.processors[party.name]
    names = {name.casefold() for name in (said.title, *said.also)}
    return said.systems or [s.name for s in policy.systems.values() if s.location.operator.casefold() in names]


def _shared(policy: Policy) -> Iterator[SharedIdentity]:
    """Yield by which identities people are found across our own systems; into those of our customers none leads."""
    carriers: dict[str, dict[str, None]] = {}
    for system in policy.systems.values():
        if system.role is FirmRole.CONTROLLER:
            for identity in chain.from_iterable(c.identities for c in system.collections.values()):
                if identity.joins is not Joins.NEVER:
                    carriers.setdefault(identity.attribute, {})[system.name] = None
    yield from (SharedIdentity(attribute, list(names)) for attribute, names in carriers.items() if len(names) > 1)


def _node(context: Context, system: System, seen: Survey | None) -> Node:
    looked = seen.systems.get(system.name) if seen else None
    known_by = dict.fromkeys(i.attribute for c in system.collections.values() for i in c.identities)
    return Node(
        name=system.name,
        title=system.title,
        has_files=has_files(system),
        country=country_name(system.location.country) if system.location.country else "",
        is_processors=system.role == "processor",
        collections=len(system.collections),
        known_by=list(known_by),
        files=list(dict.fromkeys(c.file.root for c in system.collections.values() if c.file)),
        undecided=sum(len(t.undecided) for t in looked.tables) if looked else None,
        off_map=sum(not t.collection for t in looked.tables) if looked else None,
        guesses=len(_guesses(context, system.name)),
        problem=looked.problem if looked else "",
    )


# --- one system ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GuessOffered:
    """A guess that waits. ``said``: as the map would say it; ``piece``: without its collection; ``sure``: of 100."""

    collection: str
    said: str
    piece: str
    sure: int
    because: str


@dataclass(frozen=True, slots=True)
class SystemDetail:
    """A system with its tables, as they were last looked over ``at`` (UTC), and the guesses that wait.

    ``edges``: a collection, how its rows are another's, whose, and by which columns of its own.
    """

    node: Node
    file: str
    at: datetime | None
    mapped: Sequence[SurveyedTable]
    opaque: Sequence[SurveyedTable]
    off_map: Sequence[SurveyedTable]
    guesses: Sequence[GuessOffered]
    edges: Sequence[tuple[str, str, str, str]]


def system(context: Context, name: str) -> SystemDetail:
    """Return one system. Raises `UnknownName`."""
    policy, seen = current(context.folder), read_survey(context.store)
    found = policy.systems.get(name)
    if found is None:
        raise UnknownName("there is no such system", "systems/ has one file for each")
    looked = (seen.systems.get(name) if seen else None) or SurveyedSystem()
    return SystemDetail(
        node=_node(context, found, seen),
        file=found.place.file,
        at=seen.at if seen else None,
        mapped=[one for one in looked.tables if one.collection and not one.opaque],
        opaque=[one for one in looked.tables if one.opaque],
        off_map=[one for one in looked.tables if not one.collection],
        guesses=[
            GuessOffered(
                one.collection,
                describe_guess(one),
                describe_guess(one).partition(": ")[2],
                round(100 * one.sure),
                one.because,
            )
            for one in _guesses(context, name)
        ],
        edges=list(_edges(found)),
    )


def _edges(system: System) -> Iterator[tuple[str, str, str, str]]:
    for collection in system.collections.values():
        for edge in collection.edges:
            by = ", ".join(own for _their, own in edge.on)
            yield collection.name, str(edge.kind).replace("_", " "), edge.to, by
        for mention in collection.mentions:
            yield collection.name, "mentions", mention.attribute, mention.column
        if collection.file is not None:
            yield collection.name, "has files in", collection.file.root, ""


def _guesses(context: Context, name: str) -> Sequence[Guess]:
    try:
        return load_guesses(context.folder, name).guesses
    except UnreadableLineError:
        return ()


def accept(context: Context, name: str, sure: float) -> AcceptedGuesses:
    """Take the guesses at least so ``sure`` over into the map. Raises `NotAllowed`, `ConnectorError`."""
    return _taken(context, name, lambda: accept_guesses(context.folder, name, sure))


def decide(context: Context, name: str, said: Collection[str], *, yes: bool) -> AcceptedGuesses:
    """Take guesses over into the map together, or strike them out. Raises `NotAllowed`, `ConnectorError`."""
    return _taken(context, name, lambda: decide_guesses(context.folder, name, said, yes=yes))


def _taken(context: Context, name: str, take: Callable[[], AcceptedGuesses]) -> AcceptedGuesses:
    if name not in current(context.folder).systems:
        raise UnknownName("there is no such system", "systems/ has one file for each")
    try:
        found = take()
    except NotConnected as error:
        raise NotAllowed(error.message, error.hint) from None
    survey_system_again(context.store, context.folder, name)
    return found
