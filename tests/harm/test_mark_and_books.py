"""What the mark has and the books have not stays missing, whatever is noted in them since they were put back."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bailee.cli.app import run as command
from bailee.connectors.base import ConnectorError
from bailee.engine import high_water
from bailee.engine.apply import apply_plan
from bailee.engine.high_water import HOLD, OBJECTION, PLAN, BegunBefore, RestoredBooks
from bailee.engine.journal import SpokenJournal
from bailee.engine.plans import plan_retain
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.store.sealed_store import HIGH_WATER, Store
from tests.conftest import Database, MakeBooks
from tests.harm.firm import NOW, Firm, build, erase_alice, run
from tests.harm.test_restored_books import BOB, erase, key_elsewhere, put_back
from tests.jobs.firm import Place, asks, controller, settle_in


@pytest.fixture
def firm(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """The firm in one file, with its master key elsewhere than its books."""
    made = build(tmp_path / "firm", Database(sqlite_url, "sqlite"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    key_elsewhere(made, tmp_path)
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str, make_books: MakeBooks) -> Place:
    """A firm with books on each database that they may stand in, and its master key elsewhere."""
    made = settle_in(tmp_path / "firm", Database(sqlite_url, "sqlite"), shared=request.param == "postgresql")
    key_elsewhere(made.firm, tmp_path)
    return Place(made.firm, make_books(request.param, made.firm.folder))


@contextmanager
def all_put_back(place: Place) -> Iterator[None]:
    """Put all of the books back, at the end of the block, as they are now."""
    from django.db import connections

    connections.close_all()
    copy_aside(place)
    yield
    copy_back(place)


def copy_aside(place: Place) -> None:
    """Copy all of the books as they are now, also where somebody has them open."""
    if "postgresql" in place.books:
        tables = [name for (name,) in run(place.books, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        copies = [f'CREATE TABLE backup."{name}" AS TABLE public."{name}"' for name in tables]
        run(place.books, "CREATE SCHEMA backup", *copies, "SELECT 1")
    books, backup = place.firm.folder / "books", place.firm.folder.parent / "backup"
    shutil.copytree(books, backup) if books.exists() else backup.mkdir()  # the log, too


def copy_back(place: Place) -> None:
    """Put back all of the books as they were copied aside."""
    from django.db import connections

    connections.close_all()
    books = place.firm.folder / "books"
    shutil.rmtree(books, ignore_errors=True)
    shutil.move(place.firm.folder.parent / "backup", books)
    if "postgresql" not in place.books:
        return
    tables = [name for (name,) in run(place.books, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    every = ", ".join(f'public."{name}"' for name in tables)
    asked = (
        "SELECT column_name FROM information_schema.columns WHERE is_generated = 'NEVER' AND table_schema = 'public'"
    )
    columns = {
        name: ", ".join(f'"{column}"' for (column,) in run(place.books, f"{asked} AND table_name = '{name}'"))
        for name in tables
    }
    inserts = "; ".join(
        f'INSERT INTO public."{name}" ({those}) SELECT {those} FROM backup."{name}"' for name, those in columns.items()
    )
    run(place.books, f"SET session_replication_role = replica; TRUNCATE {every}; {inserts}; SELECT 1")


def _object(place: Place) -> None:
    from bailee.requests.suppressions import suppress_contacts as keep_off

    with place.context() as context:
        keep_off(context, [("email", BOB)])


def _hold(place: Place) -> None:
    from bailee.requests.holds import place_hold as hold

    with place.context() as context, open_systems_of_context(context) as systems:
        hold(context.by(controller(context)), systems, [BOB], "litigation", "a law")


def _restrict(place: Place) -> None:
    from bailee.requests.restrictions import restrict_person

    with place.context() as context, open_systems_of_context(context) as systems:
        restrict_person(context, systems, asks(context, BOB, right="restrict"))


@pytest.mark.parametrize("harmless", [_object, _hold, _restrict])
def test_plans_stay_missing_whatever_is_noted_after_older_books_were_put_back(
    place: Place,
    harmless: Callable[[Place], None],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with place.context() as context, open_systems_of_context(context) as systems:
        apply_plan(systems, kept_plan(systems, lambda systems: plan_retain(systems, "calls")))
    with all_put_back(place), place.context() as context, open_systems_of_context(context) as systems:
        plan = kept_plan(systems, erase_alice)
        apply_plan(systems, plan)
    harmless(place)
    harmless(place)
    place.firm.refill()
    before = place.firm.dump()
    with place.context() as context, open_systems_of_context(context) as systems:
        assert [done.about for done in high_water.find_missing(context.store, systems.connectors)] == [plan.digest]
        with pytest.raises(RestoredBooks, match="something was done that these books do not know"):
            apply_plan(systems, kept_plan(systems, lambda systems: plan_retain(systems, "calls")))
    assert place.firm.dump() == before
    with patch.dict(os.environ, place.environment):
        assert command(["ledger", "verify", "--policy", str(place.firm.folder)]) != 0
        assert f"plan {plan.digest[:12]} was begun" in capfd.readouterr().out
        assert command(["confirm", "books", "--policy", str(place.firm.folder), "--entered-again"]) == 0
        assert f"plan {plan.digest[:12]} was begun" in capfd.readouterr().out
    monkeypatch.setattr(high_water, "MOST", 8)
    monkeypatch.setattr(high_water, "NEWEST", 2)
    with place.context() as context, open_systems_of_context(context) as systems:
        assert high_water.find_missing(context.store, systems.connectors) == ()
        for _ in range(9):
            noted(context.store)
        apply_plan(systems, kept_plan(systems, lambda systems: plan_retain(systems, "calls")))
        assert high_water.find_missing(context.store, systems.connectors) == ()
        assert len(rows(context.store)) == 3


def kept_plan(systems: Systems, make: Callable[[Systems], Any]) -> Any:
    from bailee.engine.plans import seal_plan

    planned = make(systems)
    seal_plan(systems, planned)
    return planned.plan


# --- the books alone ---------------------------------------------------------------------------------------------


def noted(store: Store, kind: str = OBJECTION) -> str:
    """Note something in the books, and keep it beside the master key; return its id."""
    done = high_water.assign_number(store, kind, "", NOW)
    high_water.append_to_file(store, done)
    return done.id


def state_of(firm: Firm) -> Store:
    with firm.systems() as systems:
        return systems.store


def rows(store: Store) -> set[str]:
    """Return the ids that stand in the books."""
    return {*store.names(HIGH_WATER)} - {high_water.NUMBER, high_water.CHECKED}


def plans_in(store: Store) -> set[str]:
    """Return the plans that are noted in the books."""
    return {row["plan"] for id in rows(store) if (row := store.get(HIGH_WATER, id)) and row["kind"] == PLAN}


def test_of_two_processes_that_note_at_one_moment_the_books_lose_nothing(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, other, theirs = state_of(firm), state_of(firm), list[str]()
    real: Callable[[int], str] = secrets.token_hex
    noted(state)

    def meanwhile(size: int) -> str:
        monkeypatch.setattr(secrets, "token_hex", real)
        theirs.append(noted(other, HOLD))
        return real(size)

    with put_back(firm):
        monkeypatch.setattr(secrets, "token_hex", meanwhile)
        mine = noted(state)
        assert {mine, *theirs} <= rows(state)
        assert high_water.find_missing(state, {}) == ()
    state = state_of(firm)
    noted(state)
    found = high_water.find_missing(state, {})
    assert {done.id for done in found} == {mine, *theirs}
    assert len({done.number for done in found}) == 1


def test_two_hundred_things_that_are_noted_after_books_were_put_back_hide_no_plan(firm: Firm) -> None:
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
    with put_back(firm), firm.systems() as systems:
        plan = firm.plan(erase_alice)
        apply_plan(systems, plan)
    state = state_of(firm)
    for _ in range(210):
        noted(state)
    with firm.systems() as systems:
        assert [done.about for done in high_water.find_missing(state, {})] == [plan.digest]
        with pytest.raises(RestoredBooks):
            erase(systems, BOB)
        high_water.confirm_books(state, systems.connectors, NOW)
        erase(systems, BOB)
        assert high_water.find_missing(state, systems.connectors) == ()


def test_two_hundred_things_between_two_plans_leave_few_rows_and_are_all_known(firm: Firm) -> None:
    state = state_of(firm)
    noted(state)
    with put_back(firm):
        for _ in range(210):
            noted(state)
        with firm.systems() as systems:
            erase(systems, BOB)
        assert len(rows(state)) == high_water.NEWEST + 2  # the shop and the desk
        assert high_water.find_missing(state, {}) == ()
    assert len(high_water.find_missing(state_of(firm), {})) == 211


@pytest.mark.parametrize("at", ["put", 0, 1, 7])
def test_who_dies_while_older_rows_go_does_no_harm(firm: Firm, monkeypatch: pytest.MonkeyPatch, at: str | int) -> None:
    monkeypatch.setattr(high_water, "MOST", 20)
    monkeypatch.setattr(high_water, "NEWEST", 5)
    state = state_of(firm)
    for _ in range(10):
        noted(state)
    with put_back(firm):
        for _ in range(15):
            noted(state)
        left, remove, put = [at], Store.remove, Store.put

        def dies(store: Store, shelf: str, name: str) -> None:
            if shelf == HIGH_WATER and isinstance(left[0], int):
                if not left[0]:
                    raise KeyboardInterrupt
                left[0] -= 1
            remove(store, shelf, name)

        def dies_before(store: Store, shelf: str, name: str, content: dict[str, Any]) -> None:
            if name == high_water.CHECKED and left[0] == "put":
                raise KeyboardInterrupt
            put(store, shelf, name, content)

        with patch.object(Store, "remove", dies), patch.object(Store, "put", dies_before), state.alone():
            with pytest.raises(KeyboardInterrupt):
                high_water.compact_mark(state, dict)
            assert high_water.find_missing(state, {}) == ()
        for _ in range(21):
            noted(state)
        with state.alone():
            high_water.compact_mark(state, dict)
        assert high_water.find_missing(state, {}) == ()
        assert len(rows(state)) == 5
    assert len(high_water.find_missing(state_of(firm), {})) == 36


def test_rows_go_while_verify_reads_them_and_nothing_is_missing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_water, "MOST", 20)
    state = state_of(firm)
    for _ in range(60):
        noted(state)
    real = Store.all

    def meanwhile(self: Store, shelf: str) -> Iterator[tuple[str, dict[str, Any]]]:
        monkeypatch.setattr(Store, "all", real)
        found = list(real(self, shelf))
        with state.alone():
            high_water.compact_mark(state_of(firm), dict)
        return ((name, content) for name, content in found if name == high_water.NUMBER)  # rows went under the reader

    monkeypatch.setattr(Store, "all", meanwhile)
    assert high_water.find_missing(state, {}) == ()
    assert len(rows(state)) == high_water.NEWEST


def test_a_row_stays_whose_line_somebody_is_about_to_write(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_water, "MOST", 20)
    state = state_of(firm)
    late = high_water.assign_number(state, HOLD, "", NOW)
    for _ in range(60):
        noted(state)
    with state.alone():
        high_water.compact_mark(state, dict)
    assert late.id in rows(state)
    high_water.append_to_file(state, late)
    assert high_water.find_missing(state, {}) == ()
    for _ in range(30):
        noted(state)
    with state.alone():
        high_water.compact_mark(state, dict)
    assert late.id not in rows(state)
    assert high_water.find_missing(state, {}) == ()


def test_a_plan_that_was_cut_short_goes_on_after_its_row_went(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.run("CREATE TABLE bailee_plan (number BIGINT NOT NULL, plan VARCHAR(64) NOT NULL, at VARCHAR(40) NOT NULL)")
    path = firm.folder / "systems" / "shop.yaml"
    path.write_text(path.read_text().replace("connector: sql\n", "connector: sql\nplans_in: bailee_plan\n"))
    plan = firm.plan(lambda systems: plan_retain(systems, "calls"))

    with firm.systems() as systems, pytest.raises(KeyboardInterrupt):
        apply_plan(systems, plan, SpokenJournal(lambda *_: _die()))  # sealed, and none of it committed
    assert firm.run("SELECT plan FROM bailee_plan") == []
    monkeypatch.setattr(high_water, "MOST", 20)
    state = state_of(firm)
    for _ in range(60):
        noted(state)
    with state.alone():
        high_water.compact_mark(state, dict)
    assert plan.digest not in plans_in(state)
    with firm.systems() as systems:
        assert not apply_plan(systems, plan).again
        assert plan.digest in plans_in(state)
        assert high_water.find_missing(state, systems.connectors) == ()
        for _ in range(60):
            noted(state)
        erase(systems, BOB)
        assert high_water.find_missing(state, systems.connectors) == ()
        assert firm.run("SELECT plan FROM bailee_plan ORDER BY number")[0] == (plan.digest,)


def _die() -> None:
    raise KeyboardInterrupt


def as_before_ids(firm: Firm, store: Store, path: Path) -> None:
    """Leave books and mark as an earlier version has them: a number alone, and lines without ids."""
    for id in rows(store):
        store.remove(HIGH_WATER, id)
    last = store.get(HIGH_WATER, high_water.NUMBER) or {}
    store.put(HIGH_WATER, high_water.NUMBER, {name: value for name, value in last.items() if name != "marks"})
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps({k: v for k, v in line.items() if k != "id"}) + "\n" for line in lines))


def test_books_and_a_mark_of_an_earlier_version_are_told_apart_by_numbers(firm: Firm, tmp_path: Path) -> None:
    mark = tmp_path / "keys" / "master.mark"
    with firm.systems() as systems:
        apply_plan(systems, firm.plan(lambda systems: plan_retain(systems, "calls")))
    state = state_of(firm)
    noted(state)
    as_before_ids(firm, state, mark)
    assert high_water.find_missing(state, {}) == ()
    plan = firm.plan(erase_alice)
    with put_back(firm):
        with firm.systems() as systems:
            apply_plan(systems, plan)
        noted(state)
        as_before_ids(firm, state, mark)
        assert high_water.find_missing(state, {}) == ()
        noted(state)  # the first note of this version
        assert high_water._read_books(state).number == 5
        assert high_water.find_missing(state, {}) == ()
    state = state_of(firm)
    first = noted(state)
    assert [(done.number, done.kind) for done in high_water.find_missing(state, {})] == [
        (3, PLAN),
        (5, OBJECTION),
        (6, OBJECTION),
    ]
    assert high_water._read_books(state).number == 2
    with firm.systems() as systems:
        high_water.confirm_books(state, systems.connectors, NOW)
        assert high_water.find_missing(state, {}) == ()
        with pytest.raises(BegunBefore, match="the plan was begun or called off on"):
            apply_plan(systems, plan)
    assert first not in rows(state)


def test_a_system_that_does_not_answer_is_not_passed_over(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_water, "MOST", 20)
    state, shop = state_of(firm), _Shop()
    noted(state)
    shop.rows.append((2, "a" * 64, NOW.isoformat()))  # the mark was put back with the books
    shop.answers = False
    for _ in range(30):
        noted(state)
    with state.alone():
        high_water.compact_mark(state, lambda: {"shop": shop})
    high_water.confirm_books(state, {"shop": shop}, NOW)
    shop.answers = True
    assert [done.about for done in high_water.find_missing(state, {"shop": shop})] == ["a" * 64]


def test_what_is_missing_is_told_in_the_order_in_which_it_was_done(firm: Firm) -> None:
    state = state_of(firm)
    for kind, about in ((PLAN, "a" * 64), (HOLD, ""), (PLAN, "a" * 64)):
        high_water.append_to_file(state, high_water.assign_number(state, kind, about, NOW))
    for id in rows(state):
        state.remove(HIGH_WATER, id)
    state.put(HIGH_WATER, high_water.NUMBER, {"last": 0, "in_file": True})
    assert [(done.number, done.kind) for done in high_water.find_missing(state, {})] == [(1, PLAN), (2, HOLD)]


def test_a_disk_that_was_full_when_the_first_thing_was_noted_leaves_the_mark_to_the_next(firm: Firm) -> None:
    state = state_of(firm)
    with patch.object(high_water, "_begin_file", lambda _: False):
        noted(state)
    with put_back(firm):
        later = noted(state)
        assert high_water.find_missing(state, {}) == ()
    assert [done.id for done in high_water.find_missing(state_of(firm), {})] == [later]


# --- any sequence ------------------------------------------------------------------------------------------------


@dataclass
class _Shop:
    """A system that keeps plans."""

    rows: list[tuple[int, str, str]] = field(default_factory=list)
    answers: bool = True

    def plans_after(self, number: int) -> list[tuple[int, str, str]]:
        if not self.answers:
            raise ConnectorError("C501", "the system does not answer", "wait")
        return [row for row in self.rows if row[0] > number]


@dataclass(frozen=True)
class _Backup:
    folder: Path
    known: frozenset[str]
    seen: frozenset[str]
    lines: frozenset[str]


def names(found: Iterable[high_water.MarkEntry]) -> set[str]:
    """Return the ids of what was found missing, and of plans the hash, since a system's table has nothing else."""
    return {done.about if done.kind == PLAN else done.id for done in found}


class _Model:
    """Books and their mark, and what each must know; ``elsewhere``: the mark is not put back with the books."""

    def __init__(self, folder: Path, chance: random.Random, *, elsewhere: bool) -> None:
        self.chance, self.elsewhere, self.folder, self.shop = chance, elsewhere, folder, _Shop()
        self.known, self.seen, self.lines = set[str](), set[str](), set[str]()
        self.backups, self.late = list[_Backup](), list[high_water.MarkEntry]()
        self.plans = 0
        self.state = self.opened()

    def opened(self) -> Store:
        return Store(self.folder / "books", f"file:{self.folder / 'key'}" if self.elsewhere else "")

    @property
    def connectors(self) -> Mapping[str, Any]:
        return {"shop": self.shop}

    def expected(self) -> set[str]:
        """Return what is missing, by the law: what the mark has, and neither the books have nor a person has seen."""
        told = {plan for _, plan, _ in self.shop.rows} if self.shop.answers else set[str]()
        return (self.lines | told) - self.known - self.seen

    def missing(self) -> set[str]:
        return names(high_water.find_missing(self.state, self.connectors))

    def written(self, done: high_water.MarkEntry) -> None:
        self.known.add(done.id)
        how = self.chance.random()
        if how < 0.1:
            self.late.append(done)
        elif how < 0.15:  # it dies before the line
            pass
        elif how < 0.2:  # or in it
            path = high_water.find_file(self.state)
            assert path is not None
            with path.open("ab") as file:
                file.write(b'{"number": 1')
        else:
            self.keep(done)

    def keep(self, done: high_water.MarkEntry) -> None:
        high_water.append_to_file(self.state, done)
        self.lines.add(done.id)

    def note(self) -> None:
        self.written(high_water.assign_number(self.state, OBJECTION, "", NOW))

    def plan(self) -> None:
        self.plans += 1
        digest = f"{self.plans:064x}"
        try:
            high_water.must_be_newest(self.state, lambda: self.connectors)
        except RestoredBooks:
            assert self.expected() or not self.shop.answers
            return
        assert not self.expected()
        assert self.shop.answers  # else nobody knows what it would tell
        with self.state.alone(about=high_water.PLACES):
            high_water.compact_mark(self.state, lambda: self.connectors)
            done = high_water.assign_number(self.state, PLAN, digest, NOW)
            self.state.write_waiting()
            self.known.add(digest)
            high_water.append_to_file(self.state, done)
            self.lines.add(digest)
            if self.shop.answers:
                self.shop.rows.append((done.number, digest, NOW.isoformat()))

    def plan_that_dies(self) -> None:
        """Let a run die while older rows go."""
        left, remove = self.chance.randrange(4), Store.remove
        count = iter(range(10_000))

        def dies(store: Store, shelf: str, name: str) -> None:
            if next(count) == left:
                raise KeyboardInterrupt
            remove(store, shelf, name)

        with patch.object(Store, "remove", dies), suppress(KeyboardInterrupt):
            self.plan()

    def compact(self) -> None:
        with self.state.alone():
            try:
                high_water.compact_mark(self.state, lambda: self.connectors)
            except RestoredBooks:
                assert self.expected()

    def write_late(self) -> None:
        for done in self.late:
            self.keep(done)
        self.late.clear()

    def backup(self) -> None:
        copy = self.folder / f"backup-{len(self.backups)}"
        shutil.copytree(self.state.folder, copy)
        self.backups.append(_Backup(copy, *map(frozenset, (self.known, self.seen, self.lines))))

    def restore(self) -> None:
        """Put any of the backups back: an older one, or the one of before an older one was put back."""
        if not self.backups:
            return
        if self.chance.random() < 0.5:
            self.backup()
        self.late.clear()  # nobody is at work
        then = self.chance.choice(self.backups)
        shutil.rmtree(self.state.folder)
        shutil.copytree(then.folder, self.state.folder)
        self.known, self.seen = set(then.known), set(then.seen)
        if not self.elsewhere:
            self.lines = set(then.lines)
        self.state = self.opened()

    def confirm(self) -> None:
        expected = self.expected()
        assert names(high_water.confirm_books(self.state, self.connectors, NOW)) == expected
        self.seen |= expected

    def fall_silent(self) -> None:
        self.shop.answers = not self.shop.answers


@pytest.mark.parametrize("elsewhere", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_what_the_mark_has_and_the_books_have_not_is_missing_and_nothing_else_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, elsewhere: bool
) -> None:
    monkeypatch.setattr(high_water, "MOST", 6)
    monkeypatch.setattr(high_water, "NEWEST", 2)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    chance = random.Random(seed)
    model = _Model(tmp_path, chance, elsewhere=elsewhere)
    model.plan()
    steps: list[tuple[Callable[[], None], int]] = [
        (model.note, 12), (model.plan, 10), (model.plan_that_dies, 2), (model.compact, 2), (model.write_late, 3),
        (model.backup, 2), (model.restore, 2), (model.confirm, 3), (model.fall_silent, 1),
    ]  # fmt: skip
    told: list[str] = []
    for step in chance.choices([step for step, _ in steps], [often for _, often in steps], k=120):
        step()
        told.append(step.__name__)
        assert model.missing() == model.expected(), told
    assert {"restore", "confirm", "plan"} <= {*told}
