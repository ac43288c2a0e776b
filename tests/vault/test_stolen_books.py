"""Whoever steals the books without the key has no name, no number, no key, and nothing that opens."""

from __future__ import annotations

import base64
import itertools
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.engine.cases import KEPT, PLANNED, SealedCase, load_case, save_case
from bailee.store import recovery, secrets
from bailee.store.sealed_store import StateError, Store
from bailee.trace import KnownValue, Ref, Subject
from bailee.vault import Vault, VaultError

NAME, EMAIL, PHONE, PASSWORD = "Okonkwo-marker", "alice.marker@post.example", "+442079460999", "hunter2-marker"
MARKERS = (NAME, EMAIL, PHONE, PASSWORD)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def fill(store: Store) -> None:
    ref = Ref("shop", "customer", (EMAIL,))
    about = {"asked": ((0, "email", EMAIL),), "subjects": (Subject(0, ref, {}),)}
    save_case(store, SealedCase("one", PLANNED, known=(KnownValue(0, "phone", PHONE, None, None, ref),), **about))  # type: ignore[arg-type]
    save_case(store, SealedCase("two", KEPT, values={"name": NAME}, **about))  # type: ignore[arg-type]
    store.remember_shared(frozenset({("phone", PHONE)}))
    store.put("openings", "one-intent", {"entry": b"{}", "keys": {0: b"k" * 32}})
    recovery.rehearse_recovery(store, " ".join(recovery.print_shares(store).words), NOW)
    secrets.put_secret(store, "CRM", f"postgresql://crm:{PASSWORD}@host/crm")


def tells_nothing(loot: bytes, keys: list[bytes]) -> bool:
    """Whether neither a marker nor a key is in ``loot``, in any usual spelling."""
    texts = [marker.encode() for marker in MARKERS]
    spelt = [(one, base64.b64encode(one).rstrip(b"=")[:-2], one.hex().encode(), one[::-1]) for one in (*texts, *keys)]
    return not any(one in loot or one in loot.lower() for one in itertools.chain(*spelt))


def all_keys(store: Store) -> list[bytes]:
    vault: Vault = store.vault
    data = [vault.master.unwrap(wrapped, name) for name, wrapped in vault.wrapped()]
    return [*data, vault.master.material() or b"", *(store.secret(p) for p in ("values", "shared"))]


def opens_nothing(store: Store) -> None:
    for case in ("one", "two"):
        with pytest.raises(StateError):
            load_case(store, case)
    with pytest.raises((StateError, VaultError)):
        secrets.reveal_secret(store, "CRM")
    with pytest.raises(StateError):
        store.get("openings", "one-intent")
    with pytest.raises(StateError):
        store.secret("shared")


def test_a_stolen_folder_tells_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "books", "file:safe/key", tmp_path)
    fill(store)
    loot = shutil.copytree(tmp_path / "books", tmp_path / "loot")
    files = [path for path in loot.rglob("*") if path.is_file()]
    everything = b"".join(path.name.encode() + path.read_bytes() for path in files)
    assert len(everything) > 20_000
    assert tells_nothing(everything, all_keys(store))
    assert not tells_nothing(everything + EMAIL.encode(), [])
    opens_nothing(Store(loot, "file:none/key", tmp_path))
    stranger = Store(tmp_path / "strange", "file:other/key", tmp_path)
    stranger.secret("x")
    opens_nothing(Store(loot, "file:other/key", tmp_path))


def test_a_stolen_dump_of_the_database_tells_nothing(tmp_path: Path, postgresql_url: str) -> None:
    store = Store(tmp_path / "books", "file:safe/key", tmp_path, postgresql_url)
    fill(store)
    plain = postgresql_url.replace("+psycopg", "")
    dump = subprocess.run([_pg_dump(), plain], capture_output=True, check=True).stdout
    assert b"books_sealed" in dump
    assert b"case:one" in dump
    assert tells_nothing(dump, all_keys(store))
    from django.db import connections

    opens_nothing(Store(tmp_path / "loot", "file:none/key", tmp_path, postgresql_url))
    connections.close_all()


def test_a_backup_of_books_and_key_tells_nothing_of_what_was_shredded_before_a_rotation(tmp_path: Path) -> None:
    store = Store(tmp_path / "books", "file:safe/key", tmp_path)
    fill(store)
    backup = shutil.copytree(tmp_path / "books", tmp_path / "backup")
    store.destroy("one")
    recovery.rotate_master(store)
    old = Store(backup, "file:safe/key", tmp_path)  # the thief has the new key, too
    opens_nothing(old)
    assert load_case(Store(store.folder, store.master, tmp_path), "two").values == {"name": NAME}


def _pg_dump() -> str:
    found = shutil.which("pg_dump") or next(iter(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))), "")
    if not found:
        pytest.skip("LEFT OUT: pg_dump: apt-get install postgresql-client")
    return found
