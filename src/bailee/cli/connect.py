"""``bailee connect``: a first look at a system, and a draft of whose its rows are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import command, counted

if TYPE_CHECKING:
    from bailee.draft import Guess, Note
    from bailee.engine.connect.drafts import ConnectedSystem

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

SURE = 0.9
"""What `bailee map --accept` is proposed to take."""

KINDS = {
    "people": "tables of people",
    "organisations": "tables of organisations",
    "identity": "columns that say who somebody is",
    "owned": "references by which rows are somebody's",
    "beside": "references that give nobody anything",
    "mentions": "columns with somebody's address or number in other people's rows",
    "calls": "tables of calls",
    "files": "columns that name files",
    "ends": "dates that end a relationship",
    "opaque": "tables with nothing personal in them",
}
NOTES = {
    "undecided": "nobody can tell these from names and values, so that nothing is guessed of them:",
    "question": "questions that you alone can answer:",
}
"""What is left for a person to say."""

_OWNING = frozenset({"owned_by", "owns", "accessed_by", "accesses"})


def connect(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the system: shop, phones, helpdesk.")],
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[ADDRESS]",
            show_default=False,
            help="postgresql://account@host/database, mariadb://..., sqlite:///path, or env:NAME, which names a"
            " variable that has it. Left out: the address that the system has.",
        ),
    ] = None,
    policy: options.PolicyFolder = Path(),
    schema: Annotated[
        list[str],
        typer.Option("--schema", metavar="SCHEMA", show_default=False, help="Look at this schema alone. Repeatable."),
    ] = [],  # noqa: B006 - Typer copies it
    *,
    json: options.AsJson = False,
) -> int:
    """Look at a database and draft whose its rows are.

    Nothing is changed in it, and no value of it is kept or shown: a few rows of each table are looked at, and counted.
    The draft stands in systems/NAME.guesses.jsonl, each guess with its reason and how sure it is. Nothing of it counts
    until it is taken over.
    """
    from bailee.engine.connect.drafts import connect_system

    seen = connect_system(policy, name, url, schema)
    if json:
        show_json(_as_json(seen))
    else:
        show(_page(seen, policy))
    return Exit.DONE


def kind_of(guess: Guess) -> str:
    """Return which of `KINDS` a guess is; empty for what goes with one of them."""
    says = guess.says
    for word, kind in (("identity", "identity"), ("mentions", "mentions"), ("file", "files"), ("ends", "ends")):
        if word in says:
            return kind
    if "party" in says:
        return "people" if says["party"] == "person" else "organisations"
    if says.keys() & _OWNING:
        return "owned"
    if says.keys() & {"belongs_to", "names"}:
        return "beside"
    if says.get("retain") == "calls":
        return "calls"
    return "opaque" if "opaque" in says else ""


def guess_json(guess: Guess) -> dict[str, object]:
    """Return a guess as a program reads it."""
    return {
        "collection": guess.collection, "kind": kind_of(guess), "says": dict(guess.says), "sure": guess.sure,
        "because": guess.because, "then": guess.then,
    }  # fmt: skip


def note_json(note: Note) -> dict[str, object]:
    """Return what is left for a person to say, as a program reads it."""
    return {"collection": note.collection, "about": note.about, "because": note.because}


def _as_json(seen: ConnectedSystem) -> dict[str, object]:
    return {
        "system": seen.name,
        "file": str(seen.file),
        "guesses_file": str(seen.guesses),
        "secret": str(seen.secret) if seen.secret else None,
        "facts": dict(seen.facts),
        "account": {"reads_only": seen.privileges.reads_only, "can_write": list(seen.privileges.can_write),
                    "powers": list(seen.privileges.powers)},
        "tables": {collection: place.table or collection for collection, place in seen.draft.places.items()},
        "on_map": sorted(seen.on_map),
        "new": list(seen.new),
        "unread": dict(seen.sample.unread),
        "guesses": [guess_json(guess) for guess in seen.draft.guesses],
        "undecided": [note_json(note) for note in seen.draft.notes if note.kind == "undecided"],
        "questions": [note_json(note) for note in seen.draft.notes if note.kind == "question"],
        "counted": {"column": seen.counted.column, "found": seen.counted.found, "of": seen.counted.of,
                    "sql": seen.counted.sql} if seen.counted else None,
        "seconds": round(seen.seconds, 2),
    }  # fmt: skip


# --- for people ----------------------------------------------------------------------------------------------


def _page(seen: ConnectedSystem, policy: Path) -> Iterator[Line]:
    facts = seen.facts
    yield Line(f"{seen.name}: {facts['server']} {facts['version']}", tuple(_server(seen, policy)), "bold")
    if seen.secret:
        yield Line("")
        yield Line(
            f"the address has a password: it is in {seen.secret}, which only you can read, and not in the policy"
        )
    if seen.counted is not None:
        yield Line("")
        yield Line("one true thing, to be verified by hand:", tuple(_true(seen)), "bold")
    if seen.sample.unread:
        yield Line("")
        tables = counted(len(seen.sample.unread), "table")
        unread = tuple(Line(f"{table}: {why}") for table, why in sorted(seen.sample.unread.items()))
        yield Line(f"{tables} could not be looked at, so that only names speak:", unread, "yellow")
    yield Line("")
    if seen.on_map:
        yield from _on_map(seen)
    guessed = tuple(_guessed(seen))
    if guessed or not seen.on_map:
        title = f"guessed, from names, types, keys and a few rows ({seen.seconds:.1f} s):"
        yield Line(title, guessed or (Line("nothing"),), "bold")
        yield Line("")
    yield from _notes(seen)
    yield from _next(seen, () if policy == Path() else ("--policy", str(policy)))


def _notes(seen: ConnectedSystem) -> Iterator[Line]:
    """Yield the questions, and how many columns and paths nobody can tell of."""
    asked = [note for note in seen.draft.notes if note.kind == "question"]
    if asked:
        more = [Line(f"and {len(asked) - _ASKED} more")] if len(asked) > _ASKED else []
        lines = [Line(f"{n.collection}.{n.about}: {n.because.partition('?')[0]}?") for n in asked[:_ASKED]]
        yield Line(NOTES["question"], (*lines, *more), "bold")
        yield Line("")
    left = sum(note.kind == "undecided" for note in seen.draft.notes)
    if left:
        yield Line(f"columns, and paths inside JSON, that nobody can tell from names and values: {left}")
        yield Line("")


_ASKED = 3  # questions that are shown


def _on_map(seen: ConnectedSystem) -> Iterator[Line]:
    """Yield what the map has already, and what it cannot know of: it is younger than the map."""
    tables = seen.schema.tables.keys()
    off = sorted(tables - seen.on_map)
    new = (*(Line(f"table {table}") for table in off), *(Line(f"column {column}") for column in seen.new))
    yield Line(f"on the map: {len(tables) - len(off)} of {counted(len(tables), 'table')}", style="bold")
    if new:
        yield Line("not on it, or new since somebody looked last:", new, "bold")
    yield Line("")


def _next(seen: ConnectedSystem, here: tuple[str, ...]) -> Iterator[Line]:
    from bailee.draft import COUNTS_FROM

    see = Line(command("map", seen.name, *here), whole=True)
    mine = [guess for guess in seen.draft.guesses if COUNTS_FROM not in guess.says]  # those are for retention.yaml
    if not mine:
        yield Line("there is nothing new to take over; what the map says, and leaves undecided:")
        yield see
        return
    yield Line(f"nothing of this counts yet: it is in {seen.guesses}, a line each, with its reason", style="bold")
    takes = any(guess.sure >= SURE for guess in mine)
    yield Line("to see it, and then to take what is surest:" if takes else "to see it:")
    yield see
    if takes:
        yield Line(command("map", seen.name, "--accept", str(SURE), *here), whole=True)


def _server(seen: ConnectedSystem, policy: Path) -> Iterator[Line]:
    facts, account = seen.facts, seen.privileges
    match facts["tls"]:
        case "none":
            yield Line("TLS: not needed, it is a file")
        case "off":
            if facts["route"] == "network":
                yield Line("TLS is off: what is read travels in the clear", style="yellow")
            else:
                yield Line("TLS is off, and not needed: nothing leaves this machine")
        case how:
            yield Line(f"TLS is on ({how})")
    tables = len(seen.schema.tables)
    columns = sum(len(table.columns) for table in seen.schema.tables.values())
    yield Line(f"{counted(tables, 'table')} with {counted(columns, 'column')}")
    if account.reads_only:
        yield Line(f"the account {account.account} can read, and no more")
        return
    if facts["server"] == "SQLite":
        yield Line(f"the account {account.account} can write the file; here it is opened for reading alone")
        return
    yield Line(f"the account {account.account} can WRITE, and needs not", tuple(_writes(seen)), "yellow")
    here = () if policy == Path() else ("--policy", str(policy))
    yield Line(
        f"hint: once the map is complete, {command('grants', seen.name, *here)} prints an account that reads alone"
    )


def _writes(seen: ConnectedSystem) -> Iterator[Line]:
    account = seen.privileges
    yield from (Line(power) for power in account.powers)
    if account.can_write:
        yield Line(f"it can change {len(account.can_write)} of {counted(len(account.rights), 'table')}")


def _true(seen: ConnectedSystem) -> Iterator[Line]:
    one = seen.counted
    assert one is not None
    yield Line(f"{one.found:,} of {one.of:,} values of {one.column} look like email addresses")
    yield Line(one.sql, whole=True)


def _guessed(seen: ConnectedSystem) -> Iterator[Line]:
    counts = Counter(kind_of(guess) for guess in seen.draft.guesses)
    sure = Counter(kind_of(guess) for guess in seen.draft.guesses if guess.sure >= SURE)
    for kind, title in KINDS.items():
        if counts[kind]:
            yield Line(f"{title}: {counts[kind]}, {sure[kind] or 'none'} of them at least {SURE} sure")
    named = {guess.collection for guess in seen.draft.guesses}
    left = sorted(c for c, place in seen.draft.places.items() if c not in named
                  and (place.table or c) not in seen.on_map)  # fmt: skip
    if left:
        yield Line(f"tables of which nothing can be guessed: {len(left)}", tuple(map(Line, left)))
