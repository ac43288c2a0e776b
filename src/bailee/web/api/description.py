"""The description of the API (OpenAPI 3.1), with what Ninja does not say: problems, keys and limits."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from bailee.web.api.idempotency import KEY, act_once
from bailee.web.api.problems import MEDIA_TYPE, TITLES, ProblemView

_REF = {"$ref": "#/components/schemas/Problem"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random key, as a UUID: for 24 hours the call acts once with it, and is answered the same",
    "schema": {"type": "string", "pattern": KEY.pattern},
}
_WRONG = 400
_RETRY = {"Retry-After": {"description": "Seconds", "schema": {"type": "string"}}}


class Api(NinjaAPI):
    """The API. Errors are described from the shape of each operation, so that none is forgotten."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schemas = schema["components"]["schemas"]
        problem = ProblemView.model_json_schema(
            ref_template="#/components/schemas/{model}", schema_generator=NinjaGenerateJsonSchema, mode="serialization"
        )
        schemas.update(problem.pop("$defs"))
        schemas["Problem"] = problem
        acts_once = self._act_once()
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                if operation["operationId"] in acts_once:
                    operation["parameters"] = [*operation["parameters"], _KEY]
                _add_problems(method, operation)
        return schema

    def _act_once(self) -> set[str]:
        return {
            str(operation.operation_id)
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
            if act_once in getattr(operation, "_run_decorators", ())
        }


def _add_problems(method: str, operation: dict[str, Any]) -> None:
    """Describe what may go wrong with an operation."""
    statuses = {404, 429, 500, 503, *(status for status in operation["responses"] if status >= _WRONG)}
    if "security" in operation:
        statuses |= {401, 403}
    if "requestBody" in operation:
        statuses |= {400, 413, 415, 422}
    if operation["parameters"]:
        statuses.add(422)
    if method != "get":
        statuses |= {409, 422}
    for status in sorted(statuses):
        titles = dict.fromkeys(title for code, title in TITLES.values() if code == status)
        answer: dict[str, Any] = {"description": "; ".join(titles), "content": {MEDIA_TYPE: {"schema": _REF}}}
        if status == 429:  # noqa: PLR2004 - the status that has it
            answer["headers"] = _RETRY
        operation["responses"][status] = answer
