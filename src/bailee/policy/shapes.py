"""The shapes that the files of the policy may have: what the JSON Schema says and what `load` checks first.

A shape knows keys and types. What the words inside a text mean is the business of `words`, what names mean of `names`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import PydanticCustomError

from bailee.policy.firm import Mode
from bailee.policy.identities import Joins, Party
from bailee.policy.processors import Mechanism
from bailee.policy.systems import FirmRole

T = TypeVar("T")

KINDS: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}
"""What messages call the kinds of YAML values; unions are told apart by these."""

_kind = Discriminator(lambda value: KINDS.get(type(value), "a mapping"))


def _said(value: object) -> object:
    if value is None:
        raise PydanticCustomError("left_empty", "is empty")
    return value


Maybe: TypeAlias = Annotated[T | None, BeforeValidator(_said)]
"""A key that may be left out, but not left empty."""

WRITTEN = r"\S"
NAME = r"^[A-Za-z_][A-Za-z0-9_-]*$"
TABLE = r"^[^.\s][^.]*(\.[^.]+)?$"
COUNTRY = r"^[A-Z]{2}$"
AREA = r"^([A-Z]{2}|EEA)$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
DIVISION = r"^(england-and-wales|scotland|northern-ireland|[a-z]{2})$"
CHECK = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
MONTH_AND_DAY = r"^((0[1-9]|1[0-2])-(0[1-9]|[12][0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)$"

PATTERNS: Mapping[str, tuple[str, str]] = {
    WRITTEN: ("is blank", "say something, or remove the key"),
    NAME: ("is not a name", "use letters, digits, _ and -, and begin with a letter"),
    TABLE: ("is not a table", "write table, or schema.table"),
    COUNTRY: ("is not a country", "write two capital letters, such as GB"),
    AREA: ("is not a country or an area", "write two capital letters, such as GB, or EEA, EU, UK"),
    DAY: ("is not a date", "write year, month and day, such as 2026-12-31"),
    DIVISION: ("is not a division", "write england-and-wales, scotland or northern-ireland, or a country such as ie"),
    CHECK: ("is not the id of a check", "write one of the catalogue, such as retention.ceiling"),
    MONTH_AND_DAY: ("is not a day of the year", "write month and day, such as 12-31"),
}
"""Pattern -> what messages say of a text that does not match, and what to do."""

Text: TypeAlias = Annotated[str, Field(pattern=WRITTEN)]
Name: TypeAlias = Annotated[str, Field(pattern=NAME)]
Country: TypeAlias = Annotated[str, Field(pattern=COUNTRY)]
Day: TypeAlias = Annotated[str, Field(pattern=DAY)]
Cells: TypeAlias = dict[Text, T]

_Text: TypeAlias = Annotated[Text, Tag("text")]
_AnyText: TypeAlias = Annotated[str, Tag("text")]
_Truth: TypeAlias = Annotated[bool, Tag("true or false")]
_Whole: TypeAlias = Annotated[int, Tag("a whole number")]
_Number: TypeAlias = Annotated[float, Tag("a number")]
_Nothing: TypeAlias = Annotated[None, Tag("nothing")]

Plain: TypeAlias = Annotated[_AnyText | _Truth | _Whole | _Number | _Nothing, _kind]
"""A value of one cell."""

Names: TypeAlias = Annotated[_Text | Annotated[list[Text], Tag("a list")], _kind]
Placeholder: TypeAlias = Annotated[_AnyText | _Whole | _Number | _Truth, _kind]
Bound: TypeAlias = Annotated[_Text | _Nothing, _kind]
Condition: TypeAlias = Annotated[_Text | Annotated[Cells[Plain], Tag("a mapping")], _kind]


class PolicyKeys(BaseModel):
    """A mapping with known keys."""

    # Built when first used: a short command uses a few of these.
    model_config = ConfigDict(strict=True, defer_build=True, extra="forbid")


# --- words inside a collection --------------------------------------------------------------------------------


class Literally(PolicyKeys):
    """A text that would otherwise be read as a function: ``{text: now}``."""

    text: str


Value: TypeAlias = Annotated[
    _AnyText | _Truth | _Whole | _Number | _Nothing | Annotated[Literally, Tag("a mapping")], _kind
]


class Anonymise(PolicyKeys):
    """Column -> new value: null, text, a number, now, pseudonym, hash, coarsen(year), or {text: now}."""

    anonymise: Annotated[Cells[Value], Field(min_length=1)]


Erasure: TypeAlias = Annotated[
    Annotated[Literal["delete"], Tag("text")] | Annotated[Anonymise, Tag("a mapping")], _kind
]
Objecting: TypeAlias = Annotated[
    Annotated[Literal["delete"], Tag("text")] | Annotated[Cells[Value], Field(min_length=1), Tag("a mapping")],
    _kind,
]
Leaving: TypeAlias = Annotated[
    Annotated[Literal["delete"], Tag("text")] | Annotated[Cells[Value], Tag("a mapping")], _kind
]


class Copying(BaseModel):
    """Masks for a copy. Every other key is a column, with ``mask``."""

    model_config = ConfigDict(strict=True, defer_build=True, extra="allow")
    __pydantic_extra__: dict[str, Literal["mask"]] = Field(init=False)

    unmatched_mentions: Maybe[Literal["mask", "show"]] = None


class StandIn(PolicyKeys):
    """The row that takes the place of one that goes: ``users.id = 0``."""

    stand_in: Annotated[_Text | Annotated[Cells[Plain], Tag("a mapping")], _kind]


ParentGone: TypeAlias = Annotated[
    _Nothing
    | Annotated[Literal["refuse", "null", "delete", "pin"], Tag("text")]
    | Annotated[StandIn, Tag("a mapping")],
    _kind,
]


class LongStored(PolicyKeys):
    """A spelling with a declared full scan."""

    form: Text
    scan: bool = False


Spelling: TypeAlias = Annotated[_Text | Annotated[LongStored, Tag("a mapping")], _kind]


class IdentityKeys(PolicyKeys):
    """A column that says who a subject is."""

    column: Text
    stored: Maybe[Spelling] = None
    joins: Annotated[Joins, Field(strict=False)] = Joins.CONFIRM
    valid: Maybe[Annotated[list[Bound], Field(min_length=2, max_length=2)]] = None
    verified_when: Maybe[Condition] = None
    changed: Maybe[Text] = None


Identities: TypeAlias = Annotated[
    Annotated[IdentityKeys, Tag("a mapping")] | Annotated[list[IdentityKeys], Tag("a list")], _kind
]


Depth: TypeAlias = Annotated[
    Annotated[int, Field(ge=1), Tag("a whole number")] | Annotated[Literal["all"], Tag("text")], _kind
]


class LongEdge(PolicyKeys):
    """A reference to another collection of the same system. ``on``: their column -> own column."""

    to: Text
    on: Annotated[Cells[Text], Field(min_length=1)]
    when: Maybe[Condition] = None
    depth: Maybe[Depth] = None
    id: Maybe[Text] = None
    unset: Plain = None
    on_leave: Maybe[Leaving] = None
    on_copy: Maybe[Copying] = None
    on_parent_gone: ParentGone = None


Edge: TypeAlias = Annotated[_Text | Annotated[LongEdge, Tag("a mapping")], _kind]
Edges: TypeAlias = Annotated[
    _Text | Annotated[LongEdge, Tag("a mapping")] | Annotated[list[Edge], Tag("a list")], _kind
]


class MentionKeys(BaseModel):
    """An identity value in a column. The one key that is not listed here is the attribute, with its column."""

    model_config = ConfigDict(strict=True, defer_build=True, extra="allow")
    __pydantic_extra__: dict[str, Text] = Field(init=False)

    stored: Maybe[Spelling] = None
    at: Maybe[Text] = None
    when: Maybe[Condition] = None
    id: Maybe[Text] = None
    on_leave: Maybe[Leaving] = None
    on_copy: Maybe[Copying] = None


class File(PolicyKeys):
    """A column that names a file in another system."""

    root: Text
    path: Text
    shared: Maybe[Text] = None


class CollectionKeys(PolicyKeys):
    """A table, a resource or a folder."""

    table: Maybe[Annotated[str, Field(pattern=TABLE)]] = None
    key: Maybe[Names] = None
    party: Annotated[Party | None, Field(strict=False), BeforeValidator(_said)] = None
    identity: Cells[Identities] = {}
    ends: Maybe[Text] = None
    owned_by: Maybe[Edges] = None
    owns: Maybe[Edges] = None
    accessed_by: Maybe[Edges] = None
    accesses: Maybe[Edges] = None
    belongs_to: Maybe[Edges] = None
    names: Maybe[Edges] = None
    mentions: list[MentionKeys] = []
    fields: Annotated[dict[Name, Text], Field(description="attribute -> column")] = {}
    on_erase: Maybe[Erasure] = None
    erased_when: Maybe[Condition] = None
    on_leave: Maybe[Leaving] = None
    on_copy: Maybe[Copying] = None
    on_object: Maybe[Objecting] = None
    hold: Maybe[Names] = None
    retain: Maybe[Text] = None
    portable: Maybe[Literal["consent", "contract"]] = None
    file: Maybe[File] = None
    opaque: Maybe[Annotated[_Text | Annotated[Cells[Text], Tag("a mapping")], _kind]] = None
    accepts: Annotated[Cells[Text], Field(description="trigger, view or policy -> reason")] = {}


# --- files ----------------------------------------------------------------------------------------------------


class AttestedKeys(PolicyKeys):
    """Whose word it is, and from which day."""

    by: Text
    on: Day


class BackupsKeys(PolicyKeys):
    """Where the backups of a system lie."""

    country: Maybe[Country] = None
    at_rest: str = ""


class LocationKeys(PolicyKeys):
    """Where a system keeps its data."""

    country: Maybe[Country] = None
    operator: str = ""
    at_rest: str = ""
    backups: Maybe[BackupsKeys] = None
    attested: Maybe[AttestedKeys] = None


class SystemKeys(PolicyKeys):
    """systems/*.yaml: where a system is, how to reach it, and its collections."""

    system: Name
    title: Maybe[Text] = None
    connector: Name
    url: Text
    write_url: Maybe[Text] = None
    plans_in: Maybe[Text] = None
    role: Annotated[FirmRole, Field(strict=False)] = FirmRole.CONTROLLER
    customer: Maybe[Text] = None
    location: Maybe[LocationKeys] = None
    purposes: list[Text] = []
    source: str = ""
    collections: dict[Name, CollectionKeys] = {}


class ContactKeys(PolicyKeys):
    """A person or an office that answers."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


class MailKeys(PolicyKeys):
    """How mail leaves the firm, or in which ``folder`` it lands. ``password``: a reference to a secret."""

    host: Maybe[Text] = None
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    name: str = ""
    password: str = ""
    sender: str = ""
    site: str = ""
    folder: Maybe[Text] = None


class RequestsKeys(PolicyKeys):
    """How requests of data subjects are dealt with."""

    division: Maybe[Annotated[str, Field(pattern=DIVISION)]] = None
    approval: Literal["second person", "waiting alone"] = "second person"
    waits_hours: Annotated[int, Field(ge=0)] = 24
    expires_days: Annotated[int, Field(ge=1)] = 7
    settle_hours: Annotated[int, Field(ge=0)] = 24
    unverified_days: Annotated[int, Field(ge=1)] = 14
    keep: Text = "P3Y"


class StandingKeys(PolicyKeys):
    """The standing approval of a retention rule: by whom, since when, and at most how many rows a run."""

    by: Text
    on: Day
    at_most: Annotated[int, Field(ge=1)]


class FirmKeys(PolicyKeys):
    """bailee.yaml: the firm."""

    firm: Text
    mode: Annotated[Mode, Field(strict=False)] = Mode.OBSERVE
    regime: Literal["uk", "eu"] = "uk"
    region: Annotated[str, Field(pattern=COUNTRY)] = "GB"
    year_end: Annotated[str, Field(pattern=MONTH_AND_DAY)] = "12-31"
    shared_above: Annotated[int, Field(ge=1)] = 3
    placeholders: list[Placeholder] = []
    books: Text = "books"
    controller: Maybe[ContactKeys] = None
    deputy: Maybe[ContactKeys] = None
    regulator: Maybe[ContactKeys] = None
    allowed: list[Annotated[str, Field(pattern=AREA)]] = []
    books_url: Maybe[Text] = None
    vault: Maybe[Text] = None
    mail: Maybe[MailKeys] = None
    requests: Maybe[RequestsKeys] = None


class RetentionRuleKeys(PolicyKeys):
    """A rule of retention.yaml. ``from``: the end of the relationship, unless a column says otherwise."""

    from_: Annotated[_Text | Annotated[Cells[Text], Tag("a mapping")], _kind] = Field(default="ends", alias="from")
    for_: Text = Field(alias="for")
    then: Erasure = "delete"
    law: str = ""
    title: str = ""
    standing: Maybe[StandingKeys] = None


class HoldKeys(PolicyKeys):
    """A rule of holds.yaml."""

    law: Text
    keeps: Annotated[list[Text], Field(min_length=1)]
    until: Text
    title: str = ""


class ContractKeys(PolicyKeys):
    """The contract with a processor."""

    title: str = ""
    signed_on: Maybe[Day] = None


class TransferKeys(PolicyKeys):
    """What safeguards the transfer to a processor's country."""

    mechanism: Annotated[Mechanism, Field(strict=False)]
    assessed_on: Maybe[Day] = None
    certified_on: Maybe[Day] = None


class ProcessorKeys(PolicyKeys):
    """A third party of processors.yaml."""

    name: Text
    also: list[Text] = []
    country: Country
    purpose: str = ""
    receives: list[Text] = []
    from_: list[Text] = Field([], alias="from")
    contract: Maybe[ContractKeys] = None
    transfer: Maybe[TransferKeys] = None
    until: Maybe[Day] = None


CheckId: TypeAlias = Annotated[str, Field(pattern=CHECK)]
Parameter: TypeAlias = Annotated[
    _AnyText | _Truth | _Whole | _Number | Annotated[list[str | bool | int | float], Tag("a list")], _kind
]
Check: TypeAlias = Annotated[
    Annotated[CheckId, Tag("text")]
    | Annotated[dict[CheckId, dict[Name, Parameter]], Field(min_length=1, max_length=1), Tag("a mapping")],
    _kind,
]


class PromiseKeys(PolicyKeys):
    """A promise of promises.yaml: a check is an id, or an id with its parameters."""

    says: Text
    promise: Maybe[Name] = None
    checks: list[Check] = []
    not_promised: Maybe[Names] = None


class RetentionKeys(RootModel[dict[Name, RetentionRuleKeys]]):
    """retention.yaml: name -> rule."""


class HoldsKeys(RootModel[dict[Name, HoldKeys]]):
    """holds.yaml: name -> rule."""


class Processors(RootModel[dict[Name, ProcessorKeys]]):
    """processors.yaml: name -> third party."""


class Promises(RootModel[dict[Name, PromiseKeys]]):
    """promises.yaml: name -> promise."""


FILES: tuple[type[BaseModel], ...] = (FirmKeys, SystemKeys, RetentionKeys, HoldsKeys, Processors, Promises)


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
    refs, schema = models_json_schema([(file, "validation") for file in FILES], schema_generator=_SaidSchema)
    firm, system, *others = (refs[file, "validation"] for file in FILES)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a Bailee policy",
        "if": {"required": ["system"]},
        "then": system,
        "else": {"if": {"required": ["firm"]}, "then": firm, "else": {"anyOf": others}},
        **schema,
    }
