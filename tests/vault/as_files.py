"""Books as an earlier version had them: a file for each thing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bailee.store.backends import SqliteBackend

PAGES = ("checks", "found", "history", "looked", "looking", "notice", "recovery", "restricted", "survey")


def as_files(folder: Path) -> None:
    """Write what stands in ``folder`` as an earlier version wrote it, and take the file away."""
    shelves = SqliteBackend(folder)
    things = {f"{shelf}/{name}.sealed": sealed for shelf in shelves.shelves() for name, sealed in shelves.all(shelf)}
    things |= {f"wrapped/{name}.key": shelves.keys.get(name) or b"" for name in shelves.keys.names()}
    things |= {f"{name}.json": json.dumps(page, indent=2).encode() for name in PAGES if (page := shelves.page(name))}
    if shared := sorted(shelves.shared()):
        things["shared"] = "".join(f"{digest}\n" for digest in shared).encode()
    del shelves
    shutil.rmtree(folder / "wrapped")
    (folder / "wrapped").mkdir(mode=0o700)
    for path in folder.glob("state.db*"):
        path.unlink()
    for name, content in things.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
    (folder / "wrapped/.lock").touch()
    (folder / "shared.lock").touch()
