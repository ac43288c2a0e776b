"""SQLite has no accounts: the file's permissions speak."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from bailee.connectors.base import Need, Privileges
from bailee.connectors.sql.dialects.accounts import EVERY_RIGHT, DatabaseAccounts, GrantSpelling

_TABLES = "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
_READ = frozenset({"select"})


class SqliteAccounts(DatabaseAccounts):
    """The user of the operating system, and what the file lets them do."""

    def privileges(self, cursor: Any, url: URL) -> Privileges:
        """Return what the permissions of the file and its folder allow."""
        file = Path(str(url.database))
        writes = os.access(file, os.W_OK)
        rights = {name: EVERY_RIGHT if writes else _READ for (name,) in cursor.execute(_TABLES).fetchall()}
        powers = ("may write the file",) if writes else ()
        if os.access(file.absolute().parent, os.W_OK):
            powers = (*powers, "may put another file in its place")
        return Privileges(getpass.getuser(), rights, powers, sql="")

    def grants(
        self, _name: str, _needs: Sequence[Need], _passwords: Mapping[str, str], _spelling: GrantSpelling
    ) -> Iterator[str]:
        """Yield what to do instead."""
        yield "-- SQLite has no accounts: whoever may read the file reads all of it."
        yield "-- Let Bailee run as a user of the operating system who may read the file and not write it (chmod 640),"
        yield "-- and as one who may write it and its folder only where mode is act."
