"""``bailee schema``."""

from __future__ import annotations

from bailee.cli.exits import Exit
from bailee.cli.show import show_json

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def schema() -> int:
    """Print the JSON Schema of the policy.

    Editors complete and check its files with it.
    """
    from bailee.policy import json_schema

    show_json(json_schema())
    return Exit.DONE
