"""What a system's ``url`` may say: where a secret lies, or an address without one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import isabs, normpath
from urllib.parse import parse_qsl, urlsplit

_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(r"pass|pwd|secret|token|credential|api_?key", re.IGNORECASE)

_HINT = "write env:NAME, file:PATH or vault:NAME, and keep the secret there"


@dataclass(frozen=True, slots=True)
class UrlProblem:
    """What is wrong with a url. Never the url itself: it may be a secret."""

    code: str
    message: str
    hint: str


def url_problem(url: str, *, may_be_path: bool = False) -> UrlProblem | None:
    """Return what is wrong with ``url``, or ``None``; ``may_be_path``: it may be the path of a folder.

    ``env:``, ``file:`` and ``vault:`` name a secret that stands elsewhere; ``file:`` never inside the policy folder.
    A url proper has no password, in no spelling.
    """
    scheme = _SCHEME.match(url)
    kind, colon, name = url.partition(":")
    if not scheme and colon and kind in {"env", "vault"}:
        if _SECRET_NAME.match(name):
            return None
        return UrlProblem("P115", f"does not name a secret after {kind}:", f"write {kind}:NAME, without $ or spaces")
    if not scheme and colon and kind == "file":
        return _check_secret_file(name)
    if scheme:
        return UrlProblem("P114", "carries a password", _HINT) if _has_password(url) else None
    if may_be_path and "\0" not in url:
        return None
    return UrlProblem("P115", "is not a url", f"{_HINT}; or write a url without a password")


def _check_secret_file(path: str) -> UrlProblem | None:
    if not path or path != path.strip():
        return UrlProblem("P115", "does not name a file after file:", "write file:/run/secrets/NAME")
    inside = not isabs(path) and not normpath(path).startswith("..") and not path.startswith("~")
    if inside:
        return UrlProblem("P114", "keeps its secret in the policy folder", "move the file out, and give its whole path")
    return None


def _has_password(url: str) -> bool:
    rest = url.partition("://")[2]
    # A password may hold the very characters that end an authority, so everything before an @ is looked at.
    if ":" in rest.rpartition("@")[0]:
        return True
    try:
        query = urlsplit(url).query
    except ValueError:
        return True  # what cannot be taken apart cannot be known to be free of secrets
    return any(_SECRET_PARAMETER.search(name) for name, _ in parse_qsl(query, keep_blank_values=True))
