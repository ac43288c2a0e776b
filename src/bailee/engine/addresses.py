"""What the policy's ``env:NAME``, ``file:PATH`` and ``vault:NAME`` stand for, and where its books are."""

from __future__ import annotations

import os
from pathlib import Path

from bailee.connectors.base import ConnectorError
from bailee.policy import Policy
from bailee.store.sealed_store import StateError, Store
from bailee.store.secrets import reveal_secret
from bailee.vault import VaultError

DATABASE = "books.sqlite3"
"""The file of the books in their folder, where the policy names no other database."""


def locate_store(policy: Policy, folder: Path) -> Store:
    """Return the state of the firm whose ``policy`` stands in ``folder``; nothing is read yet.

    Raises `ConnectorError` where the address of the books stands elsewhere, and is not there.
    """
    firm = policy.firm
    return Store(folder / firm.books, firm.vault, folder, _skip_sqlite(firm.books_url, folder))


def _skip_sqlite(url: str, folder: Path) -> str:
    url = resolve_address(url, folder, "books") if url else ""
    return "" if url.startswith("sqlite:") else url


def find_books_url(policy: Policy, folder: Path) -> str:
    """Return the address of the books' database. Raises `ConnectorError` where a secret is missing."""
    if policy.firm.books_url:
        return resolve_address(policy.firm.books_url, folder, "books")
    return f"sqlite:///{os.path.abspath(folder / policy.firm.books / DATABASE)}"  # noqa: PTH100 - keeps links as they are


def resolve_address(url: str, folder: Path, system: str, store: Store | None = None) -> str:
    """Return the address that ``url`` stands for: a secret looked up, a relative path resolved against the folder.

    ``store`` has the vault; without it ``vault:NAME`` stands for nothing. Raises `ConnectorError`.
    """
    if is_secret(url):
        url = read_secret(url, folder, system, store)
    scheme, slashes, path = url.partition(":///")
    if slashes and path and not path.startswith("/"):
        from bailee.connectors.sql.addresses import is_file_address  # start-up: SQLAlchemy

        if is_file_address(url):
            return f"{scheme}:///{(folder / path).resolve()}"
    return url if "://" in url else str((folder / url).resolve())


def is_secret(url: str) -> bool:
    """Whether ``url`` says where an address stands, and is none itself."""
    return url.partition(":")[0] in {"env", "file", "vault"} and "://" not in url


def read_secret(reference: str, folder: Path, system: str, store: Store | None = None) -> str:
    """Return the secret that ``reference`` names: ``env:NAME``, ``file:PATH`` or ``vault:NAME``.

    ``system``: what asks for it, for the message. Raises `ConnectorError`.
    """
    kind, _, rest = reference.partition(":")
    if kind == "env":
        if rest not in os.environ:
            raise ConnectorError("C501", f"system {system!r}: the environment has no {rest}", f"export {rest}=...")
        return os.environ[rest]
    if kind == "file":
        try:
            return (folder / rest).read_text(encoding="utf-8").strip()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "unknown"
            message = f"system {system!r}: the file with its address cannot be read: {reason}"
            raise ConnectorError("C501", message, rest) from None
    if kind == "vault" and store is not None:
        return _reveal_secret(rest, system, store)
    message = f"system {system!r}: its secret cannot stand in the vault"
    raise ConnectorError("C501", message, "use env:NAME or file:PATH")


def _reveal_secret(name: str, system: str, store: Store) -> str:
    try:
        return reveal_secret(store, name)
    except (StateError, VaultError) as error:
        raise ConnectorError("C501", f"system {system!r}: {error.message}", error.hint) from None
