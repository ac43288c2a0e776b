"""Signed notes, keys as text, and checkpoints."""

from __future__ import annotations

import base64

import pytest

from bailee.ledger import Checkpoint, LedgerError, Verifier, open_checkpoint, signer_of, verifier_of
from bailee.ledger.note import open_note
from bailee.ledger.tree import EMPTY
from tests.ledger.logs import KEY, OTHER, SIGNER

# The example of golang.org/x/mod/sumdb/note, where signed notes come from.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_note_of_the_format_s_origin_opens_under_its_key() -> None:
    assert open_note(NOTE, verifier_of(VKEY)) == TEXT
    assert str(verifier_of(VKEY)) == VKEY


def test_a_note_that_was_changed_does_not_open() -> None:
    with pytest.raises(LedgerError, match="the signature does not hold"):
        open_note(NOTE.replace("answer", "question"), verifier_of(VKEY))


def test_a_key_comes_back_from_its_text() -> None:
    assert signer_of(SIGNER.to_text()) == SIGNER
    assert verifier_of(f" {KEY}\n") == KEY
    assert SIGNER.to_text() not in repr(SIGNER)
    assert base64.b64encode(SIGNER.seed).decode() not in repr(SIGNER)


@pytest.mark.parametrize("text", ["", "a", "a+b+c", str(KEY)[:-1], str(KEY).replace("+A", "+B"), SIGNER.to_text()])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="no Ed25519 key"):
        verifier_of(text)
    with pytest.raises(LedgerError, match="no Ed25519 key"):
        signer_of(text.removeprefix("PRIVATE+KEY+"))


def test_a_checkpoint_of_another_key_of_that_name_does_not_open() -> None:
    note = OTHER.signed(Checkpoint(OTHER.name, 0, EMPTY).text)
    with pytest.raises(LedgerError, match=r"not signed by firm\.example/ledger"):
        open_checkpoint(note, KEY)


def test_a_signature_of_a_witness_beside_the_log_s_is_passed_over() -> None:
    head = Checkpoint(SIGNER.name, 0, EMPTY)
    witness = OTHER.signed(head.text).rpartition("\n\n")[2]
    assert open_checkpoint(SIGNER.signed(head.text) + witness, KEY) == head


@pytest.mark.parametrize(
    "text",
    [
        "firm.example/ledger\n0\n",
        "firm.example/ledger\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "firm.example/ledger\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "firm.example/ledger\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "firm.example/ledger\n0\n47DEQpj8\n",
        "firm.example/other\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    ],
)
def test_what_is_signed_and_is_no_checkpoint_of_the_log_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="checkpoint"):
        open_checkpoint(SIGNER.signed(text), KEY)


@pytest.mark.parametrize(
    "note", ["", "\n", "a\n\n", "a\n\nb\n", "a\n\n— b c\n", "a\r\n\n— b aGFsbG9oYWxsbw==\n", NOTE[:-1]]
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(LedgerError, match="no signed note"):
        open_note(note, Verifier("b", KEY.key))
