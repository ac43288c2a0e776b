"""A master key in a file that nobody but its owner can read: a JSON object a line, an epoch each."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bailee.vault.errors import VaultError
from bailee.vault.files import write_once, write_whole
from bailee.vault.masters import KEY_BYTES, LEGACY, LocalMaster


class FileMaster(LocalMaster):
    """The master key in ``path``. What others can read, or replace, is no key: it is refused."""

    def __init__(self, path: Path, reference: str) -> None:
        self.path, self.reference = path, reference
        self._read: tuple[tuple[int, ...], Mapping[int, bytes]] | None = None

    def stands(self) -> bool:
        """Whether there is a key file."""
        return self.path.exists()

    def begin(self) -> None:
        """Make the first epoch."""
        with self._told():
            write_once(self.path, _text({1: secrets.token_bytes(KEY_BYTES)}))

    def begin_epoch(self) -> int:
        """Begin a new epoch and return it."""
        with self._told(), self._alone():
            epochs = self._epochs()
            new = max(epochs) + 1
            write_whole(self.path, _text({**epochs, new: secrets.token_bytes(KEY_BYTES)}))
            return new

    def retire(self) -> bool:
        """Forget all epochs but the newest; return whether the older ones open nothing any more."""
        with self._told(), self._alone():
            epochs = self._epochs()
            newest = max(epochs)
            if len(epochs) > 1:
                write_whole(self.path, _text({newest: epochs[newest]}))
            return True

    def restore(self, epoch: int, key: bytes) -> None:
        """Write the file anew out of recovered material; raises `VaultError` where one stands."""
        with self._told():
            if not write_once(self.path, _text({epoch: key})):
                raise VaultError("V707", "a key file stands there already", "move it away first, and keep it")

    def _epochs(self) -> Mapping[int, bytes]:
        """Return the epochs; read again where the file has changed, since another process may have begun one."""
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            hint = f"put {self.path} back, or: bailee vault recovery restore"
            raise VaultError("V703", "the master key is missing", hint) from None
        except OSError as error:
            raise _unusable(self.path, error) from None
        mark = (facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size)
        if self._read is None or self._read[0] != mark:
            with self._told():
                self._read = mark, _epochs_of(_content(self.path))
        return self._read[1]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time change the file. The lock dies with the process."""
        descriptor = os.open(
            self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _unusable(self.path, error) from None


def _unusable(path: Path, error: OSError) -> VaultError:
    reason = os.strerror(error.errno) if error.errno else "unknown"
    return VaultError("V709", f"the key file cannot be used: {reason}", f"see to {path}, then run it again")


def _content(path: Path) -> bytes:
    """Return what is in the file, looked at through one descriptor so that it cannot be changed for another between."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(descriptor)
        if facts.st_mode & 0o077:
            raise VaultError("V704", "the key file can be read by others", f"chmod 600 {path}")
        if facts.st_uid not in {0, os.geteuid()}:
            raise VaultError("V704", "the key file belongs to another account", f"chown it to this one: {path}")
        folder = path.resolve().parent
        around = folder.stat()
        if around.st_mode & 0o022 and not around.st_mode & stat.S_ISVTX:
            raise VaultError("V704", "others can put another key file in its place", f"chmod go-w {folder}")
        if around.st_uid not in {0, os.geteuid(), facts.st_uid}:
            message = "the folder of the key file belongs to another account"
            raise VaultError("V704", message, f"move the key to a folder of this account's, out of {folder}")
        return stream.read()


def _epochs_of(content: bytes) -> Mapping[int, bytes]:
    if len(content) == KEY_BYTES:
        return {LEGACY: content}
    try:
        lines = [json.loads(line) for line in content.decode("ascii").splitlines() if line.strip()]
        epochs = {int(line["epoch"]): base64.b64decode(line["key"], validate=True) for line in lines}
    except (ValueError, KeyError, TypeError):
        epochs = {}
    if not epochs or any(len(key) != KEY_BYTES for key in epochs.values()) or min(epochs) < 0:
        hint = "put the right one back: without it no case can be opened"
        raise VaultError("V702", "the key file is not a key", hint)
    return epochs


def _text(epochs: Mapping[int, bytes]) -> bytes:
    lines = (json.dumps({"epoch": n, "key": base64.b64encode(epochs[n]).decode()}) for n in sorted(epochs))
    return "".join(f"{line}\n" for line in lines).encode()
