"""``bailee schema``."""

from __future__ import annotations

from bailee.cli.exits import Exit
from bailee.cli.show import show_json


def schema() -> int:
    """Print the JSON Schema of the policy.

    Editors complete and check its files with it.
    """
    from bailee.policy import json_schema

    show_json(json_schema())
    return Exit.DONE
