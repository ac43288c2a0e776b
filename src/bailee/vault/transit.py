"""A master key that stays in OpenBao or HashiCorp Vault: its transit engine wraps, and never hands the key out."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bailee.vault.errors import InvalidVaultSealError, VaultError
from bailee.vault.masters import epoch_of, header, split

WRAPPED = b"BLT1"
TIMEOUT = 10
"""Seconds to wait for the key service."""

BATCH = 500
"""Keys that are unwrapped by one request."""

_DIGEST_BYTES = 32


class _NoSuchKeyError(VaultError):
    def __init__(self) -> None:
        super().__init__("V703", "the transit key is not there", "make one there: bao write -f MOUNT/keys/KEY")


class TransitMaster:
    """The transit key at ``url``, ``https://HOST:PORT/MOUNT/KEY``; versions of the key are our epochs.

    The token is ``BAO_TOKEN`` or ``VAULT_TOKEN`` of the environment. A data key is sent with the digest of its name
    before it: the engine's own ``associated_data`` is lost when it wraps anew.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        mount, _, key = parts.path.strip("/").rpartition("/")
        if not (parts.hostname and mount and key) or parts.username or parts.query:
            raise VaultError("V702", "vault: names no transit key", "write transit:https://HOST:8200/MOUNT/KEY")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            raise VaultError("V702", "vault: would send keys over the network in clear", "write transit:https://...")
        self.reference = f"transit:{url}"
        self._server, self._mount, self._name = f"{parts.scheme}://{parts.netloc}", mount, key

    def stands(self) -> bool:
        """Whether the service has the key: else it would make one of this name when first asked to wrap."""
        try:
            self._facts()
        except _NoSuchKeyError:
            return False
        return True

    def begin(self) -> None:
        """Say how a transit key is made: that takes a right that Bailee should not have."""
        raise _NoSuchKeyError

    def epoch(self) -> int:
        """Return the newest epoch."""
        return int(self._facts()["latest_version"])

    def epochs(self) -> tuple[int, ...]:
        """Return the epochs that can still unwrap, the newest last."""
        facts = self._facts()
        return tuple(range(max(1, int(facts["min_decryption_version"])), int(facts["latest_version"]) + 1))

    def wrap(self, key: bytes, name: str) -> bytes:
        """Return ``key`` wrapped under the newest epoch."""
        plain = base64.b64encode(_digest(name) + key).decode()
        with self._asked():
            answer = self._transit.encrypt_data(self._name, plaintext=plain, mount_point=self._mount)
            return _wrapped(answer["data"]["ciphertext"])

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Return the data key ``name``; raises `InvalidVaultSealError` besides."""
        with self._asked(opens=True):
            answer = self._transit.decrypt_data(self._name, ciphertext=_ciphertext(wrapped), mount_point=self._mount)
            return _key_in(answer["data"]["plaintext"], name)

    def unwrap_several(self, wrapped: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return the keys that stand under their names in ``wrapped``, by one request for many.

        None of those that were asked for together with one that does not open: each is then asked for by itself.
        """
        found: dict[str, bytes] = {}
        names = list(wrapped)
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            with suppress(InvalidVaultSealError):
                found |= self._unwrapped({name: wrapped[name] for name in part})
        return found

    def _unwrapped(self, wrapped: Mapping[str, bytes]) -> Mapping[str, bytes]:
        batch = [{"ciphertext": _ciphertext(one)} for one in wrapped.values()]
        with self._asked(opens=True):
            answer = self._transit.decrypt_data(self._name, batch_input=batch, mount_point=self._mount)
            plain = [one["plaintext"] for one in answer["data"]["batch_results"]]
            return {name: _key_in(text, name) for name, text in zip(wrapped, plain, strict=True)}

    def rewrap(self, wrapped: bytes, name: str) -> bytes:  # noqa: ARG002 - as the others are called
        """Return what is ``wrapped``, under the newest epoch; the key does not leave the service."""
        with self._asked(opens=True):
            answer = self._transit.rewrap_data(self._name, ciphertext=_ciphertext(wrapped), mount_point=self._mount)
            return _wrapped(answer["data"]["ciphertext"])

    def begin_epoch(self) -> int:
        """Begin a new epoch and return it."""
        with self._asked():
            self._transit.rotate_key(self._name, mount_point=self._mount)
        return self.epoch()

    def retire(self) -> bool:
        """Forget all epochs but the newest; return whether the older ones open nothing any more."""
        newest = self.epoch()
        try:
            with self._asked():
                self._transit.update_key_configuration(
                    self._name, min_decryption_version=newest, mount_point=self._mount
                )
        except VaultError:  # the token may do no more than wrap, which is well: whoever runs the service retires
            return False
        return True

    def material(self) -> None:
        """Return nothing: the key does not leave the service."""
        return

    def legacy(self) -> None:
        """Return nothing: old books have a key file."""
        return

    def _facts(self) -> Any:
        with self._asked():
            return self._transit.read_key(self._name, mount_point=self._mount)["data"]

    @cached_property
    def _transit(self) -> Any:
        import hvac  # start-up: 104 ms

        token = os.environ.get("BAO_TOKEN") or os.environ.get("VAULT_TOKEN")
        if not token:
            hint = "export BAO_TOKEN=..., of a policy that may encrypt, decrypt and rewrap with this key"
            raise VaultError("V706", "the environment has no token for the key service", hint)
        return hvac.Client(url=self._server, token=token, timeout=TIMEOUT).secrets.transit

    @contextmanager
    def _asked(self, *, opens: bool = False) -> Iterator[None]:
        """Say in our words what the service, or the way to it, says; its own may repeat what was sent."""
        from hvac import exceptions  # start-up: 104 ms
        from requests import RequestException  # start-up: 85 ms

        try:
            yield
        except exceptions.Forbidden:
            hint = "give its policy update on encrypt, decrypt and rewrap, and read on keys, of this key"
            raise VaultError("V706", "the key service does not let this token do it", hint) from None
        except exceptions.InvalidPath:
            raise _NoSuchKeyError from None
        except exceptions.InvalidRequest:
            if not opens:
                raise VaultError("V706", "the key service refuses", "see to the key's type and versions") from None
            hint = "put the wrapped key back from a backup of the books, or see to the key's min_decryption_version"
            raise InvalidVaultSealError("the key service does not open a wrapped key", hint) from None
        except exceptions.VaultDown:
            raise VaultError("V706", "the key service is sealed", "unseal it, then run it again") from None
        except (exceptions.VaultError, RequestException) as error:
            message = f"the key service cannot be reached: {type(error).__name__}"
            raise VaultError("V706", message, f"see to {self._server}, then run it again") from None
        except (KeyError, TypeError, ValueError):
            hint = f"see whether an OpenBao answers at {self._server}"
            raise VaultError("V706", "the key service does not answer as one", hint) from None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _digest(name: str) -> bytes:
    return sha256(name.encode()).digest()


def _key_in(plaintext: str, name: str) -> bytes:
    plain = base64.b64decode(plaintext)
    if not hmac.compare_digest(plain[:_DIGEST_BYTES], _digest(name)):
        raise InvalidVaultSealError("a wrapped key stands under another name", "put it back from a backup of the books")
    return plain[_DIGEST_BYTES:]


def _wrapped(ciphertext: str) -> bytes:
    return header(WRAPPED, int(ciphertext.split(":")[1].removeprefix("v"))) + ciphertext.encode()


def _ciphertext(wrapped: bytes) -> str:
    """Return the engine's own text, ``vault:v1:...``, whose version must be the epoch in the header."""
    head, rest = split(wrapped)
    epoch = epoch_of(wrapped)
    if not head.startswith(WRAPPED):
        hint = "see vault: in the policy, or: bailee vault adopt OLD"
        raise VaultError("V705", "the keys of these books are wrapped by another kind of master", hint)
    text = rest.decode("ascii", "replace")
    if not text.startswith(f"vault:v{epoch}:"):
        raise InvalidVaultSealError("a wrapped key is damaged", "put it back from a backup of the books")
    return text
