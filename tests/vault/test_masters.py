"""Master keys: what is refused, what is made, and epochs, of each kind."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bailee.store.backends import SqliteBackend
from bailee.vault import InvalidVaultSealError, Master, Vault, VaultError, master_of
from bailee.vault.masters import epoch_of
from tests.vault.conftest import Open
from tests.vault.service import TOKEN, Service

Make = Callable[[], Master]

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str, str], VaultError]:
    def refuse(code: str, reference: str = "file:key") -> VaultError:
        with pytest.raises(VaultError) as caught:
            Vault(master_of(reference, tmp_path), SqliteBackend(tmp_path / "books").keys).secret("x")
        assert caught.value.code == code, caught.value
        assert caught.value.hint
        assert KEY not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        return caught.value

    return refuse


Refused = Callable[..., VaultError]


def test_a_key_is_wrapped_and_unwrapped_under_its_own_name_alone(master: Make) -> None:
    if not master().stands():
        master().begin()
    wrapped = master().wrap(b"d" * 32, "case:1")
    assert master().unwrap(wrapped, "case:1") == b"d" * 32
    assert b"d" * 8 not in wrapped
    assert epoch_of(wrapped) == master().epoch() == 1
    with pytest.raises(InvalidVaultSealError):
        master().unwrap(wrapped, "case:2")
    spoilt = wrapped[:-5] + bytes([wrapped[-5] ^ 1]) + wrapped[-4:]
    for other in (spoilt, wrapped[:20], b"", b"junk" * 20):
        with pytest.raises((InvalidVaultSealError, VaultError)):
            master().unwrap(other, "case:1")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o602])
def test_a_key_file_that_others_can_read_is_refused(again: Open, tmp_path: Path, refused: Refused, mode: int) -> None:
    again().secret("x")
    (tmp_path / "key").chmod(mode)
    assert "chmod 600" in refused("V704").hint


def test_a_key_file_that_others_can_put_another_in_place_of_is_refused(
    again: Open, tmp_path: Path, refused: Refused
) -> None:
    again().secret("x")
    for mode in (0o770, 0o707):
        tmp_path.chmod(mode)
        assert "chmod go-w" in refused("V704").hint
    tmp_path.chmod(0o1777)  # as /tmp is: nobody can take away what is not theirs
    again().secret("x")
    tmp_path.chmod(0o755)
    again().secret("x")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_key_file_of_another_account_is_refused(again: Open, tmp_path: Path, refused: Refused) -> None:
    again().secret("x")
    os.chown(tmp_path / "key", 12345, -1)
    assert "another account" in refused("V704").message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        f'{{"epoch": 1, "key": "{KEY[:-8]}"}}',
        '{"epoch": 1}',
        "[]",
        f'{{"epoch": -1, "key": "{KEY}"}}',
        "k" * 31,
    ],
)
def test_what_is_no_key_file_is_refused(tmp_path: Path, refused: Refused, text: str) -> None:
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    refused("V702")


def test_a_key_file_that_was_lost_is_not_made_anew(again: Open, tmp_path: Path, refused: Refused) -> None:
    again().secret("x")
    (tmp_path / "key").unlink()
    assert "restore" in refused("V703").hint
    assert not (tmp_path / "key").exists()


def test_another_key_file_opens_nothing(again: Open, tmp_path: Path, refused: Refused) -> None:
    again().secret("x")
    (tmp_path / "key").write_text(json.dumps({"epoch": 1, "key": KEY}))
    refused("V701")


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "V703"), ("", "V703"), ("junk!", "V702"), (KEY[:-8], "V702"), (f"0:{KEY}", "V702"), (f"1:{KEY} x", "V702")],
)
def test_what_is_no_key_in_the_environment_is_refused(
    monkeypatch: pytest.MonkeyPatch, refused: Refused, text: str | None, code: str
) -> None:
    monkeypatch.delenv("OTHER", raising=False)
    if text is not None:
        monkeypatch.setenv("OTHER", text)
    refused(code, "env:OTHER")


def test_a_key_alone_in_the_environment_is_its_first_epoch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OTHER", KEY)
    assert master_of("env:OTHER", tmp_path).epochs() == (1,)
    monkeypatch.setenv("OTHER", f"1:{KEY}\n 3:{KEY}")
    assert master_of("env:OTHER", tmp_path).epochs() == (1, 3)


@pytest.mark.parametrize(
    "reference",
    [
        "file:", "env:", "", "key", "vault:X", "transit:", "transit:https://host", "transit:https://host/key",
        "transit:http://bao.example:8200/transit/firm", "transit:https://me:pw@host/transit/firm",
    ],
)  # fmt: skip
def test_what_names_no_master_key_is_refused(tmp_path: Path, reference: str) -> None:
    with pytest.raises(VaultError) as caught:
        master_of(reference, tmp_path)
    assert (caught.value.code, "pw" in str(caught.value)) == ("V702", False)


# --- the key service -----------------------------------------------------------------------------------------


@pytest.fixture
def far(service: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BAO_TOKEN", TOKEN)
    monkeypatch.delenv("VAULT_TOKEN", raising=False)
    return f"transit:{service.url}/transit/firm"


def test_the_service_never_sees_what_is_sealed_and_is_asked_once_a_key(
    service: Service, far: str, tmp_path: Path
) -> None:
    vault = Vault(master_of(far, tmp_path), SqliteBackend(tmp_path / "books").keys)
    for _ in range(50):
        assert vault.open("alice", vault.seal("alice", b"her number", "x"), "x") == b"her number"
    assert not any(b"her number" in sent for sent in service.sent)
    asked = [path for path in service.seen if "encrypt" in path or "decrypt" in path]
    assert len(asked) == 2  # the root, and hers
    assert not (tmp_path / "key").exists()


def test_many_keys_are_unwrapped_by_few_requests_and_a_damaged_one_spoils_none(
    service: Service, far: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bailee.vault.transit.BATCH", 4)
    places = SqliteBackend(tmp_path / "books").keys
    sealed = {f"k{n}": Vault(master_of(far, tmp_path), places).seal(f"k{n}", b"x", "x") for n in range(10)}
    spoilt = places.get("k9")
    assert spoilt
    places.replace("k9", spoilt, places.get("k8") or b"")
    vault = Vault(master_of(far, tmp_path), places)
    service.seen.clear()
    vault.warm([*sealed, "nobody"])
    assert len(service.seen) == 3
    for name, one in list(sealed.items())[:9]:
        assert vault.open(name, one, "x") == b"x"
    assert len(service.seen) == 4  # k8 was asked for together with the one that does not open
    vault.warm(sealed)
    with pytest.raises(InvalidVaultSealError):
        vault.open("k9", sealed["k9"], "x")


def test_a_service_that_cannot_do_it_is_told_from_a_seal_that_does_not_open(
    service: Service, far: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.down = True
    assert "sealed" in refused("V706", far).message
    service.down, service.garbled = False, True
    refused("V706", far)
    service.garbled, service.forbidden = False, {"encrypt"}
    assert "token" in refused("V706", far).message
    service.forbidden = set()
    refused("V706", "transit:http://127.0.0.1:9/transit/firm")
    refused("V703", f"transit:{service.url}/transit/nobody")
    monkeypatch.delenv("BAO_TOKEN")
    monkeypatch.setenv("HOME", "/nonexistent")
    assert "token" in refused("V706", far).message


def test_a_version_that_the_service_has_forgotten_opens_nothing(service: Service, far: str, tmp_path: Path) -> None:
    vault = Vault(master_of(far, tmp_path), SqliteBackend(tmp_path / "books").keys)
    vault.secret("x")
    stolen = vault.places.get("root") or b""
    assert vault.rotate() == 2
    assert service.least["firm"] == 2
    with pytest.raises(InvalidVaultSealError):
        vault.master.unwrap(stolen, "root")
    assert vault.secret("x") == Vault(master_of(far, tmp_path), SqliteBackend(tmp_path / "books").keys).secret("x")


def test_a_token_that_may_only_wrap_is_enough_where_somebody_else_rotates(
    service: Service, far: str, tmp_path: Path
) -> None:
    vault = Vault(master_of(far, tmp_path), SqliteBackend(tmp_path / "books").keys)
    vault.secret("x")
    service.forbidden = {"keys/config", "keys/rotate"}
    service.versions["firm"].append(service.versions["firm"][0])
    assert vault.is_rotating()
    assert vault.rotate() == 2
    assert {epoch_of(wrapped) for _, wrapped in vault.wrapped()} == {2}
    assert service.least["firm"] == 1
