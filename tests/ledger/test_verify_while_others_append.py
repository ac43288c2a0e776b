"""Nothing that workers do between two reads of ``bailee ledger verify`` looks to it as if the ledger was tampered with.

Each read of the books and of the log is a moment at which a whole plan, or a part of one, may go by.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bailee import ledger
from bailee.engine import ledger_entries
from bailee.engine.apply import apply_plan
from bailee.engine.ledger_entries import find_unknown_acts, forget_openings, inspect_ledger
from bailee.engine.plans import plan_retain
from bailee.engine.recheck import recheck_plan
from bailee.engine.systems import Systems
from bailee.ledger import AuditFinding, LedgerError, Log, tiles, tree
from bailee.plan import PlanDocument
from bailee.requests.startup import open_context
from bailee.store.sealed_store import Store
from tests.conftest import Database
from tests.harm.firm import NOW, Firm, build

TOMORROW = date(2026, 3, 16)

READS: tuple[tuple[Any, str], ...] = (
    *((Store, name) for name in ("get", "get_now", "names", "all", "cases", "find_case")),
    *((import_module(f"bailee.ledger.{name}"), "read_checkpoint") for name in ("audit", "log", "receipt")),
    (ledger, "read_checkpoint"),
    (tiles, "read"),
    (Path, "exists"),
)
"""All by which ``verify`` reads something."""

NUMBERS = count(1000)
"""Keys of calls."""

Moment = Callable[[int], None]


@pytest.fixture
def firm(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    made = build(tmp_path / "firm", Database(sqlite_url, "sqlite"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    path = made.folder / "bailee.yaml"
    path.write_text(f"{path.read_text()}\nvault: file:{keys / 'master'}\n")
    return made


def state_of(firm: Firm) -> Store:
    with firm.systems() as systems:
        return systems.store


@pytest.fixture
def store(firm: Firm) -> Store:
    return state_of(firm)


@contextmanager
def between_reads(moment: Moment) -> Iterator[list[int]]:
    """Call ``moment`` with its number before each read of the block; what it reads itself is none of them."""
    reads, is_busy = [0], [False]

    def read(real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if not is_busy[0]:
            is_busy[0] = True
            try:
                moment(reads[0])
            finally:
                is_busy[0] = False
            reads[0] += 1
        found = real(*arguments, **named)
        return iter(list(found)) if isinstance(found, Iterator) else found

    def instead(real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: read(real, *arguments, **named)

    with ExitStack() as patched:
        for where, name in READS:
            patched.enter_context(patch.object(where, name, instead(getattr(where, name))))
        yield reads


def verify(store: Store, moment: Moment = lambda _: None) -> tuple[tuple[AuditFinding, ...], int]:
    """Return what ``bailee ledger verify`` finds while ``moment`` goes by at each read, and how many reads these are.

    That there is no ledger yet is no finding.
    """
    with between_reads(moment) as reads:
        found = [*find_unknown_acts(store, {})]
        try:
            found += inspect_ledger(store)[2]
        except LedgerError as error:
            if (error.code, error.message) != ("L603", "there is no ledger yet"):
                raise
    return tuple(found), reads[0]


def each_read(
    firm: Firm, moment: Callable[[Store], None], before: Callable[[Store], None] = lambda _: None
) -> Iterator[tuple[int, tuple[AuditFinding, ...]]]:
    """Verify the same books once for each read, yield its number, and what was found with ``moment`` right before it.

    ``before``: what is done before each time.
    """
    places = [firm.folder, firm.folder.parent / "keys"]
    for at in count():
        for place in places:
            kept = place.with_name(f"{place.name}-as-it-was")
            if at:
                shutil.rmtree(place)
            else:
                shutil.copytree(place, kept)
            shutil.copytree(kept, place, dirs_exist_ok=True)
        state = state_of(firm)
        before(state)
        found, reads = verify(state, lambda now, at=at, state=state: moment(state) if now == at else None)  # type: ignore[misc]
        if at >= reads:
            assert at > 3
            return
        yield at, found


@contextmanager
def once(firm: Firm) -> Iterator[tuple[Systems, PlanDocument]]:
    """Yield an open systems, and a plan that is to delete one call which has just come to be due."""
    firm.run(f"INSERT INTO calls VALUES ({next(NUMBERS)}, 2, NULL, '2015-01-01')")
    plan = firm.plan(lambda systems: plan_retain(systems, "calls"))
    with firm.systems() as systems:
        yield systems, plan


def whole(firm: Firm) -> None:
    """Let a plan be carried out, settle, and end: three entries."""
    with once(firm) as (systems, plan):
        apply_plan(systems, plan, settle=True)
        recheck_plan(systems, plan)


def test_a_plan_that_goes_by_at_any_read_is_no_finding(firm: Firm) -> None:
    whole(firm)
    assert [(at, found) for at, found in each_read(firm, lambda _: whole(firm)) if found] == []


def test_a_plan_goes_by_at_every_read_and_is_no_finding(firm: Firm, store: Store) -> None:
    whole(firm)
    found, reads = verify(store, lambda now: whole(firm) if now < 12 else None)
    assert (found, reads > 12) == ((), True)


@pytest.mark.parametrize("entry", [1, 2, 3])
def test_a_run_that_died_before_an_entry_and_goes_on_at_any_read_is_no_finding(firm: Firm, entry: int) -> None:
    whole(firm)
    append, died = Log.append, list[PlanDocument]()

    def dies(_: Store) -> None:
        calls = count(1)

        def stopped(log: Log, several: list[bytes]) -> int:
            if next(calls) == entry:
                raise KeyboardInterrupt
            return append(log, several)

        with once(firm) as (systems, plan), patch.object(Log, "append", stopped), suppress(KeyboardInterrupt):
            apply_plan(systems, plan, settle=True)
            recheck_plan(systems, plan)
        died[:] = [plan]

    def goes_on(_: Store) -> None:
        with firm.systems() as systems:
            apply_plan(systems, died[0], settle=True)
            recheck_plan(systems, died[0])

    assert [(at, found) for at, found in each_read(firm, dies) if found] == []
    for kept in firm.folder.parent.glob("*-as-it-was"):
        shutil.rmtree(kept)
    assert [(at, found) for at, found in each_read(firm, goes_on, dies) if found] == []


def test_a_ledger_that_is_begun_at_any_read_is_no_finding(firm: Firm) -> None:
    assert [(at, found) for at, found in each_read(firm, lambda _: whole(firm)) if found] == []


@pytest.mark.parametrize("dies", ["create", "append"])
def test_a_ledger_of_which_the_beginning_was_cut_short_is_no_finding(firm: Firm, store: Store, dies: str) -> None:
    where = ledger if dies == "create" else Log
    with once(firm) as (systems, plan), patch.object(where, dies, side_effect=KeyboardInterrupt):
        with suppress(KeyboardInterrupt):
            apply_plan(systems, plan)
        assert verify(store)[0] == ()
    with firm.systems() as systems:
        apply_plan(systems, plan)
    assert verify(store)[0] == ()


def test_openings_that_are_forgotten_at_any_read_are_no_finding(firm: Firm) -> None:
    whole(firm)

    def moment(store: Store) -> None:
        forget_openings(store, TOMORROW)
        whole(firm)

    assert [(at, found) for at, found in each_read(firm, moment) if found] == []


def cut(firm: Firm) -> None:
    """Take the last two entries off, as only the owner of the key can."""
    folder = firm.folder / "books" / "ledger"
    shutil.copytree(folder, firm.folder.parent / "before")
    with once(firm) as (systems, plan):
        apply_plan(systems, plan)
    shutil.rmtree(folder)
    shutil.move(firm.folder.parent / "before", folder)


def test_a_cut_is_found_whatever_goes_by_at_any_read(firm: Firm, store: Store) -> None:
    whole(firm)
    cut(firm)
    assert {one.what for one in verify(store)[0]} == {"missing", "shorter"}
    seen = [at for at, found in each_read(firm, lambda _: whole(firm)) if "missing" not in {one.what for one in found}]
    assert seen == []


def test_a_cut_of_what_a_case_that_is_not_over_has_recorded_is_found(firm: Firm, store: Store) -> None:
    whole(firm)
    with once(firm) as (systems, plan):
        apply_plan(systems, plan, settle=True)  # its case is open: a run may still be on its way, and this entry is not
    log = Log(ledger_entries.find_ledger_folder(store), ledger_entries._load_signer(store)[0])
    for path in (ledger_entries.find_ledger_folder(store) / "tile").rglob(str(log.checkpoint.size)):
        path.unlink()
    shorter = replace(log.checkpoint, size=4, root=_root(store, 4))
    (ledger_entries.find_ledger_folder(store) / "checkpoint").write_text(
        ledger_entries._load_signer(store)[0].signed(shorter.text)
    )
    found = {(one.what, one.where) for one in verify(store)[0]}
    assert ("shorter", "entry 4") in found
    assert any(what == "missing" for what, _ in found)


def _root(store: Store, size: int) -> bytes:
    return tiles.root_of_edge(tiles.edge(ledger_entries.find_ledger_folder(store), size))


def test_a_bundle_that_cannot_be_read_is_not_called_a_log_that_was_cut(firm: Firm, store: Store) -> None:
    whole(firm)
    (ledger_entries.find_ledger_folder(store) / "tile" / "entries" / "000.p" / "3").unlink()
    assert "shorter" not in {one.what for one in verify(store)[0]}


def test_the_proof_of_an_entry_on_its_page_fits_the_checkpoint_beside_it(firm: Firm, store: Store) -> None:
    whole(firm)
    with open_context(firm.folder, now=NOW) as context:
        from bailee.views import evidence

        with between_reads(lambda _: whole(firm)) as reads:
            shown = evidence.entry(context, 0)
    assert reads[0] > 3
    assert shown is not None
    path, leaf = [bytes.fromhex(one) for one in shown.path], tree.leaf_hash(bytes.fromhex(shown.commitment))
    assert tree.includes(leaf, 0, shown.size, path, bytes.fromhex(shown.root))
