"""A master key in an environment variable: base64 of 32 bytes, or several epochs as ``1:BASE64 2:BASE64``."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping

from bailee.vault.errors import VaultError
from bailee.vault.masters import KEY_BYTES, LocalMaster


class EnvironmentMaster(LocalMaster):
    """The master key in the variable ``name``. Whoever sets the variable begins and retires epochs, not Bailee."""

    def __init__(self, name: str) -> None:
        self.name, self.reference = name, f"env:{name}"

    def stands(self) -> bool:
        """Whether there is a master key."""
        return bool(os.environ.get(self.name))

    def begin(self) -> None:
        """Say how a key is made: a process cannot give one to those that come after it."""
        hint = f'make one and keep it well: export {self.name}="1:$(openssl rand -base64 32)"'
        raise VaultError("V703", f"the environment has no {self.name}: the master key is missing", hint)

    def begin_epoch(self) -> int:
        """Say how an epoch is begun, likewise."""
        new = self.epoch() + 1
        hint = f'add one, then rotate: export {self.name}="${self.name} {new}:$(openssl rand -base64 32)"'
        raise VaultError("V705", f"{self.name} has no epoch after {new - 1}", hint)

    def retire(self) -> bool:
        """Return whether the older epochs are gone from the variable."""
        return len(self._epochs()) == 1

    def _epochs(self) -> Mapping[int, bytes]:
        if not self.stands():
            self.begin()
        try:
            found = dict(map(_epoch, os.environ[self.name].split()))
        except ValueError:
            found = {}
        if not found or any(len(key) != KEY_BYTES for key in found.values()) or min(found) < 1:
            hint = "it has base64 of 32 bytes, or several epochs as 1:BASE64 2:BASE64"
            raise VaultError("V702", f"{self.name} is not a master key", hint)
        return found


def _epoch(word: str) -> tuple[int, bytes]:
    number, colon, text = word.rpartition(":")
    return int(number) if colon else 1, base64.b64decode(text, validate=True)
