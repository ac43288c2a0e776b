"""The dialects: those that a module here declares as ``DIALECT``, one file each."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from bailee.connectors.sql.dialects.base import Dialect


def _find_dialects() -> Mapping[str, Dialect]:
    """Return the dialects by name: of each module in a folder of this package's ``__path__``, but the base."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    dialects = (import_module(f"{__name__}.{name}").DIALECT for name in names)
    return {dialect.name: dialect for dialect in dialects}


DIALECTS = _find_dialects()
