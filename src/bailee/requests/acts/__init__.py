"""What staff can do to a request: every `bailee.requests.act.Act` that a module here declares."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from bailee.requests.act import Act, AnyAct


@cache
def list_acts() -> Mapping[str, AnyAct]:
    """Return all acts by name, in the order in which they are listed and offered.

    They are those of each module in a folder of this package's ``__path__``. Raises `ValueError` where two have a name.
    """
    found = sorted(_find_declared_acts(), key=lambda act: act.stage)
    by_name = {act.name: act for act in found}
    if len(by_name) < len(found):
        raise ValueError(f"two acts have one name: {sorted(act.name for act in found)}")
    return by_name


def _find_declared_acts() -> Iterator[AnyAct]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Act):
                yield value
