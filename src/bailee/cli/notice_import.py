"""``bailee notice import``: a firm starts from the words that it already publishes."""

from __future__ import annotations

import json as to_json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.show import Line, show, warn_of
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.notice.proposals import Proposal

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_PROMISES, _BESIDE = "promises.yaml", "promises.proposed.yaml"


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", show_default=False, help="The notice: text, Markdown or a saved web page.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="FILE",
            show_default=False,
            help="Write the notice with its sentences bound to a new file, and the promises beside it.",
        ),
    ] = None,
    policy: options.PolicyFolder = Path(),
    *,
    json: options.AsJson = False,
) -> int:
    """Propose for each sentence of a notice the promise that it makes, or plain, and say why.

    Nothing is bound yet: a person reads the proposals, and changes what is wrong. No file is overwritten.
    """
    from bailee.notice.proposals import (
        UnreadableNotice,
        propose_bindings,
        read_blocks,
        split_sentences,
        write_notice,
        write_promises,
    )

    try:
        blocks = read_blocks(_content(file), file.suffix)
        proposals = propose_bindings(split_sentences(blocks), _processors(policy))
    except UnreadableNotice as error:
        raise CommandError(
            CommandProblem(Exit.FILES, error.code, f"{file.name}: {error.message}", error.hint)
        ) from None
    written: list[Path] = []
    if out is not None:
        beside = out.with_name(_BESIDE if out.with_name(_PROMISES).exists() else _PROMISES)
        _write_new({out: write_notice(blocks, proposals), beside: write_promises(proposals)})
        written = [out, beside]
    if json:
        _show_json(proposals)
    else:
        show(_page(file, proposals, written))
    return Exit.DONE


def _content(file: Path) -> bytes:
    from bailee.notice.proposals.input_files import LARGEST

    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, "notice_file", message, "give the file of the notice")) from None


def _processors(folder: Path) -> tuple[str, ...]:
    """Return the third parties of the policy's register, if there is a policy yet."""
    from bailee.policy import PolicyError, load

    if not (folder / "bailee.yaml").exists():
        return ()
    try:
        return load(folder).third_parties
    except PolicyError:
        warn_of(["the policy has mistakes, so its register of third parties was not looked at"])
        return ()


def _write_new(files: dict[Path, str]) -> None:
    for path in files:
        if path.exists():
            message = f"{path} is there already"
            raise CommandError(CommandProblem(Exit.FILES, "file_exists", message, "move it away, or give another name"))
    try:
        for path, text in files.items():
            with path.open("x", encoding="utf-8") as stream:
                stream.write(text)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, "notice_file", message, "choose another place")) from None


# --- for people ----------------------------------------------------------------------------------------------


def _page(file: Path, proposals: Sequence[Proposal], written: Sequence[Path]) -> Iterator[Line]:
    bound = [p for p in proposals if not p.plain]
    promises = {promise for p in bound for promise in (p.promise, *p.also)}
    said = counted(len(proposals), "sentence")
    yield Line(
        f"{said}: {len(bound)} bound to {counted(len(promises), 'promise')}, {len(proposals) - len(bound)} plain",
        style="bold",
    )
    for one in proposals:
        yield Line("")
        yield Line(_head(file, one), tuple(_below(one)), "dim" if one.plain else "bold")
    yield Line("")
    yield from map(Line, _what_next(file, written))


def _head(file: Path, one: Proposal) -> str:
    what = "plain" if one.plain else " and ".join((one.promise, *one.also))
    return f"{file.name}:{one.sentence.line}  {what}  ({round(one.confidence * 100)}% sure)"


def _below(one: Proposal) -> Iterator[Line]:
    yield Line(one.sentence.words)
    yield Line(one.reason, style="dim")


def _what_next(file: Path, written: Sequence[Path]) -> Iterator[str]:
    if not written:
        yield f"to start from these words: bailee notice import {file} -o notice.md"
        return
    notice, promises = written
    yield f"written: {notice} and {promises}; read both, and change what is wrong"
    if promises.name == _BESIDE:
        yield f"there is a {_PROMISES} already: copy into it what is new in {promises.name}"
    yield "then: bailee notice coverage"


# --- for programs --------------------------------------------------------------------------------------------


def _show_json(proposals: Iterable[Proposal]) -> None:
    """Print one JSON array, an object a line for each sentence."""
    lines = ",\n".join(to_json.dumps(_as_json(one), ensure_ascii=False) for one in proposals)
    typer.echo(f"[\n{lines}\n]")


def _as_json(one: Proposal) -> dict[str, Any]:
    return {
        "sentence": one.sentence.words,
        "promise": one.promise or None,
        "plain": one.plain,
        "reason": one.reason,
        "confidence": one.confidence,
        "also": list(one.also),
        "line": one.sentence.line,
        "kind": str(one.sentence.kind),
        "periods": list(one.periods),
        "places": list(one.places),
        "names": list(one.names),
    }
