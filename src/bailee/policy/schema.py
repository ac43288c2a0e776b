"""The JSON Schema of the policy's files, which editors complete and check with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from bailee.policy.firm import Firm
from bailee.policy.holds import Holds
from bailee.policy.processors import Processors
from bailee.policy.promises import Promises
from bailee.policy.retention import Retention
from bailee.policy.systems import System

FILES: Mapping[str, Any] = {
    "Firm": Firm,
    "System": System,
    "Retention": Retention,
    "Holds": Holds,
    "Processors": Processors,
    "Promises": Promises,
}


class _SaidSchema(GenerateJsonSchema):
    """JSON Schema in which a key may be left out but not left empty, as `Maybe` has it."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: Any) -> JsonSchemaValue:
        # a whole number is a number too, so "one of" would refuse it
        said = super().tagged_union_schema(schema)
        return {"anyOf": said.pop("oneOf"), **said}

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        said = super().default_schema(schema)
        if said.get("default", "") is None:
            del said["default"]
        return said


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of all files: each under its name in ``$defs``, the root choosing by the keys it sees."""
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (name, "validation", TypeAdapter(file)) for name, file in FILES.items()
    ]
    files, schema = TypeAdapter.json_schemas(adapters, schema_generator=_SaidSchema)
    for (name, _), file in files.items():
        schema["$defs"].setdefault(name, file)
    firm, system, *others = ({"$ref": f"#/$defs/{name}"} for name in FILES)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a Bailee policy",
        "if": {"required": ["system"]},
        "then": system,
        "else": {"if": {"required": ["firm"]}, "then": firm, "else": {"anyOf": others}},
        **schema,
    }
