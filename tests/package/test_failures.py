"""Whatever happens while a package is written, nothing half-written is left, and what was there stays."""

from __future__ import annotations

import errno
import itertools
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bailee.engine.package import PackageError, PackingProgress, Record, Section, write_package
from tests.package.sample import ABOUT, contents, notes, recording, section, silent, write

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def big() -> Record:
    return recording("alice-byrne.wav", b"RIFF....WAVE" + os.urandom(700_000))


def failing_write(monkeypatch: pytest.MonkeyPatch, at: int, number: int = errno.ENOSPC) -> None:
    """Make the raw write number ``at`` (from 0), and all that follow, fail."""
    count = itertools.count()
    true_write = os.write

    def fail(descriptor: int, data: ReadableBuffer, /) -> int:
        if next(count) >= at:
            raise OSError(number, os.strerror(number), "/home/alice-byrne.part")
        return true_write(descriptor, data)

    monkeypatch.setattr(os, "write", fail)


def test_a_disk_that_fills_at_any_moment_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = 0
    while (error := failure(tmp_path, monkeypatch, at=failures)) is not None:
        assert error.code == "disk_full"
        assert "alice" not in f"{error} {error.__cause__}"
        assert not list(tmp_path.iterdir())
        failures += 1
    assert failures > 30
    assert contents(tmp_path)["index.html"]


def failure(folder: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> PackageError | None:
    with monkeypatch.context() as patch:
        failing_write(patch, at)
        try:
            write(folder, section([big()], files=True), notes("x"))
        except PackageError as error:
            return error
    return None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EDQUOT, "disk_full"),
        (errno.EFBIG, "disk_full"),
        (errno.EIO, "write_failed"),
        (errno.EROFS, "folder_forbidden"),
    ],
)
def test_what_the_disk_reports_becomes_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    failing_write(monkeypatch, 3, number)
    with pytest.raises(PackageError) as caught:
        write(tmp_path, section([big()], files=True))
    assert caught.value.code == code
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_real_limit_of_the_system_is_met_in_the_same_way(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(PackageError) as caught:
            write(tmp_path, section([big()], files=True))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "disk_full"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failure_at_the_very_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error", "alice-byrne.zip")

    monkeypatch.setattr(os, call, fail)
    if call == "link":
        monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(PackageError) as caught:
        write(tmp_path, notes("x"))
    assert caught.value.code == "write_failed"
    assert "alice" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write(tmp_path, notes("x"))
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zip"]


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_what_stands_at_the_target_stays(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "copy.zip"
    match kind:
        case "file":
            target.write_bytes(b"mine")
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(PackageError) as caught:
        write_package(target, ABOUT, unread(), silent)
    assert caught.value.code == "target_exists"
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zip"]
    assert kind != "file" or target.read_bytes() == b"mine"


def unread() -> Iterator[Section]:
    yield pytest.fail("rows are not read for a package that cannot be written")


def test_what_comes_to_the_target_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "copy.zip"

    def meanwhile(progress: PackingProgress) -> None:
        target.write_bytes(b"mine")

    with pytest.raises(PackageError) as caught:
        write_package(target, ABOUT, [notes("x")], meanwhile)
    assert caught.value.code == "target_exists"
    assert target.read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zip"]


def test_another_copy_underway_is_not_disturbed(tmp_path: Path) -> None:
    (tmp_path / "copy.zip.part").write_bytes(b"theirs")
    with pytest.raises(PackageError) as caught:
        write(tmp_path, notes("x"))
    assert caught.value.code == "part_exists"
    assert (tmp_path / "copy.zip.part").read_bytes() == b"theirs"


def test_a_missing_folder_is_said_before_any_row_is_read(tmp_path: Path) -> None:
    for folder in (tmp_path / "missing", tmp_path / "file"):
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(PackageError) as caught:
            write(folder, notes("x"))
        assert caught.value.code == "folder_missing"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PackageError) as caught:
            write(tmp_path, notes("x"))
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.code == "folder_forbidden"


class Cut(Exception):
    pass


@pytest.mark.parametrize("error", [Cut(), OSError(errno.ENOSPC, "the server's disk"), KeyboardInterrupt()])
def test_what_the_rows_raise_comes_through_as_it_is(tmp_path: Path, error: BaseException) -> None:
    def rows() -> Iterator[Record]:
        yield big()
        raise error

    with pytest.raises(type(error)) as caught:
        write(tmp_path, section(rows(), files=True))
    assert caught.value is error
    assert not list(tmp_path.iterdir())


def test_no_descriptor_leaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = descriptors()
    write(tmp_path, notes("x"))
    (tmp_path / "copy.zip").unlink()
    failing_write(monkeypatch, 2)
    with pytest.raises(PackageError):
        write_package(tmp_path / "copy.zip", ABOUT, [section([big()], files=True)], silent)
    assert descriptors() == before
