"""How the packages of Bailee are to stand on each other.

cli | web -> views | requests -> jobs | engine -> store | connectors -> the pure packages
"""

from __future__ import annotations

from tests.structure.measure import Order

PURE = "pure"

ORDER = Order(
    layers=(
        frozenset({PURE}),
        frozenset({"store", "connectors"}),
        frozenset({"jobs", "engine"}),
        frozenset({"views", "requests"}),
        frozenset({"web", "demo"}),
        frozenset({"cli"}),  # `bailee serve` and `bailee demo` start what stands below
    ),
    places={
        "bailee.__main__": "cli",
        "bailee.cli": "cli",
        "bailee.web": "web",
        "bailee.demo": "demo",
        "bailee.connectors": "connectors",
        # until they have moved:
        "bailee.books": "store",
        "bailee.keeping": "store",
        "bailee.runner": "engine",
        "bailee.runner.desk": "views",
        "bailee.runner.doctor": "views",
        "bailee.runner.jobs": "requests",
        "bailee.runner.letters": "requests",
        "bailee.runner.opening": "requests",
        "bailee.runner.requests": "requests",
        "bailee.runner.subscribers": "requests",
        "bailee.runner.webhooks": "requests",
        "bailee.runner.work": "jobs",
    },
    lowest=PURE,
)
