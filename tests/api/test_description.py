"""The description is held against what is served, by a judge that we did not write.

`make` and CI draw few cases each; SCHEMATHESIS_EXAMPLES=200 draws more.
"""

from __future__ import annotations

import os
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, settings

from bailee.requests.act import Input
from bailee.web.api import api
from bailee.web.api.fields import Shape, View
from bailee.web.api.idempotency import KEY
from tests.api.live import Served
from tests.api.test_who_may import MAY

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "1"))


class Relay:
    """The application, which is there only when a test runs."""

    app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


relay = Relay()
schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
schema.app = relay


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
)
def test_what_is_served_is_what_is_described(case: Any, once_served: Served) -> None:
    name = case.operation.definition.raw["operationId"]
    relay.app = once_served.app
    once_served.clock.forward(seconds=1)  # there are limits to how often one may call
    headers = {}
    if name in MAY:
        headers["Authorization"] = f"Bearer {once_served.tokens[min(MAY[name][1])]}"
    if KEY.fullmatch((case.headers or {}).get("Idempotency-Key", "")):
        headers["Idempotency-Key"] = str(uuid4())  # two calls with one key are another test's matter
    case.call_and_validate(headers=headers)


def test_every_shape_has_a_name_of_its_own() -> None:
    shapes: dict[str, set[str]] = {}
    for shape in (*_kinds(Shape), *_kinds(View), *_kinds(Input)):
        enums = (one for hint in typing.get_type_hints(shape).values() for one in _enums(hint))
        for kind in (shape, *enums):
            shapes.setdefault(kind.__name__, set()).add(kind.__module__)
    assert {name: modules for name, modules in shapes.items() if len(modules) > 1} == {}


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def _enums(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        yield hint
    for part in typing.get_args(hint):
        yield from _enums(part)
