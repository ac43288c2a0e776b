"""Whether a value *is* what its first signs say: ciphertext, or a password's hash, by the form of the usual tools.

A beginning is cheap: ``gAAAAA`` may be typed. So what follows is decoded, its versions and lengths are held against the
tool's format, and what should be random must look so. That shows the form alone: whether a key opens it, and whose that
is, no form can tell. Compressed text looks random, too.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping

SOUND, UNSOUND, OTHER = "sound", "unsound", "other"
"""What `build_sorter` says: of the form; begins like it and is not; does not begin like it."""

_LEAST = 16  # bytes: shorter ones cannot be told from text
_NONCE_AND_TAG = 12 + 16  # of AES-GCM and ChaCha20-Poly1305
_BLOCK = 16
_OF_MOST = 0.8  # of the entropy that so many bytes can have; random ones have more, text and patterns less
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def is_random(data: bytes) -> bool:
    """Whether ``data`` looks random: long enough, no text, and its bytes spread as random ones do (Shannon, 1948)."""
    if len(data) < _LEAST or _is_text(data):
        return False
    counts, n = Counter(data).values(), len(data)
    entropy = -sum(count / n * math.log2(count / n) for count in counts)
    return entropy >= _OF_MOST * math.log2(min(n, 256))


def _is_text(data: bytes) -> bool:
    """Whether ``data`` is text in UTF-8 without control signs: of 24 random bytes, one in two thousand millions is."""
    try:
        return _CONTROL.search(data.decode()) is None
    except UnicodeDecodeError:
        return False


def _decode_base64(text: str) -> bytes:
    """Return what ``text`` says in base64, of either alphabet, padded or not; nothing where it is none."""
    plain = re.sub(r"\s+", "", text).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _decode_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if re.fullmatch(r"[0-9A-Fa-f]+", text) else b""
    except ValueError:
        return b""


def _is_sealed(text: str) -> bool:
    """Whether ``text`` is base64 or hexadecimal of what looks random, with room for a nonce and a tag."""
    return any(len(data) >= _NONCE_AND_TAG and is_random(data) for data in (_decode_hex(text), _decode_base64(text)))


# --- encrypted -----------------------------------------------------------------------------------------------


def _is_fernet(value: str) -> bool:
    """Version 0x80, time, IV, whole blocks, HMAC-SHA-256 (the Fernet specification)."""
    data = _decode_base64(value)
    version, rest, mac = data[:1], data[25:-32], data[-32:]
    whole = len(data) >= 1 + 8 + 16 + _BLOCK + 32 and len(rest) % _BLOCK == 0
    return whole and version == b"\x80" and is_random(data[9:25] + rest) and is_random(mac)


def _is_vault(value: str) -> bool:
    version, _, data = value.removeprefix("vault:v").partition(":")
    return version.isdigit() and len(_decode_base64(data)) >= _NONCE_AND_TAG and is_random(_decode_base64(data))


_AGE_HEADER = re.compile(rb"age-encryption\.org/v1\n(?:->[^\n]*\n(?:[A-Za-z0-9+/]+\n)*)+--- [A-Za-z0-9+/]{43}\n")


def _is_age(value: str) -> bool:
    """A header with its MAC, then a nonce and at least one chunk with its tag (age-encryption.org/v1)."""
    data = _strip_armour(value) if value.startswith("-----") else value.encode(errors="surrogateescape")
    header = _AGE_HEADER.match(data)
    return header is not None and is_random(data[header.end() :]) and len(data) - header.end() >= 2 * _BLOCK


def _strip_armour(value: str) -> bytes:
    """Return what stands between the first line and the last, without headers and checksum."""
    lines = [line.strip() for line in value.strip().splitlines()]
    if len(lines) < 3 or not lines[-1].startswith("-----END "):  # noqa: PLR2004 - first, some, last
        return b""
    body = lines[lines.index("") + 1 : -1] if "" in lines else lines[1:-1]
    return _decode_base64("".join(line for line in body if not re.fullmatch(r"=[A-Za-z0-9+/]{4}", line)))


_ENCRYPTING = frozenset({1, 3, 9, 18, 20})  # PKESK, SKESK, and the three kinds of encrypted data (RFC 9580 s. 5)


def _is_pgp(value: str) -> bool:
    """A packet of encrypted data or of its session key: a literal or compressed packet is in the clear (RFC 9580)."""
    data = _strip_armour(value)
    if not data or not data[0] & 0x80:
        return False
    tag = data[0] & 0x3F if data[0] & 0x40 else (data[0] & 0x3C) >> 2
    return tag in _ENCRYPTING and is_random(data)


def _is_openssl(value: str) -> bool:
    data = _decode_base64(value)
    return data[:8] == b"Salted__" and len(data) >= _BLOCK + _BLOCK and is_random(data[8:])


def _is_ansible(value: str) -> bool:
    """Hexadecimal of three lines in hexadecimal: salt, HMAC, ciphertext (Ansible Vault 1.1 and 1.2)."""
    _, _, body = value.partition("\n")
    try:
        parts = _decode_hex("".join(body.split())).decode("ascii").split("\n")
    except UnicodeDecodeError:
        return False
    return len(parts) == 3 and all(is_random(_decode_hex(part)) for part in parts)  # noqa: PLR2004


def _is_jwe(value: str) -> bool:
    """Five parts: a header that names how, a key (none where it is agreed), IV, ciphertext, tag (RFC 7516)."""
    parts = value.split(".")
    if len(parts) != 5:  # noqa: PLR2004
        return False
    try:
        header = json.loads(_decode_base64(parts[0]))
    except (ValueError, UnicodeDecodeError):
        return False
    key, iv, text, tag = map(_decode_base64, parts[1:])
    named = isinstance(header, dict) and {"alg", "enc"} <= header.keys()
    has_key = not key if named and header["alg"] == "dir" else is_random(key)
    return (
        named and has_key and len(iv) in {12, 16} and bool(text) and len(tag) >= _BLOCK and is_random(iv + text + tag)
    )


def _is_labelled(value: str) -> bool:
    """``enc:`` and the like, perhaps a version, then base64 or hexadecimal."""
    return _is_sealed(re.sub(r"^enc:(?:[A-Za-z0-9_.-]{1,16}:)*", "", value))


ENCRYPTED: Mapping[str, Callable[[str], bool]] = {
    "gAAAAA": _is_fernet,
    "vault:v": _is_vault,  # HashiCorp Vault, transit
    "age-encryption.org/": _is_age,
    "-----BEGIN AGE ENCRYPTED FILE-----": _is_age,
    "-----BEGIN PGP MESSAGE-----": _is_pgp,
    "U2FsdGVkX1": _is_openssl,  # openssl enc, salted
    "$ANSIBLE_VAULT;": _is_ansible,
    "{cipher}": lambda value: _is_sealed(value.removeprefix("{cipher}")),  # Spring Cloud Config
    "eyJhbGciOiJkaXIi": _is_jwe,  # direct
    "eyJhbGciOiJSU0Et": _is_jwe,  # RSA
    "enc:": _is_labelled,
}

# --- hashed --------------------------------------------------------------------------------------------------


def _is_spread(text: str) -> bool:
    """Whether the signs of ``text``, of an alphabet of 64, are as many different ones as a hash has."""
    return len(text) >= _LEAST and len(set(text)) >= min(12, len(text) // 2)


def _build_form_test(pattern: str) -> Callable[[str], bool]:
    """Return the test that a value has the form of ``pattern``, and that its group ``hash`` looks like a hash."""
    form = re.compile(pattern)

    def has_form(value: str) -> bool:
        found = form.fullmatch(value)
        return found is not None and _is_spread(found["hash"])

    return has_form


def _is_ssha(value: str) -> bool:
    data = _decode_base64(re.sub(r"^\{SSHA\d*\}", "", value))
    return len(data) >= 20 + 4 and is_random(data)  # SHA-1 and a salt, at the least


_BCRYPT = _build_form_test(r"\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$(?P<hash>[./A-Za-z0-9]{53})")
_B64 = r"[A-Za-z0-9+/]"

HASHED: Mapping[str, Callable[[str], bool]] = {
    "$2a$": _BCRYPT,
    "$2b$": _BCRYPT,
    "$2y$": _BCRYPT,
    "$argon2": _build_form_test(
        rf"\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=\d+,t=\d+,p=\d+(?:,\w+={_B64}*)*\${_B64}{{11,}}\$(?P<hash>{_B64}{{16,}})"
    ),
    "$scrypt$": _build_form_test(rf"\$scrypt\$ln=\d+,r=\d+,p=\d+\${_B64}{{8,}}=*\$(?P<hash>{_B64}{{22,}})=*"),
    "$5$": _build_form_test(r"\$5\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$(?P<hash>[./A-Za-z0-9]{43})"),
    "$6$": _build_form_test(r"\$6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$(?P<hash>[./A-Za-z0-9]{86})"),
    "$y$": _build_form_test(r"\$y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$(?P<hash>[./A-Za-z0-9]{43})"),
    "pbkdf2_": _build_form_test(rf"pbkdf2_sha\d+\$\d+\$[^$]+\$(?P<hash>{_B64}{{27,}})=*"),
    "{SSHA": _is_ssha,
}

FORMS: Mapping[str, Mapping[str, Callable[[str], bool]]] = {"encrypted": ENCRYPTED, "hashed": HASHED}
"""What is encrypted or hashed by one of the usual tools: how it begins -> the test of all of it."""


def build_sign_test(sign: str) -> Callable[[str], bool]:
    """Return the test of a value that begins with a ``sign`` of the firm's own: the rest looks random, once decoded."""
    return lambda value: _is_sealed(value.removeprefix(sign))


def build_sorter(tests: Mapping[str, Callable[[str], bool]]) -> Callable[[str], str]:
    """Return the function that sorts a value by ``tests``: how it begins -> whether the whole is of that form."""

    def sort_value(value: str) -> str:
        begun = [test for sign, test in tests.items() if value.startswith(sign)]
        if not begun:
            return OTHER
        return SOUND if any(test(value) for test in begun) else UNSOUND

    return sort_value
