"""Where code stands, said so that nobody is named by it."""

from __future__ import annotations


def name_module(filename: str) -> str:
    """Return a file's place without the folders that it is installed in: they may name a person."""
    for folder in ("/site-packages/", "/src/", "/lib/"):
        _, found, after = filename.rpartition(folder)
        if found:
            return after
    return filename.rpartition("/")[2]
