"""What can be told of a system from where we stand: reachable, over TLS, and what our own accounts may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bailee.checks.catalogue.columns import SYSTEM
from bailee.checks.model import (
    AccountPowers,
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    Plant,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.scope import ask_unread, is_other, list_row_systems
from bailee.checks.words import list_names, spell_count, spell_place
from bailee.policy import Bound
from bailee.trace.schema import list_table_names

# --- reachable -----------------------------------------------------------------------------------------------


def _ask_reachable(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    named = bound.parameters.get("system")
    for name in world.policy.systems:
        if named in {None, name}:  # what answered, and is not what the map says, needs no further question
            yield CheckQuestion(name, "policy" if is_other(world, name) else "reach", name)


def _judge_reachable(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    name = answer.question.system
    if is_other(world, name):
        failure = world.unread[name]
        says = f"{name} answers, and is not what the map says: {failure.says}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, failure.hint, place=world.policy.systems[name].place,
                            looked=1)  # fmt: skip
    elif name in world.empty:
        place = world.policy.systems[name].place
        says = f"the folder of {name} can be read, and is empty: nobody can tell whether it is the one that is meant"
        hint = f"see whether a disk is not mounted; else put attested in place of this check: {spell_place(place)}"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=place, looked=0, among=1)
    elif name in world.file_stores:
        yield build_finding(bound, answer, Verdict.KEPT, f"the folder of {name} can be read", looked=1)
    elif number := len(world.maps[name].system.collections):
        says = f"{name} was reached, and its {spell_count(number, 'collection')} are there"
        yield build_finding(bound, answer, Verdict.KEPT, says, looked=1)
    else:
        place = world.policy.systems[name].place
        says = f"{name} was reached, and its map has no collection: nothing of it was looked at"
        hint = f"`bailee connect {name}` drafts its map: {spell_place(place)}"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=place, looked=0, among=1)


def _plant_reachable(world: World, bound: Bound) -> Iterator[Plant]:
    for name in list_row_systems(world, bound):
        system = world.policy.systems[name]
        for c in system.collections.values():
            moved = replace(system, collections={**system.collections, c.name: replace(c, table=f"{c.table}_was_here")})
            policy = replace(world.policy, systems={**world.policy.systems, name: moved})
            yield Plant(f"{name} without its table {c.table}", policy=policy)
            break


# --- TLS -----------------------------------------------------------------------------------------------------


_LOCAL = {"socket": "a Unix socket", "loopback": "its loopback address"}


def _ask_tls(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    for name in list_row_systems(world, bound):
        if name in world.maps:
            yield CheckQuestion(name, "facts", name)


def _judge_tls(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    name, tls, route = answer.question.system, answer.value.get("tls", ""), answer.value.get("route", "network")
    place = world.policy.systems[name].place
    if tls == "none":
        yield build_finding(bound, answer, Verdict.KEPT, f"{name} is a file on this machine: nothing travels", looked=1)
    elif tls not in {"", "off"}:
        yield build_finding(bound, answer, Verdict.KEPT, f"the way to {name} is encrypted: {tls}", looked=1)
    elif route in _LOCAL:
        says = f"{name} is on this machine, and reached by {_LOCAL[route]}: nothing travels over a network"
        yield build_finding(bound, answer, Verdict.KEPT, says, looked=1)
    elif tls == "off":
        says = f"nothing encrypts the way to {name}"
        hint = (
            f"add ?sslmode=verify-full (PostgreSQL) or ?ssl_ca=FILE (MariaDB) to the address of {name}:"
            f" {spell_place(place)}"
        )
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, place=place, looked=1)
    else:
        hint = f"look at the server's own settings, and put attested in place of this check: {spell_place(bound.place)}"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, f"{name} does not tell whether the way to it is encrypted", hint, looked=1
        )


def _plant_tls(world: World, bound: Bound) -> Iterator[Plant]:
    for name in list_row_systems(world, bound):
        yield Plant(f"the way to {name} in the clear", answer=lambda _question: {"tls": "off", "route": "network"})


# --- accounts ------------------------------------------------------------------------------------------------


def _ask_reader(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    for name in list_row_systems(world, bound):
        if name in world.maps:
            yield CheckQuestion(name, "reader", name)


def _judge_reader(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    name, account = answer.question.system, _get_powers(answer)
    answer, place = _add_sql(answer), world.policy.systems[name].place
    if not (account.can_write or account.powers or account.superuser):
        says = f"the account that reads {name} cannot change anything"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, looked=1 if account.tables else 0, among=1)
    elif not world.maps[name].schema.kind.has_accounts and not account.superuser:
        says = f"{name} is a file that whoever runs this may change; Bailee opens it for reading alone"
        hint = f"run bailee as somebody who may only read the file: {spell_place(place)}"
        public = f"{name} is a file, and no account keeps it from being changed"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=place, public=public, looked=1)
    else:
        number = len(account.can_write)
        says = f"the account that reads {name} may do more: {_list_powers(account)}"
        hint = (
            f"`bailee grants {name}` prints the SQL of an account that only reads; then name it in {spell_place(place)}"
        )
        public = f"what only reads {name} may do more than that"
        yield build_finding(
            bound, answer, Verdict.BROKEN, says, hint, count=number, place=place, public=public, looked=1
        )


def _list_powers(account: AccountPowers) -> str:
    if account.superuser:
        return "it is a superuser"
    return list_names([*account.can_write, *account.powers], 3)


def _ask_writer(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    for name in list_row_systems(world, bound):
        if name in world.maps:
            has_one = world.policy.systems[name].write_url is not None
            yield CheckQuestion(name, "writer" if has_one else "policy", name)


def _judge_writer(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    name = answer.question.system
    place = world.policy.systems[name].place
    if answer.question.kind == "policy":
        yield build_finding(bound, answer, Verdict.KEPT, f"no account that writes is given for {name}", looked=1)
        return
    account, answer, m = _get_powers(answer), _add_sql(answer), world.maps[name]
    mapped = {name for c in m.system.collections if c in m.bound for name in list_table_names(m.bound[c].table)}
    beyond = [w for w in account.can_write if w.partition(":")[0] not in mapped]
    powers = [] if not m.schema.kind.has_accounts else account.powers
    if account.superuser or beyond or powers:
        says = (
            f"the account that writes to {name} may do more than the map needs:"
            f" {_list_powers(_limit_powers(account, beyond))}"
        )
        hint = (
            f"`bailee grants {name}` prints the SQL of a writer for exactly the map; then name it in"
            f" {spell_place(place)}"
        )
        public = f"what writes to {name} may do more than its work needs"
        yield build_finding(
            bound, answer, Verdict.BROKEN, says, hint, count=len(beyond), place=place, public=public, looked=1
        )
    else:
        says = f"the account that writes to {name} changes the mapped tables alone"
        yield build_finding(bound, answer, Verdict.KEPT, says, looked=1 if account.tables else 0, among=1)


def _limit_powers(account: AccountPowers, beyond: list[str]) -> AccountPowers:
    return replace(account, can_write=tuple(beyond))


def _get_powers(answer: CheckAnswer) -> AccountPowers:
    assert isinstance(answer.value, AccountPowers)
    return answer.value


def _add_sql(answer: CheckAnswer) -> CheckAnswer:
    return replace(answer, sql=_get_powers(answer).sql)


def _plant_account(world: World, bound: Bound) -> Iterator[Plant]:
    def answer_superuser(_question: CheckQuestion) -> Any:
        return AccountPowers(
            "somebody", ("pay.roll: delete, insert, update",), ("may become another role",), superuser=True
        )

    for name in list_row_systems(world, bound):
        if bound.check == "account.reader" or world.policy.systems[name].write_url is not None:
            yield Plant(f"a superuser as the account of {name}", answer=answer_superuser)


CHECKS = (
    Check(
        "systems.reachable",
        "Every system can be looked at",
        "Unknown where a system is down or refuses us, for then nothing can be said of what it holds, where its map "
        "has no collection, or its folder no file; broken where it answers and is not what the map says.",
        _ask_reachable,
        _judge_reachable,
        _plant_reachable,
        {"system": SYSTEM},
        unit="system",
    ),
    Check(
        "transport.tls",
        "The way to each system is encrypted",
        "Asks the server whether this connection uses TLS, and how. Kept without it where the server is a file, or is "
        "reached by a Unix socket or a loopback address and itself sees the same connection: a tunnel or a pool, that "
        "passes it on, is none of these. It says nothing of other connections to the server.",
        _ask_tls,
        _judge_tls,
        _plant_tls,
        {"system": SYSTEM},
        unit="system",
        on_tables=False,
    ),
    Check(
        "account.reader",
        "The account that reads can do no more",
        "Asks the server what the account may do, without trying. Broken where it may change a table, is a superuser, "
        "or can become another role. A SQLite file has no accounts: unknown where the file may be written to.",
        _ask_reader,
        _judge_reader,
        _plant_account,
        {"system": SYSTEM},
        unit="system",
        on_tables=False,
    ),
    Check(
        "account.writer",
        "The account that writes changes the map's tables alone",
        "Asks the server what the account of write_url may do. Broken where it may change a table that is not on the "
        "map, or reaches further. Kept where no such account is given.",
        _ask_writer,
        _judge_writer,
        _plant_account,
        {"system": SYSTEM},
        unit="system",
        on_tables=False,
    ),
)
