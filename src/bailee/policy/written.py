"""Values that are written in a file of the policy: Pydantic reads them, each with its place.

A frozen dataclass under `Written` is its own description of a mapping in the file: its fields are the keys, its
annotations what they hold, its defaults what holds where a key is left out. The JSON Schema comes from the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from types import UnionType
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, Tag, ValidatorFunctionWrapHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bailee.policy.kinds import BY_KIND, WRITTEN, TaggedText, Text
from bailee.policy.placed import Path, PlacedMapping, PlacedText
from bailee.policy.words import WordError

T = TypeVar("T")

_UNWRITTEN = object()

Unwritten: TypeAlias = Annotated[T, _UNWRITTEN]
"""A field that is no key of the file: `Written.read` gives it."""


INFERRED = {"inferred": True}
"""The metadata of a field without a default, which the file may leave out all the same: `Written.read` gives it."""


@dataclass(frozen=True, slots=True)
class Key:
    """How the file spells the key of a field with another name."""

    name: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a field that is written under several, a tuple under each: it has what is in all of them."""

    names: tuple[str, ...]


class Written:
    """A value that is written as a mapping."""

    __slots__ = ()

    other_keys: ClassVar[Any] = None
    """What keys hold that are no fields; nothing: there are none."""

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], _written: PlacedMapping) -> Self:
        """Return the value with the fields ``given``: those that are written, and the name and the place of that."""
        return cls(**given)

    def check(self, written: PlacedMapping) -> None:
        """Note what the keys cannot mean together."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        keys = written_keys(cls)
        mapping = core_schema.typed_dict_schema(
            {
                key: core_schema.typed_dict_field(
                    _add_default(handler.generate_schema(kind), field), required=is_needed(field)
                )
                for key, (field, kind) in keys.items()
            },
            cls=cls,
            extra_behavior="allow" if cls.other_keys else "forbid",
            extras_schema=handler.generate_schema(cls.other_keys) if cls.other_keys else None,
        )
        names = {key: field.name for key, (field, _) in keys.items()}
        unwritten = _list_field_names(cls) - set(names.values())

        def validate(written: PlacedMapping, validate_keys: ValidatorFunctionWrapHandler) -> Written:
            said = validate_keys(written)
            facts = {"name": written.name, "place": written.mark.key}
            given: dict[str, Any] = {}
            for key, name in names.items():
                if key in said:
                    given[name] = given[name] + said[key] if name in given else said[key]
            given |= {name: fact for name, fact in facts.items() if name in unwritten}
            value = cls.read(given, {key: value for key, value in said.items() if key not in names}, written)
            value.check(written)
            return value

        ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
        return core_schema.no_info_wrap_validator_function(validate, mapping, ref=ref)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        handler.resolve_ref_schema(described)["description"] = inspect.cleandoc(cls.__doc__ or "")
        return described


def written_keys(cls: type[Any]) -> Mapping[str, tuple[Field[Any], Any]]:
    """Return the keys of a mapping that is read as ``cls``: each with its field, and with what it may hold."""
    kinds = get_type_hints(cls, include_extras=True)
    keys = {}
    for field in fields(cls):
        kind = kinds[field.name]
        said = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
        if _UNWRITTEN not in said:
            several = [name for one in said if isinstance(one, Keys) for name in one.names]
            names = several or [one.name for one in said if isinstance(one, Key)] or [field.name]
            keys.update(dict.fromkeys(names, (field, kind)))
    return keys


def _list_field_names(cls: Any) -> set[str]:
    return {field.name for field in fields(cls)}


def is_needed(field: Field[Any]) -> bool:
    """Whether the file cannot leave this key out."""
    return field.default is MISSING and field.default_factory is MISSING and not field.metadata.get("inferred")


def _add_default(schema: CoreSchema, field: Field[Any]) -> CoreSchema:
    """Return ``schema`` with what the JSON Schema says of a key that is left out, where that is more than nothing."""
    if isinstance(field.default, str | int) and field.default:
        return core_schema.with_default_schema(schema, default=field.default)
    return schema


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text that ``parse`` reads. Where it cannot, that is noted under ``code``, and ``instead`` is the value."""

    parse: Callable[[str], object]
    code: str
    instead: object
    pattern: str = WRITTEN

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._validate, core_schema.str_schema(pattern=self.pattern))

    def _validate(self, written: PlacedText, handler: ValidatorFunctionWrapHandler) -> object:
        text = handler(written)
        return parse_placed(written, self.code, lambda: self.parse(text), self.instead)


def parse_placed(written: PlacedText, code: str, parse: Callable[[], T], instead: T) -> T:
    """Return what ``parse`` makes of a text; where it cannot, note that under ``code`` and return ``instead``."""
    try:
        return parse()
    except WordError as error:
        written.say(code, error.message, error.hint, at=written.page.place_in(written.mark, error.offset))
        return instead


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """A value that the file writes in another form.

    ``kind`` is what Pydantic reads; ``make`` takes what it has read, and the same as it is written.
    """

    kind: Any
    make: Callable[[Any, Any], object]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._validate, handler.generate_schema(self.kind))

    def _validate(self, written: object, handler: ValidatorFunctionWrapHandler) -> object:
        return self.make(handler(written), written)


def keep_given(given: object, _written: object) -> object:
    """Return what Pydantic has read, for `Written.read` to make the value of it."""
    return given


def _make_several(given: str | tuple[str, ...], _written: object) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


OneOrMore: TypeAlias = Annotated[
    tuple[str, ...],
    MadeFrom(Annotated[TaggedText | Annotated[tuple[Text, ...], Tag("a list")], BY_KIND], _make_several),
]
"""One text, or a list of them."""


# --- which keys a mapping may have ----------------------------------------------------------------------------


def list_known_keys(kind: Any, path: Path) -> list[str]:
    """Return the keys that the mapping at ``path`` of a file of this ``kind`` may have, in their order."""
    here: list[Any] = list(_yield_members(kind))
    for step in path:
        here = [member for kind in here for below in _yield_below(kind, step) for member in _yield_members(below)]
    return list(dict.fromkeys(key for kind in here for key in _list_keys(kind)))


def _list_keys(kind: Any) -> Mapping[str, Any]:
    if isinstance(kind, type) and issubclass(kind, Written):
        return {key: holds for key, (_, holds) in written_keys(kind).items()}
    return {}


def _yield_below(kind: Any, step: str | int) -> Iterator[Any]:
    if step in (keys := _list_keys(kind)):
        yield keys[str(step)]
    elif get_origin(kind) in {dict, Mapping} and isinstance(step, str):
        yield get_args(kind)[1]
    elif get_origin(kind) in {list, tuple} and isinstance(step, int):
        yield get_args(kind)[0]


def _yield_members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        kind, *said = get_args(annotation)
        made_from = [one.kind for one in said if isinstance(one, MadeFrom)]
        yield from _yield_members(made_from[0] if made_from else kind)
    elif get_origin(annotation) in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _yield_members(member)
    else:
        yield annotation
