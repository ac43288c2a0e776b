"""The checks: those that a module here declares as ``CHECKS`` (docs/contributing/check.md)."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bailee.checks.model import Check


@cache
def load_checks() -> Mapping[str, Check]:
    """Return all checks by their permanent ids: of each module in a folder of this package's ``__path__``."""
    modules = sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name)
    checks = (check for module in modules for check in import_module(f"{__name__}.{module.name}").CHECKS)
    return {check.id: check for check in checks}
