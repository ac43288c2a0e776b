"""How the packages of Bailee are to stand on each other.

cli -> web | demo -> views -> requests -> jobs | engine -> store | connectors -> the pure packages
"""

from __future__ import annotations

from tests.structure.measure import Order

PURE = "pure"

ORDER = Order(
    layers=(
        frozenset({PURE}),
        frozenset({"store", "connectors"}),
        frozenset({"jobs", "engine"}),
        frozenset({"requests"}),
        frozenset({"views"}),
        frozenset({"web", "demo"}),
        frozenset({"cli"}),  # `bailee serve` and `bailee demo` start what stands below
    ),
    places={
        "bailee.__main__": "cli",
        "bailee.cli": "cli",
        "bailee.web": "web",
        "bailee.demo": "demo",
        "bailee.views": "views",
        "bailee.requests": "requests",
        "bailee.jobs": "jobs",
        "bailee.engine": "engine",
        "bailee.store": "store",
        "bailee.connectors": "connectors",
    },
    lowest=PURE,
)
