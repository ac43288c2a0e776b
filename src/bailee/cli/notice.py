"""``bailee notice coverage`` and ``bailee notice build``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.options import AsJson, PolicyFolder
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.engine.checking import CheckReport
    from bailee.notice import Coverage, Lint
    from bailee.policy import Notice, NoticeSentence, Place, Policy

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def coverage(policy: PolicyFolder = Path(), *, as_json: AsJson = False) -> int:
    """Count the sentences of notice.md: bound to promises, plain, or loose.

    Then say what its words are blamed for: a place or a period that the policy contradicts, a hedge without a number,
    a third party or a duty left out. Ends with exit code 1 where a sentence is loose or something is blamed, so that a
    build can fail on it.
    """
    from bailee.notice import assess_coverage
    from bailee.policy import load

    read = load(policy)
    found = assess_coverage(read, _notice(read), datetime.now(UTC))
    if as_json:
        show_json(_json(found))
    else:
        show(_lines(found))
    return Exit.LOOK if found.loose or found.lints else Exit.DONE


def _notice(policy: Policy) -> Notice:
    if policy.notice is None:
        hint = "write it, or begin with the one that you have: bailee notice import FILE -o notice.md"
        raise CommandError(CommandProblem(Exit.FILES, "no_notice", "the policy has no notice.md", hint))
    return policy.notice


def _lines(found: Coverage) -> Iterator[Line]:
    parts = f"{len(found.bound)} bound, {len(found.plain)} plain, {len(found.loose)} loose"
    yield Line(f"{counted(found.sentences, 'sentence')}: {parts}; {found.percent}% are covered", style="bold")
    if found.loose:
        loose = tuple(Line(f"{each.place}  {each.words}") for each in found.loose)
        yield Line("loose: bind them with [words]{promise=NAME}, or mark them {plain}", loose)
    for lint in found.lints:
        yield Line(f"{lint.place}  {lint.code} {lint.says}", (Line(f"hint: {lint.hint}"),))


def _json(found: Coverage) -> dict[str, Any]:
    return {
        "sentences": found.sentences,
        "bound": len(found.bound),
        "plain": len(found.plain),
        "loose": len(found.loose),
        "percent": found.percent,
        "loose_sentences": [_sentence(each) for each in found.loose],
        "lints": [_lint(each) for each in found.lints],
    }


def _sentence(sentence: NoticeSentence) -> dict[str, Any]:
    return {"words": sentence.words, "section": sentence.section, **_place(sentence.place)}


def _lint(lint: Lint) -> dict[str, Any]:
    return {"code": lint.code, "says": lint.says, "hint": lint.hint, **_place(lint.place)}


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}


# --- the page -------------------------------------------------------------------------------------------------

_OURS: Mapping[str, bytes] = {"index.html": b'name="generator" content="Bailee"', "bailee.css": b"/* Bailee:"}
"""File -> the mark by which one is known that an earlier build wrote."""


def build(
    out: Annotated[Path, Option("--out", "-o", metavar="FOLDER", show_default=False, help="Where the page is put.")],
    policy: PolicyFolder = Path(),
) -> int:
    """Write the notice as a page: index.html and bailee.css.

    Every promise is looked at first, and stands with its mark: kept, broken or unknown, how that is known, since when,
    and what is not promised. The page needs no script and asks nothing of another server.
    """
    from bailee.engine.checking import run_checks
    from bailee.notice.page import build_page
    from bailee.policy import load

    read = load(policy)
    notice = _notice(read)
    _refuse_others(out)
    report = run_checks(policy)
    files = build_page(read, notice, report.evidence)
    try:
        for name, content in files.items():
            _write(out, name, content)
    except OSError as error:
        raise CommandError(
            CommandProblem(
                Exit.FILES, "page", f"the page cannot be written: {error.strerror}", "let this account write there"
            )
        ) from None
    show([_summary(report, out)])
    return Exit.DONE


def _summary(report: CheckReport, out: Path) -> Line:
    from bailee.checks import Verdict

    counts = ", ".join(f"{report.count(verdict)} {verdict}" for verdict in Verdict)
    return Line(f"{out / 'index.html'}: {counted(len(report.promises), 'promise')}: {counts}", whole=True)


def _refuse_others(out: Path) -> None:
    """Raise CommandError where the page would take the place of a file that no build wrote."""
    for name, mark in _OURS.items():
        path = out / name
        try:
            others = path.is_symlink() or (path.exists() and mark not in path.read_bytes())
        except OSError as error:
            hint = "let this account read and write there, or name another folder"
            raise CommandError(
                CommandProblem(Exit.FILES, "page", f"{path} cannot be read: {error.strerror}", hint)
            ) from None
        if others:
            hint = "name another folder, or move that file away"
            raise CommandError(
                CommandProblem(Exit.FILES, "page", f"{path} is somebody else's, and stays as it is", hint)
            )


def _write(folder: Path, name: str, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, and never half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".bailee-") as beside:
        made = Path(beside, name)
        made.write_bytes(content)
        made.chmod(0o644)  # it is published
        made.replace(folder / name)
