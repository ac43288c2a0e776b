"""The policy folder, read whole: files, shapes, values, names, and every mistake in one go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from bailee.policy import names
from bailee.policy.figures import FigureSources
from bailee.policy.firm import Firm
from bailee.policy.holds import Hold, Holds
from bailee.policy.identities import add_issuer
from bailee.policy.kinds import NAME
from bailee.policy.notices import Notice
from bailee.policy.page import read
from bailee.policy.placed import PlacedMapping, PolicyFile
from bailee.policy.places import Place
from bailee.policy.policies import Policy
from bailee.policy.problems import PolicyError, Problem
from bailee.policy.processors import Processor, Processors
from bailee.policy.promises import Promise, Promises
from bailee.policy.retention import Retention, RetentionRule
from bailee.policy.systems import System
from bailee.policy.validation import read_value
from bailee.policy.words import meant

LARGEST = 1 << 20
"""Bytes of one file."""

_RULES = ("retention.yaml", "holds.yaml")
_PROMISES = "promises.yaml"
_PUBLISHED = ("processors.yaml", _PROMISES)
_NOTICE = "notice.md"
_PUBLIC = (_PROMISES, _NOTICE)


class _UnreadableError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def load(folder: Path, *, public: bool = True, connectors: Iterable[str] = ()) -> Policy:
    """Return the policy in ``folder``; without ``public`` its promises and its notice are left unread.

    ``connectors``: the kinds that are installed; without them any name will do.
    Raises PolicyError with every mistake of every file at once. Files that this version does not know are left alone.
    """
    kinds = tuple(sorted(connectors))
    problems: list[Problem] = []
    contents: dict[str, bytes] = {}
    try:
        files = [file for file in _list_files(folder, problems) if public or file not in _PUBLIC]
    except _UnreadableError as error:
        raise PolicyError([error.problem]) from None
    for file in files:
        try:
            contents[file] = _read_bytes(folder, file)
        except _UnreadableError as error:
            problems.append(error.problem)
    read_now = (folder.absolute(), public, kinds, tuple(contents.items()))
    for before, policy in _LAST[:]:  # a copy: another thread may read another folder
        if before == read_now and not problems:
            return policy
    # A file that cannot be read has an empty page, so that nobody takes its names for missing.
    pages = {
        file: _read_page(file, contents[file]) if file in contents else PolicyFile(file)
        for file in files
        if file != _NOTICE
    }
    values = _read_values(pages, kinds)
    notice = _read_notice(contents[_NOTICE], values, pages, problems) if _NOTICE in contents else None
    problems += [problem for page in pages.values() for problem in page.problems]
    if problems or values.firm is None:
        raise PolicyError(problems)
    policy = Policy(
        firm=values.firm,
        systems=values.systems,
        retention=values.retention,
        holds=values.holds,
        folder=str(folder.absolute()),
        digest=_hash_pages(pages),
        processors=values.processors,
        promises=values.promises,
        notice=notice,
        has_register="processors.yaml" in pages,
    )
    _LAST[:] = [(read_now, policy)]
    return policy


_Read: TypeAlias = tuple[Path, bool, tuple[str, ...], tuple[tuple[str, bytes], ...]]

_LAST: list[tuple[_Read, Policy]] = []
"""What was read last, byte by byte, and the policy that it makes: a worker reads the same for each thing it does."""


def promises(folder: Path) -> dict[str, Promise]:
    """Return what the firm promises, less what cannot be read: what it tells the public stops nobody's request."""
    try:
        page = _read_page(_PROMISES, _read_bytes(folder, _PROMISES))
    except _UnreadableError:
        return {}
    return _read_promises({_PROMISES: page})


def notice(folder: Path, policy: Policy) -> Notice | None:
    """Return the notice that stands in ``folder``, its figures those of ``policy``.

    ``None``: there is none, or it cannot be read without a mistake, so that nobody may say what it leaves out.
    """
    problems: list[Problem] = []
    try:
        data = _read_bytes(folder, _NOTICE)
    except _UnreadableError:
        return None
    values = _Values(policy.firm, {}, {**policy.retention}, {**policy.holds}, {**policy.processors}, {})
    # Which promises its sentences are bound to changes no word of it: they are taken as unread.
    found = _read_notice(data, values, {_PROMISES: PolicyFile(_PROMISES)}, problems)
    return None if problems else found


# --- files ----------------------------------------------------------------------------------------------------


def _list_files(folder: Path, problems: list[Problem]) -> list[str]:
    """Return the policy files of ``folder``, relative to it, in the order in which they are read."""
    try:
        if not folder.is_dir():
            raise _UnreadableError(Problem("P001", "there is no policy folder here", "give the folder of bailee.yaml"))
        top = sorted(entry.name for entry in folder.iterdir())
        below = sorted(entry.name for entry in (folder / "systems").iterdir()) if "systems" in top else []
    except OSError as error:
        hint = "let this account read and enter it"
        raise _UnreadableError(Problem("P001", f"the policy folder cannot be read: {error.strerror}", hint)) from None
    if "bailee.yaml" not in top:
        hint = "add it with firm: and the name of the firm"
        problems.append(Problem("P002", "the policy has no bailee.yaml", hint, Place("bailee.yaml", 1, 1)))
    systems = [f"systems/{name}" for name in below if name.endswith(".yaml") and not name.startswith(".")]
    if not systems:
        place = Place("systems", 1, 1)
        problems.append(Problem("P003", "the policy has no systems", "add systems/NAME.yaml for each of them", place))
    for name in (*top, *(f"systems/{name}" for name in below)):
        if name.endswith(".yml"):
            hint = f"call it {name.removesuffix('.yml')}.yaml"
            problems.append(Problem("P016", f"{name} is not read", hint, Place(name, 1, 1)))
    return [name for name in ("bailee.yaml", *_RULES, *_PUBLISHED, _NOTICE) if name in top] + systems


def _hash_pages(pages: Mapping[str, PolicyFile]) -> str:
    digest = hashlib.sha256()
    for file, page in sorted(pages.items()):
        if file not in _PUBLISHED:
            data = page.source.encode()
            digest.update(f"{file}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()


def _decode_text(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        problem = Problem("P007", "this is not UTF-8", "save the file as UTF-8", Place(file, line, column))
        raise _UnreadableError(problem) from None


def _read_page(file: str, data: bytes) -> PolicyFile:
    try:
        page = read(file, _decode_text(file, data))
    except _UnreadableError as error:
        return PolicyFile(file, problems=[error.problem])
    if page.data is None and not page.problems:
        page.data = PlacedMapping(page.start(), page)  # an empty file says nothing, and that is a mapping without keys
    return page


def _read_bytes(folder: Path, file: str) -> bytes:
    start = Place(file, 1, 1)
    path = folder / file
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder.resolve(strict=True)):
            raise _UnreadableError(
                Problem("P005", "this link leads out of the policy folder", "put the file here", start)
            )
        if not real.is_file():
            raise _UnreadableError(Problem("P004", "this is not a file", "put a text file here", start))
        with real.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its links go in a circle"
        hint = "let this account read it"
        raise _UnreadableError(Problem("P004", f"this file cannot be read: {reason}", hint, start)) from None
    if len(data) > LARGEST:
        raise _UnreadableError(
            Problem("P006", "this file is larger than 1 MiB", "split it into several systems", start)
        )
    return data


# --- values ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Values:
    firm: Firm | None
    systems: dict[str, System]
    retention: dict[str, RetentionRule]
    holds: dict[str, Hold]
    processors: dict[str, Processor]
    promises: dict[str, Promise]


def _read_values(pages: Mapping[str, PolicyFile], kinds: Sequence[str]) -> _Values:
    declared = _list_declared(pages)
    systems: dict[str, System] = {}
    homes: dict[str, PolicyFile] = {}
    for page in _list_system_pages(pages):
        if not (system := _read_system(page, kinds)):
            continue
        if system.name in systems:
            first = systems[system.name].place.file
            page.say("P206", ("system",), f'"{system.name}" is the name of {first} already', "choose another")
            continue
        systems[system.name], homes[system.name] = system, page
    for name, system in systems.items():
        names.check_system(homes[name], system, declared, systems)
    retention = _read_retention(pages.get("retention.yaml"), declared)
    holds = _read_holds(pages.get("holds.yaml"), declared, systems)
    firm = _read_firm(pages.get("bailee.yaml"))
    return _Values(firm, systems, retention, holds, _read_processors(pages, declared), _read_promises(pages))


def _list_system_pages(pages: Mapping[str, PolicyFile]) -> list[PolicyFile]:
    return [page for file, page in pages.items() if file.startswith("systems/")]


def _get_stem(page: PolicyFile) -> str:
    return page.file.removeprefix("systems/").removesuffix(".yaml")


def _list_declared(pages: Mapping[str, PolicyFile]) -> names.Declared:
    """Return the names that the files declare, before anything in them is dropped for being wrong."""
    systems: dict[str, tuple[str, ...]] = {}
    attributes: set[str] = set()
    for page in _list_system_pages(pages):
        said = page.data if isinstance(page.data, dict) else {}
        name, collections = said.get("system"), said.get("collections")
        if not isinstance(name, str) or not re.search(NAME, name):
            name = _get_stem(page)  # as `_system` has it
        collections = collections if isinstance(collections, dict) else {}
        systems.setdefault(name, tuple(collections))
        for collection in collections.values():
            identity = collection.get("identity") if isinstance(collection, dict) else None
            attributes.update(add_issuer(each, name) for each in (identity if isinstance(identity, dict) else ()))
    return names.Declared(
        systems=systems,
        attributes=frozenset(attributes),
        retention=_list_keys(pages.get("retention.yaml")),
        holds=_list_keys(pages.get("holds.yaml")),
        whole=all(page.data is not None for page in _list_system_pages(pages)),
    )


def _list_keys(page: PolicyFile | None) -> frozenset[str] | None:
    if page is None:
        return frozenset()
    return frozenset(page.data) if isinstance(page.data, dict) else None


def _read_firm(page: PolicyFile | None) -> Firm | None:
    if page is None or page.data is None:
        return None
    firm: Firm | None = read_value(page, Firm, {"firm": "missing"})
    return firm


def _read_system(page: PolicyFile, kinds: Sequence[str]) -> System | None:
    if page.data is None:
        return None
    # These stand for what is missing while the rest is looked at; a policy with a problem is never returned.
    instead = {"system": _get_stem(page), "connector": "sql", "url": "env:MISSING"}
    system: System | None = read_value(page, System, instead)
    if system and kinds and system.connector not in kinds:
        hint = meant(system.connector, kinds) or f"pip install bailee-{system.connector}, or write {' or '.join(kinds)}"
        page.say("P104", ("connector",), f'cannot be "{system.connector}", which is not installed', hint)
    return system


def _read_retention(page: PolicyFile | None, declared: names.Declared) -> dict[str, RetentionRule]:
    if page is None or page.data is None:
        return {}
    rules: dict[str, RetentionRule] = read_value(page, Retention, {}) or {}
    for name, rule in rules.items():
        names.check_retention(page, name, rule.from_, declared)
    return rules


def _read_holds(page: PolicyFile | None, declared: names.Declared, systems: Mapping[str, System]) -> dict[str, Hold]:
    if page is None or page.data is None:
        return {}
    holds: dict[str, Hold] = read_value(page, Holds, {}) or {}
    return {name: names.resolve_keeps(page, hold, declared, systems) for name, hold in holds.items()}


# --- what is published ----------------------------------------------------------------------------------------


def _read_processors(pages: Mapping[str, PolicyFile], declared: names.Declared) -> dict[str, Processor]:
    page = pages.get("processors.yaml")
    if page is None or page.data is None:
        return {}
    parties: dict[str, Processor] = read_value(page, Processors, {}) or {}
    for party in parties.values():
        names.check_processor(page, party, declared)
    return parties


def _read_promises(pages: Mapping[str, PolicyFile]) -> dict[str, Promise]:
    page = pages.get("promises.yaml")
    if page is None or page.data is None:
        return {}
    return read_value(page, Promises, {}) or {}


def _read_notice(
    data: bytes, values: _Values, pages: Mapping[str, PolicyFile], problems: list[Problem]
) -> Notice | None:
    from bailee.policy.sentences import notice  # start-up: a policy is read without its notice

    try:
        source = _decode_text(_NOTICE, data)
    except _UnreadableError as error:
        problems.append(error.problem)
        return None
    known = FigureSources(values.firm, values.retention, values.holds, values.processors)
    # What is missing from a file with mistakes may only have been dropped from it.
    homes = {
        "retention": "retention.yaml",
        "holds": "holds.yaml",
        "processors": "processors.yaml",
        "firm": "bailee.yaml",
    }
    wrong = {key: None for key, file in homes.items() if file in pages and pages[file].problems}
    read, found = notice(_NOTICE, source, replace(known, **wrong), _list_keys(pages.get("promises.yaml")))
    problems += found
    return read
