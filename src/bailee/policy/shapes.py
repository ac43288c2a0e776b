"""The shapes that the files of the policy may have: what the JSON Schema says and what `load` checks first.

A shape knows keys and types. What the words inside a text mean is the business of `words`, what names mean of `names`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Tag

from bailee.policy.cells import OnCopy, WrittenOnErase, WrittenOnLeave, WrittenOnObject
from bailee.policy.identities import Joins, Party
from bailee.policy.kinds import (
    BY_KIND,
    COUNTRY,
    DAY,
    TABLE,
    Maybe,
    Name,
    Text,
    refuse_nothing,
)
from bailee.policy.systems import FirmRole

T = TypeVar("T")

_kind = BY_KIND
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
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None
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
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None


class File(PolicyKeys):
    """A column that names a file in another system."""

    root: Text
    path: Text
    shared: Maybe[Text] = None


class CollectionKeys(PolicyKeys):
    """A table, a resource or a folder."""

    table: Maybe[Annotated[str, Field(pattern=TABLE)]] = None
    key: Maybe[Names] = None
    party: Annotated[Party | None, Field(strict=False), BeforeValidator(refuse_nothing)] = None
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
    on_erase: Maybe[WrittenOnErase] = None
    erased_when: Maybe[Condition] = None
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None
    on_object: Maybe[WrittenOnObject] = None
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
