"""The whole policy as screens show it: with its promises, its notice and its register, read anew when a file changes.

The context has the policy that was there when it was opened, and no promises.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bailee.policy import Policy, load


def current(folder: Path) -> Policy:
    """Return the policy in ``folder`` as it stands now. Raises `PolicyError`."""
    return _read(folder, tuple(_marks(folder)))


@lru_cache(maxsize=4)
def _read(folder: Path, _marks: tuple[tuple[str, int, int], ...]) -> Policy:
    return load(folder)


def _marks(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("systems/*.yaml"), folder / "notice.md"]):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        yield path.name, stat.st_mtime_ns, stat.st_size
