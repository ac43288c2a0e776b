"""Roots and proofs: published vectors, another implementation, and every size to 130."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scitt_cose import merkle

from bailee.ledger import tree

# The eight leaves and the roots of Certificate Transparency's own tests (merkle_tree_test.cc), for sizes 0 to 8.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (leaf, size) -> path, from the same tests
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

ENTRIES = [sha256(bytes([n])).digest() for n in range(131)]
HASHES = [tree.leaf_hash(entry) for entry in ENTRIES]
ALL = [tree.root_of(HASHES[:size]) for size in range(len(HASHES) + 1)]
OF = tree.range_of(HASHES)


def test_roots_are_those_of_certificate_transparency() -> None:
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    assert [tree.root_of(hashes[:size]).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("leaf", "size"), INCLUSION)
def test_audit_paths_are_those_of_certificate_transparency(leaf: int, size: int) -> None:
    of = tree.range_of([tree.leaf_hash(one) for one in LEAVES])
    assert [one.hex() for one in tree.inclusion_proof(leaf, size, of)] == INCLUSION[leaf, size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(old: int, size: int) -> None:
    of = tree.range_of([tree.leaf_hash(one) for one in LEAVES])
    assert [one.hex() for one in tree.consistency_proof(old, size, of)] == CONSISTENCY[old, size]


def test_leaves_of_every_tree_to_130_are_shown_to_be_there() -> None:
    for size in range(1, 131):
        for index in {*range(size % 7, size, 7), size - 1}:
            proof = tree.inclusion_proof(index, size, OF)
            assert tree.includes(HASHES[index], index, size, proof, ALL[size])
            assert not tree.includes(HASHES[index + 1], index, size, proof, ALL[size])


def test_every_tree_to_130_goes_on_from_smaller_ones() -> None:
    for size in range(131):
        for old in {*range(size % 7, size, 7), size, size // 2}:
            proof = tree.consistency_proof(old, size, OF)
            assert tree.goes_on(old, size, proof, ALL[old], ALL[size])
            assert not tree.goes_on(old, size, proof, ALL[old - 1 if old else 1], ALL[size])


sizes = st.integers(1, 130)


@given(sizes, st.data())
def test_another_implementation_makes_and_accepts_the_same_proofs(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    entries = [entry.hex() for entry in ENTRIES[:size]]
    path = [one.hex() for one in tree.inclusion_proof(index, size, OF)]
    proof = [one.hex() for one in tree.consistency_proof(old, size, OF)]
    assert merkle.merkle_root(entries) == ALL[size].hex()
    assert merkle.inclusion_proof(entries, index) == path
    assert merkle.verify_inclusion(entries[index], index, size, path, ALL[size].hex())
    assert merkle.consistency_proof(entries, old, size) == proof
    assert merkle.verify_consistency(ALL[old].hex(), ALL[size].hex(), old, size, proof)


@given(sizes, st.data())
def test_a_proof_in_which_anything_is_changed_shows_nothing(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path, proof = tree.inclusion_proof(index, size, OF), tree.consistency_proof(old, size, OF)
    other = data.draw(st.binary(min_size=32, max_size=32))
    for bad in _changed(path, other, data):
        assert not tree.includes(HASHES[index], index, size, bad, ALL[size])
    for bad in _changed(proof, other, data):
        assert not tree.goes_on(old, size, bad, ALL[old], ALL[size])
    assert not tree.includes(HASHES[index], (index + 1) % 131, size, path, ALL[size]) or size == 1
    assert not tree.includes(HASHES[index], index, size, path, other)


def _changed(proof: tuple[bytes, ...], other: bytes, data: st.DataObject) -> list[tuple[bytes, ...]]:
    longer = [(*proof, other), (other, *proof)]
    if not proof:
        return longer
    at = data.draw(st.integers(0, len(proof) - 1))
    return [*longer, proof[:-1], proof[1:], (*proof[:at], other, *proof[at + 1 :])]


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="leaf 3 is not in a tree of 3"):
        tree.inclusion_proof(3, 3, OF)
    with pytest.raises(ValueError, match="does not go on"):
        tree.consistency_proof(4, 3, OF)
    assert not tree.includes(HASHES[3], 3, 3, (), ALL[3])
    assert not tree.goes_on(4, 3, (), ALL[4], ALL[3])
