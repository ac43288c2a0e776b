"""A master key on paper: two shares in words (SLIP-39), of which each alone tells nothing.

SLIP-39 is Shamir's scheme with a checksum and a list of words that are told apart by their first four letters:
https://github.com/satoshilabs/slips/blob/master/slip-0039.md. Two shares, both needed: one for the Data Controller, one
for somebody else.
"""

from __future__ import annotations

import re

from bailee.vault.errors import VaultError

SHARES = 2
WORDS = 33
"""Words of a share of 32 bytes."""


def split_key(key: bytes) -> tuple[str, ...]:
    """Return ``key``, 32 bytes, as two shares of 33 words each; each time other ones, which go together."""
    from shamir_mnemonic import generate_mnemonics  # start-up: 24 ms

    ((*shares,),) = generate_mnemonics(1, [(SHARES, SHARES)], key)
    return tuple(shares)


def join_key(text: str) -> bytes:
    """Return the key of which ``text`` has both shares, in any order; numbers and line ends are passed over.

    Raises `VaultError`, which repeats no word.
    """
    from shamir_mnemonic import MnemonicError, combine_mnemonics  # start-up: 24 ms

    words = re.findall(r"[a-z]+", text.lower())
    if len(words) != SHARES * WORDS:
        message = f"there are {len(words)} words, and two shares have {SHARES * WORDS}"
        raise VaultError("V707", message, f"give the {WORDS} words of each share, and nothing else")
    shares = (" ".join(words[:WORDS]), " ".join(words[WORDS:]))
    try:
        return bytes(combine_mnemonics(shares))
    except (MnemonicError, ValueError, KeyError):
        hint = "check the spelling; both shares must be of one printing, and not the same one twice"
        raise VaultError("V707", "these are not the two shares of a master key", hint) from None
