"""``bailee receipt verify``: a receipt held against the key of the ledger that it comes from, offline."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.ledger import read_text
from bailee.cli.show import Line, columns, show, show_json
from bailee.cli.words import FATES, beside, counted, day, number, still, until

if TYPE_CHECKING:
    from bailee.ledger.receipt import ReceiptFile, Verified

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def verify(
    file: Annotated[Path, Argument(metavar="FILE", help="A receipt, *.tlog-proof.", show_default=False)],
    *,
    key: Annotated[
        str | None,
        Option(
            metavar="VKEY",
            show_default="the one that the receipt names",
            help="The ledger's key, from the firm itself.",
        ),
    ] = None,
    person: Annotated[
        str | None,
        Option(
            metavar="PERSON",
            show_default=False,
            help="Whom it should be about: an email address, a number with +, or attribute:value.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Verify a receipt, and say what it proves and what not. No policy, system or network is needed.

    Without --key it is verified that the receipt is whole, by the key that it names itself: whose that is remains to be
    seen.
    """
    from bailee.ledger.receipt import parse
    from bailee.ledger.receipt import verify as hold

    receipt = parse(read_text(file, "receipt"))
    verified = hold(receipt, key)
    is_silent = receipt.key is None and bool(receipt.entry.get("persons"))
    about = None if person is None or is_silent else _is_about(receipt, person)
    page = list(_page(receipt, verified, is_given=key is not None, about=about))
    if json:
        show_json(_as_json(receipt, verified, is_given=key is not None, about=about))
    else:
        show(page)
    return Exit.UNPROVEN if person is not None and not about else Exit.DONE


def _is_about(receipt: ReceiptFile, person: str) -> bool:
    """Whether the receipt binds ``person``, spelled as ``bailee find`` takes it."""
    from bailee.trace.normal import normalise

    prefix, colon, rest = person.partition(":")
    named = (prefix, rest) if colon else ("email" if "@" in person else "phone", person)
    value = normalise(*named, "ZZ")  # no region: offline nobody says whose national numbers these are
    return value is not None and receipt.is_about(named[0], value)


def _page(receipt: ReceiptFile, verified: Verified, *, is_given: bool, about: bool | None) -> Iterator[Line]:
    from bailee.ledger import LedgerError
    from bailee.ledger.receipt import PROVES, PROVES_NOT

    try:
        told = tuple(_entry(receipt.entry))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise LedgerError("L607", "the receipt holds, but is none that this version reads", "use a newer one") from None
    if verified.unbound and not about:
        yield Line("what the ledger signed holds; about whom it is was not looked at", told, "bold yellow")
    else:
        yield Line("the receipt holds", told, "bold green")
    yield from _whom(receipt, verified, about=about)
    size = counted(verified.checkpoint.size, "entry", "entries")
    key = (Line(str(verified.by), whole=True),)
    yield Line(f"entry {receipt.index} of a ledger of then {size}, signed by", key)
    if not is_given:
        yield Line("that key is in the receipt itself: compare it with the one that the firm publishes", style="yellow")
    yield Line(PROVES)
    yield Line(PROVES_NOT)


def _whom(receipt: ReceiptFile, verified: Verified, *, about: bool | None) -> Iterator[Line]:
    """Yield what is known of the person: of a key that nothing binds it is said that it may have been changed."""
    is_free = bool(verified.unbound)
    if about:
        yield Line("it is about this person")
    elif receipt.key is None and receipt.entry.get("persons"):
        also = ", or the key that shows it was taken out of it" if is_free else ""
        yield Line(f"it does not show about whom it is: it was made again{also}", style="yellow")
    elif about is False:
        also = ", or the key that shows it was changed" if is_free else ""
        yield Line(f"it is not about this person{also}", style="bold red")
    elif receipt.key is not None:
        yield Line("about whom it is was not looked at: give --person", style="yellow")


def _entry(entry: Mapping[str, Any]) -> Iterator[Line]:
    """Yield what the firm states."""
    from bailee.trace.coverage import read_coverage

    yield Line(f"{entry['firm']}: {entry['right']} ({entry['about']}), {day(entry['at'][:10])}")
    yield Line(f"plan {entry['plan']}", whole=True)
    for system in entry.get("systems", ()):
        yield Line(system["system"], tuple(_became(system.get("became", ()))))
    if entry["kind"] == "intent":
        return
    yield Line(f"files: {entry['files']:,} gone")
    if entry.get("resumed"):  # of the first version of the ledger
        yield Line("the rows are those of the last run: an earlier one was cut short")
    unseen = [system["system"] for system in entry["systems"] if system["residual"] is None]
    if unseen:
        yield Line(f"not looked at once more, since the map has changed: {', '.join(unseen)}")
    yield from map(Line, _looked_again(entry))
    standing = [(part["system"], one) for part in entry["systems"] for one in part.get("standing", ())]
    if standing:
        lines = still((name, one["collection"], one["column"], one["rows"], one["why"]) for name, one in standing)
        yield Line("what they were known by was still in", tuple(map(Line, lines)))
    told = beside({system["system"]: read_coverage(system) for system in entry["systems"]})
    if told:
        yield Line("not looked at", tuple(map(Line, told)), "yellow")


def _looked_again(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was left when it was looked at again: of whom nothing was done, nothing is said to be gone."""
    refused, matches = entry.get("refused", 0), entry.get("to_confirm", 0)
    left = sum(system["residual"] or 0 for system in entry["systems"])
    if refused:
        yield f"{counted(refused, 'person')} refused: rows of others point to theirs, and nothing of theirs was touched"
    if matches:
        yield f"{counted(matches, 'match', 'matches')}, not confirmed: nothing of them was touched"
    if left:
        yield f"{counted(left, 'row')} still to do"
    elif not any(system.get("became") for system in entry["systems"]):
        yield "nothing was done"
    elif any(one["why"] != "kept" for system in entry["systems"] for one in system.get("standing", ())):
        yield "looked again: all that was to be done was done"
    else:
        clean = "looked again: nothing was left in the tables on the map but what a hold keeps"
        yield clean + (", of all others" if refused or matches else "")


def _became(rows: Any) -> Iterator[Line]:
    for fate, words in FATES.items():
        mine = [row for row in rows if row["fate"] == fate]
        cells = [(row["collection"], *number(row["rows"]), _laws(row["laws"])) for row in mine]
        if cells:
            yield Line(words, tuple(map(Line, columns(cells))))


def _laws(laws: Any) -> str:
    return "; ".join(f"{one['law']}, {until([one['until']])}" for one in laws)


def _as_json(receipt: ReceiptFile, verified: Verified, *, is_given: bool, about: bool | None) -> dict[str, Any]:
    from bailee.ledger.receipt import PROVES, PROVES_NOT

    return {
        "holds": True,
        "entry": receipt.entry,
        "index": receipt.index,
        "size": verified.checkpoint.size,
        "key": str(verified.by),
        "key_from": "given" if is_given else "receipt",
        "about_person": about,
        "binds": receipt.key is not None,
        "sealed": receipt.seal is not None,
        "not_looked_at": [] if about else [*verified.unbound],
        "proves": PROVES,
        "proves_not": PROVES_NOT,
    }


def refuse_existing(path: Path | None) -> None:
    """Raise `CommandError` where a receipt cannot go to ``path``: before anything is done."""
    if path is None:
        return
    if os.path.lexists(path):
        raise CommandError(
            CommandProblem(
                Exit.FILES, "target_exists", "the receipt file exists", "choose another name, or remove it first"
            )
        )
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        message = "the receipt cannot be written: its folder is not there, or not to be written to"
        raise CommandError(
            CommandProblem(Exit.FILES, "receipt_file", message, "choose another place; nothing was changed")
        )


_AGAIN = "the plan is applied; apply it again with another --receipt, and only the receipt is made"


def write_new(path: Path, text: str, hint: str = _AGAIN) -> None:
    """Write a receipt to a new file, whole and flushed, its owner's alone. Raises `CommandError`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"the receipt cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, "receipt_file", message, hint)) from None
