"""The vault: its master key, a new epoch, and the secrets that the policy names: an administrator's.

No secret is ever handed out, and no share of the master key crosses the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

from ninja import Router
from pydantic import Field, StringConstraints

from bailee.connectors.sql.addresses import is_address, is_host_address
from bailee.requests.fields import TEXT
from bailee.store import recovery, secrets
from bailee.store.staff import Scope
from bailee.vault import VaultError
from bailee.web.api.access import ADMINISTRATORS, Call, allow
from bailee.web.api.fields import Shape, View
from bailee.web.api.problems import CallRefused, NotFound

router = Router(tags=["vault"])

_MAY = allow(Scope.ADMIN, ADMINISTRATORS)
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]

_NOT_NOW = frozenset({"V705", "V708"})
"""Codes of what is well with the vault, and cannot be done as things are."""


class VaultView(View):
    """What is known of the master key. ``keys``: epoch -> how many data keys it wraps."""

    master: str = Field(examples=["file:/etc/bailee/key"])
    epoch: int
    epochs: list[int]
    keys: Mapping[int, int]
    secrets: int
    rehearsed: str = Field(description="When the recovery of this epoch was, if ever")
    unsealed: int = Field(description="Things that were sealed before there was a vault")
    is_beside: bool = Field(description="It lies in the folder of the books, beside what it seals")
    is_rotating: bool = Field(description="A rotation was cut short")
    needs_rehearsal: bool


class Rotated(View):
    """A new epoch. ``sealed_anew``: things that were sealed before there was a vault."""

    epoch: int
    sealed_anew: int
    older_epochs_gone: bool


class Secret(Shape):
    """An address with its password, or a password."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=TEXT)]


@router.get("/vault", auth=_MAY, response=VaultView, operation_id="vault_status")
def show_vault(request: Call) -> recovery.RecoveryStatus:
    """Say where the master key is, which epochs it has, and whether its recovery has been rehearsed."""
    return recovery.read_recovery_status(request.context.store)


@router.post("/vault/rotate", auth=_MAY, response=Rotated, operation_id="rotate_vault")
def rotate_vault(request: Call) -> Rotated:
    """Begin a new epoch of the master key, wrap all data keys again, and forget the epochs before.

    From then on the recovery must be rehearsed again. An ``Idempotency-Key`` is not looked at: in its transaction keys
    could be rolled back to an epoch that is forgotten. A rotation that was cut short goes on.
    """
    with _as_it_stands():
        epoch, sealed, is_over = recovery.rotate_master(request.context.store)
    return Rotated(epoch=epoch, sealed_anew=sealed, older_epochs_gone=is_over)


@router.get("/vault/secrets", auth=_MAY, response=list[str], operation_id="list_secrets")
def list_secrets(request: Call) -> list[str]:
    """List the names of the secrets in the vault. What they are is told to nobody."""
    return list(secrets.list_secrets(request.context.store))


@router.put("/vault/secrets/{secret}", auth=_MAY, response={204: None}, operation_id="put_secret")
def put_secret(request: Call, secret: _Name, body: Secret) -> None:
    """Put a secret into the vault, in place of what was there. None is taken until a recovery has been rehearsed.

    An ``Idempotency-Key`` is not looked at: to put it twice does no more than to put it once.
    """
    text = body.text.strip("\r\n")
    if is_address(text) and not is_host_address(text):
        detail = "over the API a database is reached by its host alone: no file, socket or option is taken"
        raise CallRefused("not-allowed", detail, "put it where Bailee runs: bailee vault secret put NAME")
    with _as_it_stands():
        secrets.put_secret(request.context.store, secret, text)


@router.delete("/vault/secrets/{secret}", auth=_MAY, response={204: None}, operation_id="remove_secret")
def remove_secret(request: Call, secret: _Name) -> None:
    """Shred a secret: its key is destroyed, and with it whatever copies of it there are."""
    if secret not in {*secrets.list_secrets(request.context.store)}:
        raise NotFound
    secrets.remove_secret(request.context.store, secret)


@contextmanager
def _as_it_stands() -> Iterator[None]:
    try:
        yield
    except VaultError as error:
        if error.code in _NOT_NOW:
            raise CallRefused("not-now", error.message, error.hint) from None
        raise
