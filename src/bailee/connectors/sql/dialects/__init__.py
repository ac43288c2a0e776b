"""The dialects: those that a module or a folder here declares as ``DIALECT``.

Each says how SQL is written (`base.Dialect`), and with it how a database is reached (`driver.Driver`), what its
catalogue tells (`catalogue.Catalogue`) and what its accounts may do (`accounts.DatabaseAccounts`).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bailee.connectors.sql.dialects.base import Dialect


@cache
def list_dialects() -> Mapping[str, Dialect]:
    """Return the dialects by name: of each module in a folder of this package's ``__path__`` that declares one."""
    modules = (import_module(f"{__name__}.{name}") for name in sorted(m.name for m in pkgutil.iter_modules(__path__)))
    dialects = [module.DIALECT for module in modules if hasattr(module, "DIALECT")]
    return {dialect.name: dialect for dialect in dialects}


@cache
def find_dialect(scheme: str) -> Dialect | None:
    """Return the dialect of the databases whose addresses have this ``scheme``; ``None``: there is none."""
    return next((dialect for dialect in list_dialects().values() if scheme in dialect.driver.schemes), None)
