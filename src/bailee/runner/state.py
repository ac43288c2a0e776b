"""What one process keeps between commands: a key, values once found shared, and sealed case files.

The books will take this over; until then it is a folder, mode 0700, beside the policy. What is personal is sealed with
AES-256-GCM under a key of its own, derived from the key file by the expanding half of HKDF (RFC 5869).
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.runner.values import from_plain, to_plain
from bailee.trace.closure import Value

_KEY_BYTES = 32
_NONCE_BYTES = 12


class StateError(Exception):
    """Bailee's own state cannot be used. ``message`` says what is, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class InvalidSealError(StateError):
    """What is sealed does not open: another key, or it was tampered with."""


@dataclass(frozen=True)
class State:
    """The folder of Bailee's own state."""

    folder: Path

    def secret(self, purpose: str) -> bytes:
        """Return the key for ``purpose``, 32 bytes, always the same."""
        return hmac.digest(self._key(), purpose.encode() + b"\x01", "sha256")  # HKDF-Expand, one block

    def _key(self) -> bytes:
        path = self.folder / "key"
        if not path.exists():
            self._make(path, secrets.token_bytes(_KEY_BYTES))
        if path.stat().st_mode & 0o077:
            raise StateError("the key file can be read by others", f"chmod 600 {path}")
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            raise StateError("the key file is not a key", "put the right one back: without it no case can be opened")
        return key

    def _make(self, path: Path, content: bytes) -> None:
        """Write a file so that it is there whole or not at all, even if the machine stops."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "unknown"
            hint = f"see to {path.parent}, then run it again: what is not in the books is not done"
            raise StateError(f"the books cannot be written: {reason}", hint) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the books alone; a process that dies lets go of them. Raises `StateError` where another holds them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise StateError("another plan is being applied", "wait until it has ended, then apply again") from None
        try:
            yield
        finally:
            os.close(descriptor)

    # --- cases -------------------------------------------------------------------------------------------

    def seal(self, case: str, content: dict[str, Any]) -> None:
        """Write the case file ``case``."""
        self.put("cases", case, content)

    def open_case(self, case: str) -> dict[str, Any]:
        """Return what the case file ``case`` holds. Raises `StateError` where there is none or it was tampered with."""
        try:
            content = self.get("cases", case)
        except InvalidSealError:
            raise StateError("the case file does not open with this key", "put the key or the file back") from None
        if content is None:
            raise StateError("the case of this plan is not in the books", "make the plan anew, on this machine")
        return content

    def cases(self) -> Iterator[str]:
        """Yield the names of all cases."""
        return self.names("cases")

    def destroy(self, case: str) -> None:
        """Destroy the case file ``case``."""
        (self.folder / "cases" / f"{case}.sealed").unlink(missing_ok=True)

    # --- pages -------------------------------------------------------------------------------------------

    def page(self, name: str) -> dict[str, Any]:
        """Return the JSON page ``name`` of the books, in which nothing is personal; empty where there is none."""
        path = self.folder / f"{name}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise StateError(f"{path.name} of the books cannot be read", f"mend {path}, or take it away") from None
        return content if isinstance(content, dict) else {}

    def keep_page(self, name: str, content: dict[str, Any]) -> None:
        """Write the JSON page ``name`` of the books. Raises `StateError`."""
        self._make(self.folder / f"{name}.json", json.dumps(content, indent=2, sort_keys=True).encode() + b"\n")

    # --- shelves: what is sealed, by name -----------------------------------------------------------------

    def put(self, shelf: str, name: str, content: dict[str, Any]) -> None:
        """Seal ``content`` under ``name``, in place of what was there."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(to_plain(content)).encode()
        sealed = nonce + AESGCM(self.secret(shelf)).encrypt(nonce, plain, name.encode())
        path = self.folder / shelf / f"{name}.sealed"
        self._make(path, sealed)
        for part in path.parent.glob(f"{path.name}.*.part"):  # a process died while it wrote one
            part.unlink(missing_ok=True)

    def get(self, shelf: str, name: str) -> dict[str, Any] | None:
        """Return what is sealed under ``name``, ``None`` where nothing is. Raises `InvalidSealError`, `StateError`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path = self.folder / shelf / f"{name}.sealed"
        try:
            sealed = path.read_bytes()
            plain = AESGCM(self.secret(shelf)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except FileNotFoundError:
            return None
        except (InvalidTag, ValueError):
            hint = "put the key or the file back"
            raise InvalidSealError(f"{shelf}/{path.name} does not open with this key", hint) from None
        content = from_plain(json.loads(plain))
        assert isinstance(content, dict)
        return content

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names of all that is sealed on a shelf."""
        return (path.stem for path in sorted((self.folder / shelf).glob("*.sealed")))

    # --- shared values -----------------------------------------------------------------------------------

    def remember_shared(self, values: frozenset[Value]) -> None:
        """Remember values found shared, for good (7)."""
        known = self.shared().digests
        new = known | {digest_of(self.secret("shared"), value) for value in values}
        if new != known:
            self._make(self.folder / "shared", "".join(f"{digest}\n" for digest in sorted(new)).encode())

    def shared(self) -> Shared:
        """Return what is remembered as shared."""
        path = self.folder / "shared"
        digests = frozenset(path.read_text().split()) if path.exists() else frozenset()
        return Shared(self.secret("shared") if digests else b"", digests)


@dataclass(frozen=True, slots=True)
class Shared:
    """Values once found shared, as keyed digests: who reads the file learns nobody's number."""

    key: bytes
    digests: frozenset[str]

    def __contains__(self, value: object) -> bool:
        return bool(self.digests) and isinstance(value, tuple) and digest_of(self.key, value) in self.digests


def digest_of(key: bytes, value: Value | tuple[str, ...]) -> str:
    """Return HMAC-SHA-256 of a value, in hexadecimal."""
    return hmac.new(key, "\0".join(value).encode(), hashlib.sha256).hexdigest()
