"""Whatever Bailee refuses has one base, and is told alike at the command line, to a program and on a page."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping

import bailee
import tests.web  # noqa: F401 - models can be imported only when Django is set up
from bailee.cli.exits import MEANINGS, Exit
from bailee.errors import BaileeError, ErrorKind
from tests.docs.pages import read

OF_NO_PERSON: Mapping[str, str] = {
    "CommandError": "the command line's own: it has its words and its exit status",
    "CallRefused": "the API's own: a call is refused before anything is asked of Bailee",
    "LeaseLost": "another worker goes on with it",
    "Stopping": "this worker ends",
    "UnheardError": "a mistake of ours: nobody subscribes to an event",
    "Unfit": "a value that a column cannot take: the plan says so",
    "UnreadableKeyError": "a key that a plan names: the plan is refused",
    "CircularFate": "rules of a map: a mistake of the policy",
    "WordError": "a text of the policy: a mistake of it, with its place",
    "ConditionError": "likewise",
    "UnreadableLineError": "a line of a draft: it is counted",
    "NoSuchName": "a file: the connector says so",
    "FileRefused": "likewise",
    "NameRefused": "likewise",
}
"""Exceptions that somebody else in Bailee always meets, and why."""


def public_exceptions() -> Iterator[type[BaseException]]:
    for module in pkgutil.walk_packages(bailee.__path__, "bailee."):
        if ".migrations" in module.name or module.name.endswith(("__main__", "wsgi")):
            continue
        for name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, BaseException) and found.__module__ == module.name and not name.startswith("_"):
                yield found


def test_every_public_error_is_of_one_base() -> None:
    others = {one.__name__ for one in public_exceptions() if not issubclass(one, BaileeError)}
    assert others - {"NotFound"} == {*OF_NO_PERSON}  # which is a CallRefused


def test_every_error_says_which_kind_it_is_and_has_a_name_for_programs() -> None:
    errors = [one for one in public_exceptions() if issubclass(one, BaileeError) and one is not BaileeError]
    made_with_a_code = {"VaultError", "LedgerError", "LetterError"}  # which says the kind, too
    nameless = {one.__name__ for one in errors if not isinstance(getattr(one, "kind", None), ErrorKind)}
    assert nameless - {"InvalidVaultSealError"} == made_with_a_code
    assert len(errors) > 20


def test_every_kind_has_an_exit_status_a_problem_and_a_status_of_http() -> None:
    from bailee.web.api.problems import TITLES

    page = read("api.md")
    assert [name for name in TITLES if f"`{name}`" not in page] == []
    for kind in ErrorKind:
        told = kind.value
        assert Exit(told.exit) in MEANINGS
        assert TITLES[told.problem] == (told.status, told.title)
        assert told.status in {403, 404, 409, 429, 503}
