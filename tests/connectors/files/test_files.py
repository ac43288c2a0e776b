"""Hostile names meet a folder on disk."""

from __future__ import annotations

import os
import stat
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bailee.connectors.files import FileFacts, FileRefusal, FileRefused, FilesRoot, open_root

SECRET = b"what stands outside the folder"
MARKER = "alice-byrne"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(SECRET)
    (tmp_path / "root" / "2026" / "11").mkdir(parents=True)
    (tmp_path / "root" / "2026" / "11" / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "root" / "b.wav").write_bytes(b"RIFF....")
    return tmp_path / "root"


@pytest.fixture
def root(place: Path) -> Iterator[FilesRoot]:
    with open_root(place) as opened:
        yield opened


def refusal(root: FilesRoot, name: str) -> FileRefusal:
    """Every method gives the same refusal, and none repeats the name."""
    codes = set()
    for method in (root.exists, root.size, root.facts, root.open, root.delete):
        with pytest.raises(FileRefused) as caught:
            method(name)
        codes.add(caught.value.code)
        assert_nameless(caught.value, name)
    (code,) = codes
    return code


def assert_nameless(error: BaseException, name: str) -> None:
    chain: BaseException | None = error
    while chain is not None:
        shown = f"{chain!s} {chain!r} {chain.args!r} {getattr(chain, 'filename', None)!r}"
        assert MARKER not in shown
        assert name not in shown or len(name) < 4
        chain = chain.__cause__ or chain.__context__
    assert MARKER not in "".join(traceback.format_exception(error)).replace(f'MARKER = "{MARKER}"', "")


def test_a_file_is_found_measured_read_and_deleted(root: FilesRoot, place: Path) -> None:
    assert root.exists("2026/11/a.wav")
    assert root.size("b.wav") == 8
    assert root.facts("b.wav") == FileFacts(size=8, links=1)
    with root.open("2026/11/a.wav") as stream:
        assert stream.read() == b"RIFF"
    assert root.delete("2026/11/a.wav") is True
    assert not (place / "2026" / "11" / "a.wav").exists()
    assert (place / "2026" / "11").is_dir()


def test_deleting_twice_does_no_harm(root: FilesRoot) -> None:
    assert root.delete("b.wav") is True
    assert root.delete("b.wav") is False
    assert root.delete("never/was/here.wav") is False


def test_what_is_absent_is_said_without_its_name(root: FilesRoot) -> None:
    for name in (f"{MARKER}.wav", f"{MARKER}/{MARKER}.wav", f"b.wav/{MARKER}"):
        assert not root.exists(name)
        for method in (root.size, root.facts, root.open):
            with pytest.raises(FileNotFoundError) as caught:
                method(name)
            assert_nameless(caught.value, name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", FileRefusal.EMPTY),
        ("a//b", FileRefusal.EMPTY),
        ("2026/", FileRefusal.EMPTY),
        ("/etc/passwd", FileRefusal.ABSOLUTE),
        ("//etc/passwd", FileRefusal.ABSOLUTE),
        ("..", FileRefusal.DOTS),
        (".", FileRefusal.DOTS),
        ("../outside/secret", FileRefusal.DOTS),
        ("2026/../../outside/secret", FileRefusal.DOTS),
        ("2026/./11/a.wav", FileRefusal.DOTS),
        ("b.wav\0.txt", FileRefusal.NUL),
        ("\0", FileRefusal.NUL),
        ("\ud800.wav", FileRefusal.ENCODING),
        ("x" * 256, FileRefusal.TOO_LONG),
        ("é" * 128, FileRefusal.TOO_LONG),
        ("/".join(["x" * 250] * 20), FileRefusal.TOO_LONG),
        ("/".join("x" * 34), FileRefusal.TOO_DEEP),
        ("2026", FileRefusal.NOT_A_FILE),
    ],
)
def test_a_bad_name_is_refused(root: FilesRoot, name: str, code: FileRefusal) -> None:
    assert refusal(root, name) == code


@pytest.mark.parametrize(
    "name",
    [
        "line\nbreak\r.wav",
        " leading and trailing ",
        "-rf",
        "...",
        "..hidden",
        "back\\slash\\..\\x",
        "été.wav",
        "录音 🎧.wav",
        "\u202egnp.exe",
        "C:",
        "%2e%2e%2fsecret",
        "x" * 255,
    ],
)
def test_an_odd_name_is_a_name_like_another(root: FilesRoot, place: Path, name: str) -> None:
    (place / name).write_bytes(b"odd")
    with root.open(name) as stream:
        assert stream.read() == b"odd"
    assert root.delete(name) is True
    assert not root.exists(name)


def test_two_normal_forms_of_a_letter_are_two_names(root: FilesRoot, place: Path) -> None:
    (place / "\u00e9.wav").write_bytes(b"composed")
    assert root.exists("\u00e9.wav")
    assert not root.exists("e\u0301.wav")


def test_a_link_to_a_file_is_refused_wherever_it_points(root: FilesRoot, place: Path) -> None:
    (place / "out").symlink_to(place.parent / "outside" / "secret")
    (place / "in").symlink_to("b.wav")
    (place / "nowhere").symlink_to("gone")
    assert {refusal(root, name) for name in ("out", "in", "nowhere")} == {FileRefusal.LINK}
    assert (place.parent / "outside" / "secret").read_bytes() == SECRET
    assert (place / "out").is_symlink()


def test_a_link_in_the_place_of_a_folder_is_refused(root: FilesRoot, place: Path) -> None:
    (place / "elsewhere").symlink_to(place.parent / "outside")
    (place / "2026" / "up").symlink_to("../..")
    assert refusal(root, "elsewhere/secret") == FileRefusal.LINK
    assert refusal(root, "2026/up/outside/secret") == FileRefusal.LINK
    assert (place.parent / "outside" / "secret").exists()


def test_a_pipe_neither_blocks_nor_goes(root: FilesRoot, place: Path) -> None:
    os.mkfifo(place / "pipe")
    assert refusal(root, "pipe") == FileRefusal.NOT_A_FILE
    assert (place / "pipe").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a device")
def test_a_device_is_refused(root: FilesRoot, place: Path) -> None:
    try:
        os.mknod(place / "zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container makes no devices")
    assert refusal(root, "zero") == FileRefusal.NOT_A_FILE


def test_something_exchanged_between_look_and_open_is_refused(
    root: FilesRoot, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "pipe").unlink(missing_ok=True)
    true_open = os.open

    def exchange(path: bytes, flags: int, *, dir_fd: int) -> int:
        (place / "b.wav").unlink()
        os.mkfifo(place / "b.wav")
        return true_open(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(FileRefused) as caught:
        root.open("b.wav")
    assert caught.value.code == FileRefusal.NOT_A_FILE


def test_a_folder_swapped_for_a_link_while_we_look_never_leads_outside(root: FilesRoot, place: Path) -> None:
    (place / "real").mkdir()
    (place / "real" / "secret").write_bytes(b"inside")
    (place / "link").symlink_to(place.parent / "outside")
    stop = threading.Event()

    def swap() -> None:
        turn = False
        while not stop.is_set():
            turn = not turn
            (place / ("real" if turn else "link")).rename(place / "spare")
            (place / "spare").rename(place / "now")
            (place / "now").rename(place / ("real" if turn else "link"))

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = set()
    try:
        for _ in range(3_000):
            try:
                with root.open("now/secret") as stream:
                    seen.add(stream.read())
            except (FileNotFoundError, FileRefused):
                continue
    finally:
        stop.set()
        swapper.join()
    assert seen <= {b"inside"}


def test_a_second_hard_link_is_told_and_keeps_the_bytes(root: FilesRoot, place: Path) -> None:
    os.link(place / "b.wav", place.parent / "kept.wav")
    assert root.facts("b.wav").outlives_deletion
    assert root.delete("b.wav") is True
    assert (place.parent / "kept.wav").read_bytes() == b"RIFF...."


def test_the_root_stays_the_folder_that_was_opened(root: FilesRoot, place: Path) -> None:
    place.rename(place.parent / "moved")
    (place).mkdir()
    (place / "b.wav").write_bytes(b"impostor")
    with root.open("b.wav") as stream:
        assert stream.read() == b"RIFF...."


def test_a_root_that_is_missing_or_no_folder_is_refused(place: Path) -> None:
    for path in (place / "missing", place / "b.wav"):
        with pytest.raises(FileRefused) as caught:
            open_root(path)
        assert caught.value.code == FileRefusal.NO_FOLDER
        assert_nameless(caught.value, str(path))


def test_the_root_itself_may_be_a_link(place: Path) -> None:
    (place.parent / "alias").symlink_to(place)
    with open_root(place.parent / "alias") as root:
        assert root.exists("b.wav")


@pytest.mark.parametrize(
    ("number", "code"),
    [(5, FileRefusal.DISK), (13, FileRefusal.FORBIDDEN), (30, FileRefusal.READ_ONLY), (40, FileRefusal.LINK)],
)
def test_what_the_disk_reports_becomes_a_code(
    root: FilesRoot, monkeypatch: pytest.MonkeyPatch, number: int, code: FileRefusal
) -> None:
    def fail(path: bytes, *, dir_fd: int) -> None:
        raise OSError(number, os.strerror(number), f"{MARKER}.wav")

    monkeypatch.setattr(os, "unlink", fail)
    with pytest.raises(FileRefused) as caught:
        root.delete("b.wav")
    assert caught.value.code == code
    assert_nameless(caught.value, "b.wav")


def test_a_deletion_is_on_disk_before_it_is_reported(root: FilesRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: synced.append(root.exists("b.wav")))
    root.delete("b.wav")
    root.delete("b.wav")  # the first may have been cut short before its sync
    assert synced == [False, False]


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_no_descriptor_leaks(root: FilesRoot) -> None:
    before = open_descriptors()
    for name in ("2026/11/a.wav", "2026", "2026/11/none", "../x", "b.wav/x", "none/none"):
        for method in (root.exists, root.delete):
            try:
                method(name)
            except FileRefused:
                continue
    assert open_descriptors() == before


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=40) | st.lists(st.sampled_from(["..", ".", "", "2026", "\0", "x"])).map("/".join))
def test_no_name_whatever_breaks_in_another_way(root: FilesRoot, name: str) -> None:
    with suppress(FileRefused):
        assert root.exists(name) is False
