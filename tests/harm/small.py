"""A firm of one system, as a test describes it: a map in YAML and the statements that make its tables and rows."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from sqlalchemy import make_url

from tests.conftest import Database
from tests.harm.firm import Firm, run

FIRM = "firm: Harm Ltd\nmode: act\nregime: uk\nregion: GB\n"
SYSTEM = "system: shop\ntitle: Shop\nconnector: sql\nurl: env:HARM_URL\nwrite_url: env:HARM_WRITE_URL\ncollections:\n"


def small(folder: Path, database: Database, collections: str, *statements: str, firm: str = "") -> Firm:
    """Write a policy with the ``collections`` of one system into ``folder``, and run ``statements`` on its database.

    ``firm``: more lines of bailee.yaml.
    """
    (folder / "systems").mkdir(parents=True)
    (folder / "bailee.yaml").write_text(FIRM + dedent(firm))
    (folder / "systems/shop.yaml").write_text(SYSTEM + indent(dedent(collections), "  "))
    if database.dialect == "sqlite":
        Path(make_url(database.url).database or "").touch()
    run(database.url, *statements)
    return Firm(folder, database)
