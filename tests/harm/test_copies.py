"""A copy that cannot be finished leaves no file, and says why without a word of what was in it."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bailee.engine.copies import write_copy
from bailee.engine.package import PackageError
from bailee.engine.people import search_person
from tests.harm.firm import ALICE, MARKER, Firm
from tests.harm.refusals import fails, looks_right


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the copy goes: a folder of its own."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "copy.zip"


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_copy_on_a_full_disk_leaves_nothing(firm: Firm, target: Path) -> None:
    with firm.systems() as systems, search_person(systems, [ALICE]) as found:
        with full_disk(3_000), pytest.raises(PackageError) as caught:
            write_copy(found, target)
        assert caught.value.code == "disk_full"
        assert looks_right(caught.value)
        assert not list(target.parent.iterdir())
        write_copy(found, target)
    assert target.exists()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_copy_that_meets_a_broken_text_leaves_nothing(firm: Firm, target: Path) -> None:
    firm.run(f"UPDATE notes SET body = CAST(x'e9' || '{MARKER}' AS TEXT) WHERE id = 1")
    with firm.systems() as systems, search_person(systems, [ALICE]) as found, fails("C510"):
        write_copy(found, target)
    assert not list(target.parent.iterdir())


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_copy_whose_connection_is_cut_leaves_nothing(firm: Firm, target: Path) -> None:
    others, cut = {
        "postgresql": (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SELECT pg_terminate_backend({})",
        ),
        "mariadb": (
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
            "KILL {}",
        ),
    }[firm.database.dialect]
    with firm.systems() as systems, fails("C509"), search_person(systems, [ALICE]) as found:
        for (number,) in firm.run(others):
            firm.run(cut.format(number))
        write_copy(found, target)
    assert not list(target.parent.iterdir())


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "sub/outside.txt"])
def test_a_copy_holds_no_file_from_elsewhere(firm: Firm, target: Path, name: str) -> None:
    (firm.folder / "outside.txt").write_text("not hers")
    (firm.shelf / "sub").symlink_to(firm.folder)
    firm.run(f"UPDATE tapes SET file_name = '{name}' WHERE id = 1")
    with firm.systems() as systems, search_person(systems, [ALICE]) as found:
        write_copy(found, target)
    with zipfile.ZipFile(target) as copied:
        inside = {info.filename: copied.read(info) for info in copied.infolist()}
    assert not any(b"not hers" in content or b"root:" in content for content in inside.values())
    assert list(inside.values()).count(b"RIFF") == 2  # her other tape, and that of a call to her
    assert not any(".." in each or each.startswith("/") for each in inside)
