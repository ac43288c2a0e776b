"""A vault in a folder, as one machine has it; and masters of each kind."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bailee.store.backends import SqliteBackend
from bailee.vault import Master, Vault, master_of
from tests.vault.service import TOKEN, Service, serving

Open = Callable[[], Vault]


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        running.make("firm")
        yield running


@pytest.fixture(params=["file", "env", "transit"])
def master(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Master]:
    """Make the same master key, of each kind, as a process has it that has just started."""
    monkeypatch.setenv("MASTER", f"1:{base64.b64encode(bytes(range(32))).decode()}")
    reference = {"file": "file:key", "env": "env:MASTER"}.get(request.param, "")
    if request.param == "transit":
        service: Service = request.getfixturevalue("service")
        monkeypatch.setenv("BAO_TOKEN", TOKEN)
        reference = f"transit:{service.url}/transit/firm"
    return lambda: master_of(reference, tmp_path)


@pytest.fixture
def again(tmp_path: Path) -> Open:
    """Open the vault with its key file as a process does that has just started: nothing is cached."""
    return lambda: Vault(master_of("file:key", tmp_path), SqliteBackend(tmp_path / "books").keys)


@pytest.fixture
def vault(again: Open) -> Vault:
    return again()
