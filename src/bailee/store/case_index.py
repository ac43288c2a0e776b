"""By what a kept case is found: digests of the keys of rows, and of values, that it names (21).

A digest is an HMAC under a secret of the vault, which stays the same when the master key is rotated. It tells nobody
what it is of, and is made alike of all that Python and the databases take for equal: 1, 1.0 and ``Decimal("1")``.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from bailee.policy.predicate import Scalar
from bailee.store.sealed_store import Store
from bailee.trace import Ref
from bailee.trace.closure import Value

PURPOSE = "what kept cases name"
SIZE = 16
"""Bytes of a digest: two are never alike by chance, and if they were, a case would be opened in vain."""


def calculate_digests(store: Store, refs: Iterable[Ref], values: Iterable[Value] = ()) -> frozenset[bytes]:
    """Return the digests of rows, and of values: an attribute and what is its normal form."""
    secret = store.secret(PURPOSE)
    texts = {*_spell_refs(refs), *("\0".join(("value", *value)) for value in values)}
    return frozenset(hmac.digest(secret, t.encode("utf-8", "surrogatepass"), "sha256")[:SIZE] for t in texts)


def _spell_refs(refs: Iterable[Ref]) -> Iterator[str]:
    for ref in refs:
        yield "\0".join(("row", ref.system, ref.collection, *map(_spell_cell, ref.key)))


def _spell_cell(cell: Scalar) -> str:
    """Return a text of ``cell`` that is the same for cells that are equal, and for no others."""
    match cell:
        case str():
            return f"text {cell!r}"
        case bool() | int():
            return f"number {int(cell)}"
        case float() | Decimal() if math.isfinite(cell):
            return f"number {Fraction(cell)}"
        case datetime() if cell.tzinfo is not None:
            return f"moment {cell.astimezone(UTC).isoformat()}"
        case bytes() | bytearray() | memoryview():
            return f"bytes {bytes(cell).hex()}"
    return f"{type(cell).__name__} {cell}"
