"""Books from before there was a vault, written here as that version wrote them, open and keep all that they say."""

from __future__ import annotations

import hmac
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.connectors.base import SealedKeys
from bailee.engine.cases import DONE, KEPT, SealedCase, load_case, load_kept_cases, save_case
from bailee.store import recovery
from bailee.store.sealed_store import StateError, Store
from bailee.store.values import to_plain
from bailee.trace.set_names import SetKind
from tests.vault.as_files import as_files

KEY = bytes(range(32))


def derived(purpose: str) -> bytes:
    return hmac.digest(KEY, purpose.encode() + b"\x01", "sha256")


def write(folder: Path, shelf: str, name: str, content: dict[str, object]) -> None:
    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(derived(shelf)).encrypt(nonce, json.dumps(to_plain(content)).encode(), name.encode())
    path = folder / shelf / f"{name}.sealed"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(sealed)


def case(stage: str) -> dict[str, object]:
    return {
        "id": stage, "stage": stage, "plan": "hash", "salt": b"salt", "asked": [(0, "email", "alice@post.example")],
        "confirmed": [], "customer": None, "subjects": [], "known": [], "fixed": {}, "kept": {}, "again": {},
        "files": (), "absorbs": (), "values": {}, "prepared": {}, "written": (), "settled": 0,
    }  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir(mode=0o700)
    (folder / "key").write_bytes(KEY)
    (folder / "key").chmod(0o600)
    for stage in ("planned", KEPT, DONE):
        write(folder, "cases", stage, case(stage))
    write(folder, "keys", "ledger", {"key": "PRIVATE", "begun": True})
    digest = hmac.digest(derived("shared"), b"phone\0+442079460000", "sha256").hex()
    (folder / "shared").write_text(f"{digest}\n")
    return folder


def holds_all(store: Store) -> None:
    assert store.secret("values") == derived("values")
    assert store.get("keys", "ledger") == {"key": "PRIVATE", "begun": True}
    assert ("phone", "+442079460000") in store.shared()
    assert [one.id for one in load_kept_cases(store)] == [KEPT]
    assert load_case(store, KEPT).asked == ((0, "email", "alice@post.example"),)
    assert load_case(store, DONE).stage == DONE


def test_old_books_open_and_secrets_keep_their_values_through_every_change_of_the_key(old: Path) -> None:
    assert derived("values").hex() == "5ec11e01d465a7dfc16c3dd45c39c5956feab12ab1d2b5ea485fb20bd69b5461"
    holds_all(Store(old))
    holds_all(Store(old))
    assert (
        recovery.read_recovery_status(Store(old)).unsealed == 3
    )  # the finished one has moved to a shelf of its own, sealed anew
    assert recovery.rotate_master(Store(old)) == (1, 3, True)
    holds_all(Store(old))
    assert recovery.read_recovery_status(Store(old)).unsealed == 0
    assert KEY not in (old / "key").read_bytes()
    recovery.rotate_master(Store(old))
    holds_all(Store(old))


def test_old_books_whose_first_command_is_a_rotation_lose_nothing(old: Path) -> None:
    recovery.rotate_master(Store(old))
    holds_all(Store(old))


def test_an_old_key_that_moves_to_another_master_takes_the_secrets_along(old: Path) -> None:
    new = Store(old, "file:../elsewhere/key", old)
    assert recovery.adopt_master(new, "file:key") == 1
    holds_all(Store(old, "file:../elsewhere/key", old))


def test_a_case_that_is_sealed_again_has_a_key_of_its_own(old: Path) -> None:
    store = Store(old)
    save_case(store, load_case(store, KEPT))
    copy = store.shelves.get("cases", KEPT)
    store.destroy(KEPT)
    store.shelves.put("cases", KEPT, copy or b"")
    with pytest.raises(StateError, match="does not open"):
        load_case(Store(old), KEPT)


def test_old_books_without_their_key_are_not_given_another(old: Path) -> None:
    (old / "key").unlink()
    with pytest.raises(StateError, match="missing"):
        Store(old).secret("values")
    assert not (old / "key").exists()


def test_finished_cases_are_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "books")
    for n in range(5):
        save_case(store, SealedCase(f"c{n}", DONE))
    save_case(store, SealedCase("kept", KEPT))
    opened = list[str]()
    content = Store._content

    def told(self: Store, shelf: str, name: str, sealed: bytes) -> dict[str, Any]:
        opened.append(name)
        return content(self, shelf, name, sealed)

    monkeypatch.setattr(Store, "_content", told)
    for _ in range(3):
        assert [one.id for one in load_kept_cases(store)] == ["kept"]
    assert opened == ["kept"] * 3
    save_case(store, SealedCase("kept", KEPT, "another plan"))
    assert [one.plan for one in load_kept_cases(store)] == ["another plan"]


def test_a_case_whose_closing_was_cut_short_is_closed(tmp_path: Path) -> None:
    store = Store(tmp_path / "books")
    save_case(store, SealedCase("one", KEPT))
    store.put("done", "one", {**case(DONE), "id": "one"})
    as_files(tmp_path / "books")
    store = Store(tmp_path / "books")
    assert load_case(store, "one").stage == DONE
    assert list(load_kept_cases(store)) == []
    assert list(store.names("cases")) == []
    assert "case:one" not in set(store.shelves.keys.names())


def test_keys_that_were_sealed_by_the_text_of_their_sets_are_found_by_their_names(old: Path) -> None:
    fixed = {"shop": {"goes:customer": [(1,)], "has:living@thing:thing": [(2, "a")], "touched:customer": [(3,)]}}
    write(old, "cases", "fixed", {**case(KEPT), "fixed": fixed})
    goes, living = SetKind.GOES("customer"), SetKind.HAS("thing", "living@thing")
    store = Store(old)
    loaded = load_case(store, "fixed")
    assert loaded.fixed == {"shop": SealedKeys({goes: ((1,),), living: ((2, "a"),)})}
    save_case(store, loaded)
    assert load_case(store, "fixed") == loaded
