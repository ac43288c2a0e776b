"""A folder whose files are named by rows elsewhere: recordings, attachments, scans.

Names come out of somebody's database and are hostile. A name is looked up from a directory descriptor, one component
at a time and never through a link; only regular files are opened or deleted; no error repeats a name, because names
are often personal. Callers cite the row that gave the name instead.

>>> with open_root(Path("/srv/recordings")) as root:            # doctest: +SKIP
...     root.delete("2026/11/24/a1b2.wav")
"""

from __future__ import annotations

from pathlib import Path

from bailee.connectors.base import ConnectorError
from bailee.connectors.files.errors import FileRefusal, FileRefused
from bailee.connectors.files.root import FileFacts, FilesRoot, open_root


def connect(path: Path) -> FilesRoot:
    """Return the folder at ``path``, held open. Raises `ConnectorError` where it is not there or may not be read."""
    try:
        return open_root(path)
    except FileRefused as error:
        code = "C503" if error.code is FileRefusal.FORBIDDEN else "C501"
        raise ConnectorError(code, error.message, error.hint) from None


CONNECTOR = connect

__all__ = ["CONNECTOR", "FileFacts", "FileRefusal", "FileRefused", "FilesRoot", "open_root"]
