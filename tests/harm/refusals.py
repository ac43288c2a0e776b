"""How a test expects something to go wrong: a code, a hint, and no row value anywhere."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.engine import open_engine
from bailee.engine.apply import StalePlan
from bailee.policy import PolicyError
from bailee.store.sealed_store import StateError
from tests.harm.firm import MARKER

PERSONAL = (MARKER, "+44207946", "../", "/etc/")


def says_nothing_personal(said: str) -> bool:
    """Whether no row value is in ``said``."""
    return not any(text in said.lower() for text in PERSONAL)


def looks_right(error: BaseException) -> bool:
    """Whether ``error`` can be shown to anybody, with all that hangs on it."""
    said = [str(error), repr(error), repr(error.args), repr(vars(error))]
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return says_nothing_personal("".join(said)) and not any(
        text in line for line in traceback.format_exception_only(error) for text in PERSONAL
    )


@contextmanager
def fails(code: str, system: str = "") -> Iterator[pytest.ExceptionInfo[ConnectorError]]:
    """Expect the connector's error ``code``, with a hint and the name of the ``system``."""
    with pytest.raises(ConnectorError) as caught:
        yield caught
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    assert f"'{system}'" in caught.value.message or not system
    assert looks_right(caught.value)


@contextmanager
def mistaken(*codes: str) -> Iterator[pytest.ExceptionInfo[PolicyError]]:
    """Expect the map to be refused for ``codes``, each with a hint."""
    with pytest.raises(PolicyError) as caught:
        yield caught
    assert {problem.code for problem in caught.value.problems} == set(codes), caught.value
    assert all(problem.hint for problem in caught.value.problems)
    assert looks_right(caught.value)


@contextmanager
def stale(word: str) -> Iterator[None]:
    """Expect the plan to be stale for a reason with ``word`` in it."""
    with pytest.raises(StalePlan) as caught:
        yield
    assert any(word in reason for reason in caught.value.reasons), caught.value.reasons
    assert caught.value.hint
    assert looks_right(caught.value)


@contextmanager
def books_fail(word: str) -> Iterator[None]:
    """Expect the books to refuse with ``word`` in the message."""
    with pytest.raises(StateError, match=word) as caught:
        yield
    assert caught.value.hint
    assert looks_right(caught.value)


@contextmanager
def impatient(**seconds: float) -> Iterator[None]:
    """Let Bailee wait for only so long: ``lock_timeout``, ``statement_timeout``."""
    waits: Mapping[str, float] = {**(open_engine.__kwdefaults__ or {}), **seconds}
    with patch.object(open_engine, "__kwdefaults__", waits):
        yield
