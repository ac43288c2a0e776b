"""The master key on paper: both shares give it back, one tells nothing, and a rehearsal proves it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.store import recovery, secrets
from bailee.store.recovery import print_shares, read_recovery_status, rehearse_recovery, restore_key
from bailee.store.sealed_store import StateError, Store
from bailee.vault import VaultError
from bailee.vault.recovery import WORDS, join_key, split_key
from tests.vault.service import TOKEN, Service

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MARKER = "hunter2-marker"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "books")


def anew(store: Store) -> Store:
    """Return the same store as a process has it that has just started."""
    return Store(store.folder, store.master, store.home, store.books_url)


@settings(max_examples=10)
@given(key=st.binary(min_size=32, max_size=32))
def test_both_shares_in_any_order_and_spelling_give_the_key_back(key: bytes) -> None:
    one, other = split_key(key)
    assert join_key(f"{one}\n{other}") == join_key(f"{other} {one.upper()}") == key
    typed_off = "\n".join(f"{n}. {word}" for n, word in enumerate(f"{one} {other}".split()))
    assert join_key(typed_off) == key


def test_other_words_give_no_key_and_are_not_repeated() -> None:
    one, other = split_key(b"k" * 32)
    again, _ = split_key(b"k" * 32)
    wrong = one.split()
    wrong[-1] = "zebra"
    for text in ("", one, f"{one} {one}", f"{again} {other}", f"{one} {other} more", f"{' '.join(wrong)} {other}"):
        with pytest.raises(VaultError) as caught:
            join_key(text)
        assert caught.value.code == "V707"
        assert not any(word in str(caught.value).split() for word in one.split()[4:] if len(word) > 6)
    assert len(one.split()) == WORDS


def test_no_secret_is_taken_until_a_recovery_has_been_rehearsed(store: Store) -> None:
    with pytest.raises(VaultError, match="rehearsed") as caught:
        secrets.put_secret(store, "CRM", MARKER)
    assert (caught.value.code, MARKER in str(caught.value)) == ("V708", False)
    rehearse_recovery(store, " ".join(print_shares(store).words), NOW)
    secrets.put_secret(anew(store), "CRM", MARKER)
    assert secrets.reveal_secret(anew(store), "CRM") == MARKER
    assert list(secrets.list_secrets(store)) == ["CRM"]
    assert not any(MARKER.encode() in path.read_bytes() for path in store.folder.rglob("*") if path.is_file())


def test_after_a_rotation_secrets_stay_and_new_ones_wait_for_another_rehearsal(store: Store) -> None:
    shares = print_shares(store)
    rehearse_recovery(store, " ".join(shares.words), NOW)
    secrets.put_secret(store, "CRM", MARKER)
    assert recovery.rotate_master(anew(store)) == (2, 0, True)
    fresh = anew(store)
    assert secrets.reveal_secret(fresh, "CRM") == MARKER
    with pytest.raises(VaultError, match="rehearsed"):
        secrets.put_secret(fresh, "DESK", "x")
    with pytest.raises(VaultError, match="another key"):
        rehearse_recovery(fresh, " ".join(shares.words), NOW)
    assert read_recovery_status(fresh).needs_rehearsal
    rehearse_recovery(fresh, " ".join(print_shares(fresh).words), NOW)
    secrets.put_secret(fresh, "DESK", "x")
    assert not read_recovery_status(fresh).needs_rehearsal


def test_a_secret_that_was_removed_is_shredded(store: Store) -> None:
    rehearse_recovery(store, " ".join(print_shares(store).words), NOW)
    secrets.put_secret(store, "CRM", MARKER)
    copy = store.shelves.get("secrets", "CRM")
    secrets.remove_secret(store, "CRM")
    store.shelves.put("secrets", "CRM", copy or b"")
    with pytest.raises(StateError, match="does not open"):
        secrets.reveal_secret(anew(store), "CRM")
    for name in ("NOBODY", "../x"):
        for do in (secrets.remove_secret, secrets.reveal_secret):
            with pytest.raises(VaultError, match="no secret"):
                do(store, name)


def test_a_lost_key_file_is_written_anew_from_the_shares_of_the_newest_epoch(store: Store) -> None:
    recovery.rotate_master(store)
    store.put("openings", "x", {"word": "kept"})
    secret, shares = store.secret("values"), print_shares(store)
    (store.folder / "key").unlink()
    lost = anew(store)
    with pytest.raises(StateError, match="missing"):
        lost.secret("values")
    with pytest.raises(VaultError):
        restore_key(lost, " ".join(split_key(b"o" * 32)))
    assert not (store.folder / "key").exists()
    assert restore_key(lost, " ".join(shares.words)) == 2
    found = anew(store)
    assert (found.secret("values"), found.get("openings", "x")) == (secret, {"word": "kept"})
    assert found.vault.master.epoch() == 2
    assert (store.folder / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(VaultError, match="stands there already"):
        restore_key(found, " ".join(shares.words))


def test_a_rehearsal_tries_every_key_of_the_books(store: Store) -> None:
    store.put("cases", "one", {})
    words = " ".join(print_shares(store).words)
    assert rehearse_recovery(store, words, NOW) == 2
    store.shelves.keys.add("foreign", store.vault.master.wrap(b"k" * 32, "another name"))
    with pytest.raises(VaultError):
        rehearse_recovery(store, words, NOW)


def test_a_key_in_the_environment_is_printed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTER", base64.b64encode(bytes(range(32))).decode())
    store = Store(tmp_path / "books", "env:MASTER")
    shares = print_shares(store)
    assert join_key(" ".join(shares.words)) == bytes(range(32))
    rehearse_recovery(store, " ".join(shares.words), NOW)
    assert (read_recovery_status(store).needs_rehearsal, read_recovery_status(store).is_beside) == (False, False)
    with pytest.raises(VaultError, match="not stand in a file"):
        restore_key(store, " ".join(shares.words))


def test_a_key_that_never_leaves_its_service_is_not_printed_and_waits_for_no_rehearsal(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAO_TOKEN", TOKEN)
    store = Store(tmp_path / "books", f"transit:{service.url}/transit/firm")
    for ask in (lambda: print_shares(store), lambda: rehearse_recovery(store, "", NOW)):
        with pytest.raises(VaultError, match="never leaves"):
            ask()
    secrets.put_secret(store, "CRM", MARKER)
    assert secrets.reveal_secret(anew(store), "CRM") == MARKER


def test_another_master_key_takes_over_and_the_old_one_opens_nothing_any_more(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAO_TOKEN", TOKEN)
    old = Store(tmp_path / "books")
    old.put("cases", "one", {"name": MARKER})
    secret = old.secret("values")
    new = Store(tmp_path / "books", f"transit:{service.url}/transit/firm", tmp_path)
    with pytest.raises(StateError, match="another kind"):
        new.get("cases", "one")
    assert recovery.adopt_master(anew(new), "file:books/key") == 2
    assert recovery.adopt_master(anew(new), "file:books/key") == 0
    assert anew(new).get("cases", "one") == {"name": MARKER}
    assert anew(new).secret("values") == secret
    with pytest.raises(StateError):
        anew(old).get("cases", "one")
    away = Store(tmp_path / "books", "file:elsewhere/key", tmp_path)
    assert recovery.adopt_master(away, new.master) == 2
    assert anew(away).secret("values") == secret
    with pytest.raises(VaultError, match="no master key"):
        recovery.adopt_master(away, "file:nowhere")
