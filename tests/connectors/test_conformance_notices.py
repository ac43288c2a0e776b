"""A suite is as good as what it notices: each fault, put into a connector that passes, is seen by the test named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bailee.connectors.base import ConnectorError, NoSuchName
from bailee.connectors.files import FilesRoot
from bailee.connectors.sql import SqlConnector
from bailee.connectors.sql.session import SqlSession
from bailee.trace.sets import Batch
from tests.conftest import Database
from tests.connectors.test_conformance import TestFiles as Files
from tests.connectors.test_conformance import TestSql as Sql

Honest = Callable[..., Any]


def shows_all(honest: Honest, self: SqlSession, *arguments: Any) -> Any:
    return (
        page._replace(masks=tuple(replace(mask, columns=()) for mask in page.masks))
        for page in honest(self, *arguments)
    )


def ignores_sealed(honest: Honest, self: SqlSession, batch: Batch, _sealed: object = None) -> Any:
    return honest(self, Batch() if _sealed else batch)


def forgets_who_was_erased(honest: Honest, self: SqlSession, batch: Batch, sealed: Any = None) -> Any:
    return honest(self, replace(batch, remembered=frozenset()), sealed)


def takes_all_at_once(honest: Honest, self: SqlSession, change: Any, _limit: Any = None) -> Any:
    return honest(self, change)


def counts_twice(honest: Honest, self: SqlSession, change: Any, limit: Any = None) -> Any:
    tally = honest(self, change, limit)
    return replace(tally, count=tally.count * 2)


def skips_the_first(honest: Honest, self: SqlSession, change: Any, limit: Any = None) -> Any:
    skipped = self.statements.trace.changes[0].id == change.id
    return replace(self.tally(change), count=0) if skipped else honest(self, change, limit)


def finds_one(honest: Honest, self: SqlSession, *arguments: Any) -> Any:
    return list(honest(self, *arguments))[:1]


def commits_never(_honest: Honest, _self: SqlSession) -> None:
    return None


@contextmanager
def commits_always(honest: Honest, self: SqlConnector, trace: Any, *, write: bool) -> Iterator[SqlSession]:
    with honest(self, trace, write=write) as session:
        try:
            yield session
        except BaseException:
            session.commit()
            raise


def always_writes(honest: Honest, self: SqlConnector, trace: Any, **_named: bool) -> Any:
    return honest(self, trace, write=True)


def repeats(_honest: Honest, _self: SqlConnector) -> None:
    raise ConnectorError("C501", "alice@post.example cannot be reached", "call her")


def shows_the_driver(honest: Honest, self: SqlConnector) -> Any:
    try:
        return honest(self)
    except ConnectorError as error:
        raise ConnectorError(error.code, error.message, error.hint) from error


@pytest.mark.parametrize(
    ("owner", "method", "fault", "test"),
    [
        (SqlSession, "read", shows_all, "a_copy_has_every_row_and_masks_what_is_somebody_elses"),
        (SqlSession, "read", finds_one, "a_copy_has_every_row_and_masks_what_is_somebody_elses"),
        (SqlSession, "keys", finds_one, "rows_are_located_counted_and_named_by_key"),
        (SqlSession, "why", finds_one, "every_row_can_say_why"),
        (SqlSession, "identify", finds_one, "many_values_are_asked_at_once"),
        (SqlSession, "begin", ignores_sealed, "a_residual_from_sealed_keys_finds_what_was_not_done"),
        (SqlSession, "begin", forgets_who_was_erased, "who_was_erased_before_is_not_living"),
        (SqlSession, "apply", takes_all_at_once, "a_change_in_chunks_comes_to_its_end"),
        (SqlSession, "apply", counts_twice, "a_plan_counts_what_an_apply_does"),
        (SqlSession, "apply", skips_the_first, "an_erasure_leaves_what_it_should"),
        (SqlSession, "commit", commits_never, "a_change_in_chunks_comes_to_its_end"),
        (SqlConnector, "session", commits_always, "what_fails_in_the_middle_was_never_done"),
        (SqlConnector, "session", always_writes, "a_session_that_reads_cannot_change"),
        (SqlConnector, "schema", repeats, "a_system_out_of_reach_says_so"),
        (SqlConnector, "schema", shows_the_driver, "a_system_out_of_reach_says_so"),
    ],
)
def test_a_fault_in_a_connector_is_noticed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, fault: Honest, test: str
) -> None:
    suite = Sql()
    suite.fill(Database(sqlite_url, "sqlite"))
    honest = getattr(owner, method)
    monkeypatch.setattr(owner, method, lambda *given, **named: fault(honest, *given, **named))
    with pytest.raises(AssertionError):
        getattr(suite, f"test_{test}")()


def repeats_the_name(_honest: Honest, _self: FilesRoot, name: str) -> Any:
    raise NoSuchName(name)


def follows_anything(_honest: Honest, _self: FilesRoot, name: str) -> bool:
    return bool(name)


def says_it_was_there(honest: Honest, self: FilesRoot, name: str) -> bool:
    honest(self, name)
    return True


@pytest.mark.parametrize(
    ("method", "fault", "test"),
    [
        ("open", repeats_the_name, "a_hostile_name_reaches_nothing"),
        ("delete", follows_anything, "a_hostile_name_reaches_nothing"),
        ("delete", says_it_was_there, "a_file_goes_once"),
    ],
)
def test_a_fault_in_a_store_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, fault: Honest, test: str
) -> None:
    suite = Files()
    suite.fill(tmp_path)
    honest = getattr(FilesRoot, method)
    monkeypatch.setattr(FilesRoot, method, lambda *given: fault(honest, *given))
    with pytest.raises(AssertionError):
        getattr(suite, f"test_{test}")()
