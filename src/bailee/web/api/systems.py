"""Systems: looked at and drafted, mapped, given accounts, and held against how they looked before.

An administrator connects them and makes their accounts. What a column holds is for those to say who answer for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, TypeVar

from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field, StringConstraints

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.addresses import is_host_address
from bailee.draft import Guess
from bailee.engine.addresses import read_secret
from bailee.engine.connect import drafts, drift, grants
from bailee.engine.connect.drafts import NotConnected
from bailee.policy.kinds import NAME
from bailee.policy.urls import url_problem
from bailee.requests.fields import LINE, Flag, Line, Word
from bailee.store.context import Context
from bailee.store.staff import Scope
from bailee.views import map as desk
from bailee.web.api.access import ADMINISTRATORS, DECIDERS, READERS, Call, allow
from bailee.web.api.fields import Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import CallRefused, NotFound

router = Router(tags=["systems"])

_CONNECTS = allow(Scope.ADMIN, ADMINISTRATORS)
_DECIDES = allow(Scope.WRITE, DECIDERS)

_Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NAME)]
_Said = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=LINE)]

T = TypeVar("T")


class TableView(View):
    """What the map says of a table."""

    table: str
    collection: str
    opaque: str = Field(description="Why there is nothing personal in it")
    named: list[str]
    undecided: list[str]


class OfferedView(View):
    """A guess that waits for somebody's word. ``said``: as the map would say it; ``sure``: from 0 to 1."""

    said: str = Field(examples=["orders: owned_by: customers.id = customer_id"])
    collection: str
    sure: float
    because: str


class MapView(View):
    """The map of a system, what the compiler says of it, and what was guessed and is not in force."""

    system: str
    tables: list[TableView]
    problems: list[str]
    guesses: list[OfferedView]


class WaitsView(OfferedView):
    """A guess that cannot be taken over yet, and ``why``: what the compiler says."""

    why: str


class Decided(View):
    """What was taken over into the map, and what has to wait."""

    taken: list[OfferedView]
    waiting: list[WaitsView]


class SureEnough(Shape):
    """How sure a guess must be to be taken over."""

    sure: float = Field(ge=0, le=1, strict=True, examples=[0.9])


class Decision(Shape):
    """Guesses that are taken over together, or struck out. ``said``: as the map of the system has them."""

    said: list[_Said] = Field(min_length=1, max_length=100)
    take: Flag = Field(description="Else they are struck out")


class WhereShape(Shape):
    """Where a system is reached, and what to look at in it."""

    address: Annotated[str, StringConstraints(min_length=5, max_length=500, pattern=LINE)] | None = Field(
        None,
        description="env:NAME, vault:NAME, or kind://account@host/database; none: the one that the system has",
        examples=["env:SHOP_URL"],
    )
    schemas: list[Line] = Field([], max_length=50, description="None: the account's own")


class AccountView(View):
    """As whom a system is looked at, and what that account could change."""

    reads_only: bool
    can_write: list[str]
    powers: list[str]


class Unread(View):
    """A table whose values could not be looked at."""

    system: str
    table: str
    why: str


class CountedView(View):
    """One true thing: ``found`` of ``of`` cells of a column look like email addresses, and ``sql`` counts them."""

    column: str
    found: int
    of: int
    sql: str


class ConnectedView(View):
    """What was seen of a system. ``on_map``: tables that its map has; ``new``: their columns that nobody had seen."""

    system: str
    server: Mapping[str, str]
    account: AccountView
    tables: list[str]
    on_map: list[str]
    new: list[str]
    unread: list[Unread]
    guesses: list[OfferedView]
    counted: CountedView | None


class GrantedView(View):
    """Lines for the owner of the database, and addresses for the system's file: by its keys, with new passwords."""

    sql: list[str]
    addresses: Mapping[str, str]


class ChangeView(View):
    """Something in a system is no longer as it was when it was connected."""

    system: str
    kind: str
    table: str
    column: str
    says: str
    hint: str


class DriftedView(View):
    """What has changed in the systems."""

    changes: list[ChangeView]
    unread: list[Unread]


# --- connecting ----------------------------------------------------------------------------------------------


@router.post("/systems/{system}/connect", auth=_CONNECTS, response=ConnectedView, operation_id="connect")
def connect_system(request: Call, system: _Name, body: WhereShape) -> ConnectedView:
    """Look at a system, and draft its map. Nothing is changed in it, and no value of it is kept or told.

    Nothing of the draft counts until it is taken over. An ``Idempotency-Key`` is not looked at: to look twice does no
    more than to look once.
    """
    if body.address is not None:
        _check_address(request.context, body.address)
    try:
        seen = drafts.connect_system(request.context.folder, system, body.address, body.schemas)
    except NotConnected:  # whose words repeat the name
        hint = "leave the address out where the system has one, and give it where it has none"
        raise CallRefused("not-now", "the system has another address already, or none yet", hint) from None
    return ConnectedView(
        system=seen.name,
        server=seen.facts,
        account=AccountView.model_validate(seen.privileges),
        tables=sorted(seen.schema.tables),
        on_map=sorted(seen.on_map),
        new=list(seen.new),
        unread=[Unread(system=seen.name, table=table, why=why) for table, why in sorted(seen.sample.unread.items())],
        guesses=[_offered(one) for one in seen.draft.guesses],
        counted=CountedView.model_validate(seen.counted) if seen.counted else None,
    )


def _check_address(context: Context, address: str) -> None:
    """Raise `CallRefused` for an address that has a password, or would let a token open what is on this machine."""
    if address.startswith(("env:", "vault:")) and "://" not in address:
        try:
            read_secret(address, context.folder, "", context.store)
        except ConnectorError:
            hint = "set the variable where Bailee runs, or: PUT /vault/secrets/NAME"
            raise CallRefused("not-now", "no address is kept here under this name", hint) from None
        return
    if not is_host_address(address):
        detail = "over the API a database is reached by its host alone: no file, socket or option is taken"
        raise CallRefused("not-allowed", detail, "connect it where Bailee runs: bailee connect NAME ADDRESS")
    if url_problem(address):
        raise CallRefused(
            "not-allowed", "an address that is sent has no password", "PUT /vault/secrets/NAME: vault:NAME"
        )


@router.post("/systems/{system}/grants", auth=_CONNECTS, response=GrantedView, operation_id="grants")
def write_grants(request: Call, system: Word) -> GrantedView:
    """Return the SQL of a reader and a writer for exactly the map. Nothing is run: the database's owner does.

    Each time there are new passwords in it. An ``Idempotency-Key`` is not looked at: what is answered is a secret, and
    is not kept.
    """
    found = _of_a_system(lambda: grants.make_grants(request.context.folder, system))
    return GrantedView(sql=list(found.sql), addresses=found.urls)


# --- the map -------------------------------------------------------------------------------------------------


@router.get("/systems/{system}/map", auth=allow(Scope.READ, READERS), response=MapView, operation_id="show_map")
def show_map(request: Call, system: Word) -> MapView:
    """Show what is mapped, opaque and undecided in a system, what the compiler finds, and what was guessed."""
    mapped = _of_a_system(lambda: drafts.inspect_map(request.context.folder, system, values=True))
    return MapView(
        system=system,
        tables=[TableView.model_validate(one) for one in drafts.list_tables(mapped)],
        problems=[str(one) for one in mapped.problems],
        guesses=[_offered(one) for one in mapped.draft.guesses],
    )


@router.post("/systems/{system}/map/accept", auth=_DECIDES, response=Decided, operation_id="accept_guesses")
@decorate_view(act_once)
def accept_guesses(request: Call, system: Word, body: SureEnough) -> Decided:
    """Take the guesses that are sure enough over into the map, as far as a map can be complete with them."""
    return _decided(desk.accept(request.context, system, body.sure))


@router.post("/systems/{system}/map/decide", auth=_DECIDES, response=Decided, operation_id="decide_guesses")
@decorate_view(act_once)
def decide_guesses(request: Call, system: Word, body: Decision) -> Decided:
    """Take guesses over into the map together, or strike them out."""
    return _decided(desk.decide(request.context, system, frozenset(body.said), yes=body.take))


@router.get("/drift", auth=allow(Scope.READ, READERS), response=DriftedView, operation_id="drift")
def find_drift(request: Call) -> DriftedView:
    """Compare all systems with how they looked when they were connected."""
    found = drift.find_drift(request.context.folder)
    unread = [Unread(system=system, table=table, why=why) for (system, table), why in found.unread.items()]
    return DriftedView(changes=[ChangeView(**asdict(one)) for one in found.changes], unread=unread)


def _of_a_system(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except NotConnected:
        raise NotFound from None


def _offered(guess: Guess) -> OfferedView:
    said = drafts.describe_guess(guess)
    return OfferedView(said=said, collection=guess.collection, sure=guess.sure, because=guess.because)


def _decided(found: drafts.AcceptedGuesses) -> Decided:
    waiting = [WaitsView(**_offered(guess).model_dump(), why=why) for guess, why in found.waiting]
    return Decided(taken=[_offered(guess) for guess in found.taken], waiting=waiting)
