"""The dialects: those that a module or a folder here declares as ``DIALECT``.

Each says how SQL is written (`base.Dialect`), and with it how a database is reached (`driver.Driver`), what its
catalogue tells (`catalogue.Catalogue`) and which accounts it has (`accounts.DatabaseAccounts`).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from bailee.connectors.sql.dialects.base import Dialect


def _find_dialects() -> Mapping[str, Dialect]:
    """Return the dialects by name: of each module in a folder of this package's ``__path__`` that declares one."""
    modules = (import_module(f"{__name__}.{name}") for name in sorted(m.name for m in pkgutil.iter_modules(__path__)))
    dialects = [module.DIALECT for module in modules if hasattr(module, "DIALECT")]
    return {dialect.name: dialect for dialect in dialects}


DIALECTS = _find_dialects()
BY_SCHEME: Mapping[str, Dialect] = {
    scheme: dialect for dialect in DIALECTS.values() for scheme in dialect.driver.schemes
}
"""The scheme of an address -> its dialect."""
