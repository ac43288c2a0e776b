"""What the address of a database names: a host, or something of this machine."""

from __future__ import annotations

import re

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bailee.connectors.sql.dialects import find_dialect

_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9.:-]*")


def is_address(text: str) -> bool:
    """Whether ``text`` is the address of a database, wherever that stands."""
    kind, slashes, _ = text.partition("://")
    return bool(slashes) and find_dialect(kind.partition("+")[0]) is not None


def is_file_address(text: str) -> bool:
    """Whether ``text`` is the address of a database that is a file, and has no server."""
    scheme, slashes, _ = text.partition(":///")
    dialect = find_dialect(scheme) if slashes else None
    return dialect is not None and not dialect.driver.waits_in


def is_host_address(text: str) -> bool:
    """Whether ``text`` is the address of a database and names it by its host alone.

    No file, no socket, and no option, in which either may stand.
    """
    if not is_address(text):
        return False
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return False
    dialect = find_dialect(url.get_backend_name())
    is_server = dialect is not None and dialect.driver.waits_in
    return bool(is_server) and not url.query and bool(_HOST.fullmatch(url.host or ""))
