"""The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: roots and proofs. Values in, values out.

A tree is never held: who makes a proof says how the hash of a range of leaves is found, in a list or in tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32

EMPTY = sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962, 2.1)."""

Range = Callable[[int, int], bytes]
"""(first, end) -> the Merkle tree hash of the leaves from ``first`` up to, not including, ``end``."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of the leaf that is ``entry``."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of many leaves: a call for each would take as long as the hash."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over ``hashes`` of leaves; of complete subtrees of one size, the last may be a smaller one.

    Level by level a node without a neighbour moves up: that is the same tree as RFC 6962's split at the largest power
    of two.
    """
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


def split(size: int) -> int:
    """Return the largest power of two less than ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def range_of(hashes: Sequence[bytes]) -> Range:
    """Return how a range is hashed where all ``hashes`` of leaves are at hand."""
    return lambda first, end: root_of(hashes[first:end])


# --- proofs --------------------------------------------------------------------------------------------------


def inclusion_proof(index: int, size: int, of: Range) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``index`` in the tree of ``size``, from the leaf's sibling up (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            path.append(of(middle, end))
            end = middle
        else:
            path.append(of(first, middle))
            first = middle
    return tuple(reversed(path))


def consistency_proof(old: int, size: int, of: Range) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``size`` goes on from the tree of its first ``old`` leaves (RFC 6962, 2.1.2).

    It is empty for an empty old tree and for equal sizes: nothing needs to be shown.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} does not go on from one of {old}")
    path: list[bytes] = []
    first, end, is_whole = 0, size, True
    while old not in {0, end}:
        middle = first + split(end - first)
        if old <= middle:
            path.append(of(middle, end))
            end = middle
        else:
            path.append(of(first, middle))
            first, is_whole = middle, False
    if old and not is_whole:
        path.append(of(first, end))
    return tuple(reversed(path))


def includes(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that leaf ``index`` of the tree with ``root`` is ``entry_hash`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, entry_hash
    for one in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(one, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, one)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def goes_on(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether ``proof`` shows that the tree with ``root`` goes on from that with ``old_root`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old in {0, size}:
        return not proof and old_root == (root if old else EMPTY)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    was = now = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            was, now = node_hash(one, was), node_hash(one, now)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            now = node_hash(now, one)
        node, last = node >> 1, last >> 1
    return last == 0 and was == old_root and now == root
