"""Dataset files of Fides (fideslang 3), read: what they say of collections and fields, each with its place.

`fides_map` makes a map of it. What stands in a file and is not read is a warning: nothing is lost without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bailee.errors import BaileeError, ErrorKind

EVERYBODYS: Mapping[str, str] = {"email": "email", "phone_number": "phone", "phone": "phone"}
"""Identities of Fides that are the same in every system, with what the map calls them."""


class NotFides(BaileeError):
    """The file is no dataset of Fides."""

    kind = ErrorKind.FILES
    code = "not_fides"


@dataclass(frozen=True, slots=True, order=True)
class FidesPlace:
    """Where something stands: the file's name, the line (from 1), and the dataset, collection and field."""

    file: str
    line: int
    dataset: str = ""
    collection: str = ""
    field: str = ""

    def __str__(self) -> str:
        named = ".".join(name for name in (self.dataset, self.collection, self.field) if name)
        return f"{self.file}:{self.line} {named}".rstrip()


@dataclass(frozen=True, slots=True, order=True)
class FidesWarning:
    """What does not carry over, or is to be looked at."""

    place: FidesPlace
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class FidesReference:
    """A reference from a field to ``column`` of ``collection``; ``direction`` is ``from``, ``to`` or empty."""

    place: FidesPlace
    dataset: str
    collection: str
    column: str
    direction: str

    @property
    def said(self) -> str:
        """The reference as the file has it."""
        return f"{self.dataset}.{self.collection}.{self.column}"


@dataclass(frozen=True, slots=True)
class FidesField:
    """A field. ``mask``: its masking strategy, with what it writes. ``inner``: fields inside it."""

    name: str
    place: FidesPlace
    categories: tuple[str, ...] = ()
    identity: str = ""
    references: tuple[FidesReference, ...] = ()
    is_key: bool = False
    mask: tuple[str, Any] | None = None
    data_type: str = ""
    has_length: bool = False
    description: str = ""
    inner: tuple[FidesField, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether Fides calls it, or something inside it, a person's."""
        return any(c.split(".")[0] == "user" for c in self.categories) or any(one.is_personal for one in self.inner)

    @property
    def is_scalar(self) -> bool:
        """Whether a cell has one value: no document, and no list."""
        return not self.inner and not self.data_type.endswith("[]") and not self.data_type.startswith("object")

    @property
    def told(self) -> str:
        """All that is said of the field, in a few words."""
        said = [*self.categories]
        said += [f"identity {self.identity}"] if self.identity else []
        said += ["primary key"] if self.is_key else []
        said += [f"reference {one.direction} {one.said}".replace("  ", " ") for one in self.references]
        said += [f"masking by {self.mask[0]}"] if self.mask else []
        said += [one.told for one in self.inner]
        return f"{self.name} ({', '.join(said)})" if said else self.name


@dataclass(frozen=True, slots=True)
class FidesCollection:
    """A collection. ``deletes``: its masking strategy deletes rows. ``is_skipped``: Fides leaves it alone."""

    name: str
    place: FidesPlace
    fields: tuple[FidesField, ...]
    deletes: bool = False
    is_skipped: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class FidesDataset:
    """A dataset. ``kind``: the kind of system that its words name, or empty; ``is_sql``: whether SQL can read it."""

    key: str
    title: str
    place: FidesPlace
    collections: tuple[FidesCollection, ...]
    kind: str
    is_sql: bool
    description: str = ""
    warnings: tuple[FidesWarning, ...] = field(default=(), compare=False)


# --- kinds of systems ----------------------------------------------------------------------------------------

_SPOKEN = ("postgres", "mysql", "mariadb", "sqlite", "timescale")
_OTHERS = {
    "mongo": "MongoDB", "dynamo": "DynamoDB", "documentdb": "DocumentDB", "bigquery": "BigQuery",
    "big query": "BigQuery", "snowflake": "Snowflake", "redshift": "Redshift", "mssql": "SQL Server",
    "sqlserver": "SQL Server", "sql server": "SQL Server", "oracle": "Oracle", "db2": "Db2", "cassandra": "Cassandra",
    "scylla": "ScyllaDB", "firestore": "Firestore", "firebase": "Firebase", "elasticsearch": "Elasticsearch",
    "opensearch": "OpenSearch",
    "redis": "Redis", "couch": "CouchDB", "cosmos": "Cosmos DB", "neo4j": "Neo4j", "spanner": "Spanner",
    "databricks": "Databricks", "athena": "Athena", "hbase": "HBase", "saas": "an online service",
    "connector for fides": "an online service",
}  # fmt: skip


def _find_name(text: str, words: Mapping[str, str]) -> str:
    flat = re.sub(r"[\s_.-]+", " ", text.lower())
    return next((kind for word, kind in words.items() if re.search(rf"(?<![a-z]){re.escape(word)}", flat)), "")


def _find_kind(said: Mapping[str, Any], fields: tuple[FidesField, ...]) -> tuple[str, bool]:
    """Return the kind of system that a dataset is of, and whether it is a database that the `sql` connector speaks.

    Fides says it elsewhere, of a connection; so the dataset's own words count, then how its fields are.
    """
    spaces = _read_meta(said).get("namespace")
    if isinstance(spaces, Mapping) and {"project_id", "dataset_id"} & spaces.keys():
        return "BigQuery", False
    if str(said["fides_key"]).startswith("<"):
        return "an online service", False
    for text in (f"{said['fides_key']} {said.get('name') or ''}", str(said.get("description") or "")):
        if other := _find_name(text, _OTHERS):
            return other, False
        if spoken := _find_name(text, {word: word for word in _SPOKEN}):
            return spoken, True
    if any(one.inner or re.match(r"object|.*\[\]", one.data_type) for one in fields):
        return "documents", False
    return "", True


# --- reading -------------------------------------------------------------------------------------------------

_DATASET = frozenset({"fides_key", "name", "description", "collections", "fides_meta", "fidesops_meta"})
_COLLECTION = frozenset({"name", "description", "fields", "fides_meta", "fidesops_meta"})
_FIELD = _COLLECTION | {"data_categories"}
_FIELD_META = frozenset({"primary_key", "identity", "references", "masking_strategy_override", "data_type", "length"})


def read_datasets(said: Any, file: str) -> list[FidesDataset]:
    """Return the datasets of a file that ruamel.yaml has read with its places. Raises `NotFides`."""
    found = said.get("dataset") if isinstance(said, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and one.get("fides_key") for one in found):
        raise NotFides("this is no dataset of Fides", "give a YAML file with dataset: and a fides_key in each")
    besides = [
        FidesWarning(FidesPlace(file, _find_line(said, word)), f"{word} is not carried over, only dataset is")
        for word in said
        if word != "dataset"
    ]
    read = [_read_dataset(one, file) for one in found]
    return [replace(one, warnings=(*besides, *one.warnings)) if not at else one for at, one in enumerate(read)]


def _find_line(said: Any, key: Any = None) -> int:
    try:
        return int(said.lc.line if key is None else said.lc.key(key)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 1


def _read_meta(said: Mapping[str, Any]) -> Mapping[str, Any]:
    found = said.get("fides_meta") or said.get("fidesops_meta") or {}
    return found if isinstance(found, Mapping) else {}


def _read_list(said: Mapping[str, Any], word: str, place: FidesPlace, needs: str = "") -> list[Any]:
    """Return the list under ``word``; each item is a mapping with ``needs``, where that is given."""
    found = said.get(word)
    if found is None:
        return []
    if isinstance(found, list) and (not needs or all(isinstance(one, Mapping) and one.get(needs) for one in found)):
        return list(found)
    what = f"a list in which each has {needs}:" if needs else "a list"
    raise NotFides(
        f"{word} at {replace(place, line=_find_line(said, word))} is not {what}", "write it as Fides takes it"
    )


def _read_dataset(said: Mapping[str, Any], file: str) -> FidesDataset:
    key = str(said["fides_key"])
    place = FidesPlace(file, _find_line(said), key)
    warnings = list(_warn_of_unread(said, _DATASET, place, "the dataset"))
    collections = tuple(
        _read_collection(one, replace(place, line=_find_line(one), collection=str(one["name"])), warnings)
        for one in _read_list(said, "collections", place, "name")
    )
    typed = _count_typed(tuple(one for c in collections for one in c.fields))
    if typed:
        text = f"data_type and length of {typed} fields are not carried over: what reads the system tells them"
        warnings.append(FidesWarning(place, text))
    kind, is_sql = _find_kind(said, tuple(one for c in collections for one in c.fields))
    title, description = str(said.get("name") or key), str(said.get("description") or "")
    return FidesDataset(key, title, place, collections, kind, is_sql, description, tuple(warnings))


def _count_typed(fields: tuple[FidesField, ...]) -> int:
    return sum(bool(one.data_type or one.has_length) + _count_typed(one.inner) for one in fields)


def _warn_of_unread(
    said: Mapping[str, Any], known: frozenset[str], place: FidesPlace, what: str, meta: frozenset[str] = frozenset()
) -> Iterator[FidesWarning]:
    """Yield a warning for each word beyond those ``known``, with its values: Fides says more than a map does."""
    for word in (word for word in said.keys() - known if said[word] not in (None, [], {}, "")):
        yield FidesWarning(
            replace(place, line=_find_line(said, word)),
            f"{word} of {what} is not carried over{_show_values(said[word])}",
        )
    inside = _read_meta(said)
    given = [word for word in ("fides_meta", "fidesops_meta") if said.get(word)]
    for word in given:
        if said[word] is not inside:
            yield FidesWarning(
                replace(place, line=_find_line(said, word)), f"{word} of {what} is not read{_show_values(said[word])}"
            )
    for word in inside.keys() - meta:
        text = f"fides_meta.{word} of {what} is not carried over{_show_values(inside[word])}"
        yield FidesWarning(replace(place, line=_find_line(inside, word)), text)


def _show_values(said: Any) -> str:
    texts = [str(one) for one in (said if isinstance(said, list) else [said]) if not isinstance(one, (Mapping, list))]
    return f": {', '.join(texts)}" if texts else ""


def _read_collection(said: Mapping[str, Any], place: FidesPlace, warnings: list[FidesWarning]) -> FidesCollection:
    meta = _read_meta(said)
    strategy = meta.get("masking_strategy_override")
    deletes = isinstance(strategy, Mapping) and strategy.get("strategy") == "delete"
    known = {"skip_processing"} | ({"masking_strategy_override"} if deletes else set())
    warnings += _warn_of_unread(said, _COLLECTION, place, "the collection", frozenset(known))
    fields = tuple(_read_field(one, place, "", warnings) for one in _read_list(said, "fields", place, "name"))
    described = str(said.get("description") or "")
    return FidesCollection(place.collection, place, fields, deletes, bool(meta.get("skip_processing")), described)


def _read_field(said: Mapping[str, Any], home: FidesPlace, above: str, warnings: list[FidesWarning]) -> FidesField:
    name = str(said["name"])
    path = f"{above}{name}"
    place, meta = replace(home, line=_find_line(said), field=path), _read_meta(said)
    warnings += _warn_of_unread(said, _FIELD, place, "the field", _FIELD_META)
    references = tuple(_read_reference(one, place) for one in _read_list(meta, "references", place, "field"))
    masked = meta.get("masking_strategy_override")
    mask = None
    if isinstance(masked, Mapping):
        settings = masked.get("configuration")
        value = settings.get("rewrite_value") if isinstance(settings, Mapping) else None
        mask = (str(masked.get("strategy")), value)
    elif masked is not None:
        mask = (str(masked), None)
    return FidesField(
        name,
        place,
        tuple(str(one) for one in _read_list(said, "data_categories", place)),
        str(meta.get("identity") or ""),
        references,
        bool(meta.get("primary_key")),
        mask,
        str(meta.get("data_type") or ""),
        bool(meta.get("length")),
        str(said.get("description") or ""),
        tuple(_read_field(one, home, f"{path}.", warnings) for one in _read_list(said, "fields", place, "name")),
    )


def _read_reference(said: Mapping[str, Any], place: FidesPlace) -> FidesReference:
    collection, _, column = str(said["field"]).partition(".")
    there = replace(place, line=_find_line(said))
    return FidesReference(there, str(said.get("dataset") or ""), collection, column, str(said.get("direction") or ""))
