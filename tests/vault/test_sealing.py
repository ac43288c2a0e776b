"""What is sealed opens as what it was, about what it was, with its key, and not otherwise."""

from __future__ import annotations

import hmac
import json
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.store.backends import SqliteBackend
from bailee.vault import InvalidVaultSealError, Vault, VaultError, master_of
from bailee.vault.envelope import CACHE_KEYS, CACHE_SECONDS
from bailee.vault.masters import unwrap_under
from tests.vault.conftest import Open

DOCS = Path(__file__).parents[2] / "docs/vault.md"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    folder = tmp_path_factory.mktemp("vault")
    return Vault(master_of("file:key", folder), SqliteBackend(folder / "books").keys)


@given(content=st.binary(max_size=300), about=st.text(max_size=30))
def test_what_was_sealed_opens_as_it_was(shared: Vault, content: bytes, about: str) -> None:
    sealed = shared.seal("person", content, about)
    assert shared.open("person", sealed, about) == content
    assert content not in sealed[16:] or len(content) < 4
    assert shared.seal("person", content, about) != sealed


@given(content=st.binary(max_size=40), data=st.data())
def test_a_flipped_bit_anywhere_is_found(shared: Vault, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(shared.seal("person", content, "x"))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(InvalidVaultSealError):
        shared.open("person", bytes(sealed), "x")


@given(content=st.binary(max_size=40), data=st.data())
def test_what_was_cut_short_is_found(shared: Vault, content: bytes, data: st.DataObject) -> None:
    sealed = shared.seal("person", content, "x")
    with pytest.raises(InvalidVaultSealError):
        shared.open("person", sealed[: data.draw(st.integers(0, len(sealed) - 1))], "x")


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_what_was_moved_to_another_thing_does_not_open_there(shared: Vault, one: str, other: str) -> None:
    sealed = shared.seal("person", b"hers", one)
    if one != other:
        with pytest.raises(InvalidVaultSealError):
            shared.open("person", sealed, other)


def test_another_persons_key_does_not_open_it(vault: Vault) -> None:
    vault.seal("bob", b"his", "x")
    with pytest.raises(InvalidVaultSealError):
        vault.open("bob", vault.seal("alice", b"hers", "x"), "x")


def test_a_wrapped_key_that_was_put_in_anothers_place_opens_nothing(again: Open, tmp_path: Path) -> None:
    sealed = again().seal("alice", b"hers", "x")
    keys = SqliteBackend(tmp_path / "books").keys
    keys.add("bob", keys.get("alice") or b"")
    with pytest.raises(InvalidVaultSealError):
        again().open("bob", sealed, "x")


def test_what_is_shredded_opens_nowhere_again(again: Open) -> None:
    vault = again()
    sealed = vault.seal("alice", b"hers", "x")
    vault.shred("alice")
    vault.shred("alice")
    for one in (vault, again()):
        with pytest.raises(InvalidVaultSealError, match="shredded"):
            one.open("alice", sealed, "x")
    assert vault.open("alice", vault.seal("alice", b"new", "x"), "x") == b"new"
    with pytest.raises(InvalidVaultSealError):
        vault.open("alice", sealed, "x")


def test_what_another_process_shreds_opens_here_no_longer_than_a_key_is_cached(again: Open, tmp_path: Path) -> None:
    now = [0.0]
    vault = Vault(master_of("file:key", tmp_path), SqliteBackend(tmp_path / "books").keys, lambda: now[0])
    sealed = vault.seal("alice", b"hers", "x")
    again().shred("alice")
    now[0] = CACHE_SECONDS - 1
    assert vault.open("alice", sealed, "x") == b"hers"
    now[0] = CACHE_SECONDS
    with pytest.raises(InvalidVaultSealError):
        vault.open("alice", sealed, "x")


def test_no_more_keys_are_cached_than_so_many(vault: Vault) -> None:
    vault.secret("x")
    wrapped = vault.places.get("root")
    assert wrapped
    for n in range(CACHE_KEYS + 5):
        vault._remember(f"k{n}", bytes(32))
    assert len(vault._unwrapped) == CACHE_KEYS
    assert "k0" not in vault._unwrapped


def test_of_threads_that_make_one_key_at_once_all_use_the_same(again: Open) -> None:
    again().secret("x")
    start, sealed = threading.Barrier(8), list[bytes]()

    def seal() -> None:
        one = again()
        start.wait()
        sealed.append(one.seal("alice", b"hers", "x"))

    threads = [threading.Thread(target=seal) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {again().open("alice", one, "x") for one in sealed} == {b"hers"}
    assert len(sealed) == 8


def test_a_name_that_could_be_a_path_is_no_name_of_a_key(vault: Vault) -> None:
    for name in ("../key", "", ".hidden", "a/b", "alice@example.com", "x" * 129):
        with pytest.raises(ValueError, match="the name of a key") as caught:
            vault.seal(name, b"", "")
        assert not name or name not in str(caught.value)


def test_secrets_are_the_same_in_every_process_and_differ_by_purpose(again: Open) -> None:
    assert again().secret("values") == again().secret("values")
    assert again().secret("values") != again().secret("shared")
    assert len(again().secret("values")) == 32


def test_tags_tell_parts_apart(vault: Vault) -> None:
    tags = {vault.tag("who", *parts) for parts in (("a", "bc"), ("ab", "c"), ("abc",), ("abc", ""))}
    assert len(tags) == 4
    assert vault.tag("who", "abc") == vault.tag("who", "abc")
    assert vault.tag("who", "abc") != vault.tag("whom", "abc")


def test_secrets_do_not_change_unseen_when_the_root_is_lost(again: Open, tmp_path: Path) -> None:
    again().seal("alice", b"hers", "x")
    SqliteBackend(tmp_path / "books").keys.delete("root")
    with pytest.raises(VaultError, match="root") as caught:
        again().secret("values")
    assert caught.value.code == "V703"


def test_the_vectors_of_the_documentation_open(tmp_path: Path) -> None:
    vectors = json.loads(DOCS.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0])
    master, wrapped = bytes.fromhex(vectors["master"]), bytes.fromhex(vectors["wrapped"])
    key = unwrap_under({vectors["epoch"]: master}, wrapped, vectors["name"])
    assert key.hex() == vectors["key"]
    places = SqliteBackend(tmp_path).keys
    places.add(vectors["name"], wrapped)
    (tmp_path / "key").write_text(vectors["key_file"])
    (tmp_path / "key").chmod(0o600)
    vault = Vault(master_of("file:key", tmp_path), places)
    assert (
        vault.open(vectors["name"], bytes.fromhex(vectors["sealed"]), vectors["about"]).decode() == vectors["content"]
    )
    root = bytes.fromhex(vectors["root"])
    assert hmac.digest(root, vectors["purpose"].encode() + b"\x01", "sha256").hex() == vectors["secret"]
