"""Figures of the notice, looked up in the policy: ``{{ retention.calls }}`` is read as *6 years*.

What is filled in is escaped, so that a name with an asterisk stays a name; every place in the filled text can be led
back to where the firm wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from bailee.policy.countries import country_name
from bailee.policy.dates import Period
from bailee.policy.firm import Contact, Firm
from bailee.policy.holds import Hold
from bailee.policy.places import Place
from bailee.policy.problems import Problem
from bailee.policy.processors import Processor
from bailee.policy.retention import RetentionRule
from bailee.policy.words import meant

T = TypeVar("T")
V = TypeVar("V")

TABLE = "{{ processors.table }}"
"""Alone in a paragraph, this stands for the table of third parties."""

_OPENING = re.compile(r"\{\{([^{}\n]*)\}\}|\{plain\}|\{\{")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#|~!-])")


@dataclass(frozen=True, slots=True)
class FigureSources:
    """What figures are looked up in. A file that cannot be read is ``None``: its names may well be there."""

    firm: Firm | None
    retention: Mapping[str, RetentionRule] | None
    holds: Mapping[str, Hold] | None
    processors: Mapping[str, Processor] | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its figures filled in, and where each of its lines and columns stood before."""

    file: str
    text: str
    moved: Mapping[int, tuple[tuple[int, int, int], ...]]  # line -> (column after what was filled in, its length, was)

    def place(self, line: int, column: int) -> Place:
        """Return where character ``column`` of ``line`` (both from 0) of the filled text stood in the file."""
        back = 0
        for end, length, was in self.moved.get(line, ()):
            if column < end - length:
                break
            back += length - was if column >= end else column - (end - length)
        return Place(self.file, line + 1, column - back + 1)


def fill(file: str, source: str, known: FigureSources, problems: list[Problem]) -> Filled:
    """Return ``source`` with each figure filled in; note in ``problems`` those that cannot be."""
    lines, moved = [], {}
    for number, line in enumerate(re.sub(r"\r\n?", "\n", source).split("\n")):
        done, at, shifts = "", 0, []
        for found in _OPENING.finditer(line):
            place = Place(file, number + 1, found.start() + 1)
            words = _words(found, known, place, problems)
            done += line[at : found.start()] + words
            at = found.end()
            shifts.append((len(done), len(words), at - found.start()))
        lines.append(done + line[at:])
        moved[number] = tuple(shifts)
    return Filled(file, "\n".join(lines), moved)


def _words(found: re.Match[str], known: FigureSources, place: Place, problems: list[Problem]) -> str:
    if found[0] == "{plain}":
        return "{.plain}"  # as the attributes of Markdown spell a class
    name = (found[1] or "").strip()
    if not name:
        hint = "write {{ retention.NAME }}, with both pairs of brackets in one line"
        problems.append(Problem("P124", "a figure cannot be read", hint, place))
        return ""
    if name == "processors.table":
        return TABLE
    try:
        return escaped(_look_up(name, known))
    except _UnknownError as unknown:
        problems.append(Problem("P213", f'"{name}" {unknown.message}', unknown.hint, place))
        return name


def escaped(text: str) -> str:
    """Return ``text`` on one line, so that Markdown reads it as these very characters."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


class _UnknownError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


# --- what there is --------------------------------------------------------------------------------------------

_CONTACTS = ("controller", "deputy", "regulator")
_DETAILS = tuple(field.name for field in fields(Contact))


def _look_up(name: str, known: FigureSources) -> str:
    head, _, rest = name.partition(".")
    if head == "processors" and not rest:
        if known.processors == {}:
            raise _UnknownError("names nobody", "add processors.yaml, with those who receive data")
        return processors_in_words(known.processors or {})
    if head == "retention" and rest:
        return period_in_words(_named(known.retention, rest, "retention.yaml", lambda rule: rule.period) or Period())
    entry, dot, detail = rest.rpartition(".")
    if head == "processor" and dot and detail in {"name", "country"}:
        read = (lambda it: it.title) if detail == "name" else (lambda it: country_name(it.country))
        return _named(known.processors, entry, "processors.yaml", read) or ""
    if head == "holds" and dot and detail == "law":
        return _named(known.holds, entry, "holds.yaml", lambda hold: hold.law) or ""
    if name == "firm.name" or (head in _CONTACTS and rest in _DETAILS):
        return _of_the_firm(head, rest, known.firm)
    raise _UnknownError(
        "is no figure", meant(name, _all(known)) or "there are retention.NAME, controller.email, and more"
    )


def _of_the_firm(head: str, detail: str, firm: Firm | None) -> str:
    if firm is None:
        return ""
    said = str(getattr(firm if head == "firm" else getattr(firm, head), detail))
    if not said.strip():
        raise _UnknownError("says nothing", f"add {head}: {{{detail}: ...}} to bailee.yaml")
    return said


def _named(known: Mapping[str, T] | None, name: str, file: str, read: Callable[[T], V]) -> V | None:
    if known is None:
        return None
    if name not in known:
        raise _UnknownError(f"names nothing in {file}", meant(name, known) or f"add {name} to {file}")
    return read(known[name])


def _all(known: FigureSources) -> Iterator[str]:
    yield from (f"retention.{name}" for name in known.retention or ())
    yield from (f"processor.{name}.{detail}" for name in known.processors or () for detail in ("name", "country"))
    yield from (f"holds.{name}.law" for name in known.holds or ())
    yield from (f"{head}.{detail}" for head in _CONTACTS for detail in _DETAILS)
    yield from ("firm.name", "processors", "processors.table")


# --- in words -------------------------------------------------------------------------------------------------


def period_in_words(period: Period) -> str:
    """Return ``6 years``, ``1 year and 6 months``, ``30 days``."""
    years, months = divmod(period.months, 12)
    parts = [(years, "year"), (months, "month"), (period.days, "day")]
    return listed([f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]) or "0 days"


def processors_in_words(processors: Mapping[str, Processor]) -> str:
    """Return ``SMTP2GO (New Zealand) and Mailchimp (United States)``."""
    return listed([f"{each.title} ({country_name(each.country)})" for each in processors.values()])


def listed(words: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
