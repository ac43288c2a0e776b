"""Dataset files of Fides (fideslang 3), read into a map: whose rows are whose carries over, much else does not.

Fides walks from one field to another and needs no owner: a reference *from* a collection means that its rows are
reached from there, which here is ownership; one *to* a collection leads to rows of which this one is the owner. What
becomes of a row is said by masking strategies there, field by field, and by ``on_erase`` here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_KNOWN = frozenset({"name", "description", "data_categories", "fides_meta", "fidesops_meta", "fields"})
_EVERYBODYS = {"email": "email", "phone_number": "phone", "phone": "phone"}
_STRATEGIES: Mapping[str, Any] = {"null_rewrite": None, "hash": "hash", "hmac": "hash"}


class NotFides(Exception):
    """The file is no dataset of Fides. ``message`` says what is, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


@dataclass(slots=True)
class Carried:
    """A dataset as a map: ``collections`` in the map's words, and ``warnings``, one for each thing left behind."""

    name: str
    title: str
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def datasets(said: Any) -> list[Carried]:
    """Return the datasets of a file that was read as YAML. Raises `NotFides`."""
    found = said.get("dataset") if isinstance(said, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(one, Mapping) and one.get("fides_key") for one in found):
        raise NotFides("this is no dataset of Fides", "give a YAML file with dataset: and a fides_key in each")
    return [_dataset(one) for one in found]


def _dataset(said: Mapping[str, Any]) -> Carried:
    key = str(said["fides_key"])
    carried = Carried(re.sub(r"[^A-Za-z0-9_-]", "_", key), str(said.get("name") or key))
    for one in said.get("collections") or ():
        _collection(carried, key, one)
    for word in sorted(said.keys() - {"fides_key", "name", "description", "collections", "fides_meta"}):
        carried.warnings.append(f"{word} of the dataset is not carried over")
    for word in sorted(_meta(said)):
        carried.warnings.append(f"fides_meta.{word} of the dataset is not carried over")
    _finish(carried)
    return carried


def _meta(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said.get("fides_meta") or said.get("fidesops_meta") or {}


def _collection(carried: Carried, dataset: str, said: Mapping[str, Any]) -> None:
    name = re.sub(r"[^A-Za-z0-9_-]", "_", str(said["name"]))
    made: dict[str, Any] = {} if name == said["name"] else {"table": str(said["name"])}
    carried.collections[name] = made
    for word, value in _meta(said).items():
        if word == "masking_strategy_override" and (value or {}).get("strategy") == "delete":
            made["on_erase"] = "delete"
        elif word == "skip_processing" and value:
            made["opaque"] = "Fides was told to skip it"
            return
        else:
            carried.warnings.append(f"{name}: fides_meta.{word} is not carried over")
    keys: list[str] = []
    masks: dict[str, Any] = {}
    for one in said.get("fields") or ():
        column, meta = str(one["name"]), _meta(one)
        if meta.get("primary_key"):
            keys.append(column)
        _field(carried, name, column, one)
        _identity(carried, name, column, meta)
        for reference in meta.get("references") or ():
            _reference(carried, dataset, name, column, reference)
        if "masking_strategy_override" in meta:
            masks.update(_mask(carried, name, column, meta["masking_strategy_override"]))
    if keys:
        made["key"] = keys
    if masks:
        made.setdefault("on_erase", {"anonymise": masks})


def _field(carried: Carried, name: str, column: str, said: Mapping[str, Any]) -> None:
    where = f"{name}.{column}"
    categories = [str(c) for c in said.get("data_categories") or ()]
    if said.get("fields"):
        carried.warnings.append(f"{where}: fields inside a field are not carried over")
    if any(c.startswith("user") for c in categories):
        attribute = categories[0].rpartition(".")[2]
        fields = carried.collections[name].setdefault("fields", {})
        fields[attribute if attribute not in fields else re.sub(r"\W", "_", column)] = column
    elif categories and all(c.startswith("system") for c in categories):
        opaque = carried.collections[name].setdefault("opaque", {})
        opaque[column] = f"Fides calls it {categories[0]}"
    for word in sorted(said.keys() - _KNOWN):
        carried.warnings.append(f"{where}: {word} is not carried over")
    known = {"primary_key", "identity", "references", "masking_strategy_override", "data_type", "length"}
    for word in sorted(_meta(said).keys() - known):
        carried.warnings.append(f"{where}: fides_meta.{word} is not carried over")


def _identity(carried: Carried, name: str, column: str, meta: Mapping[str, Any]) -> None:
    if not meta.get("identity"):
        return
    made = carried.collections[name]
    attribute = _EVERYBODYS.get(str(meta["identity"]), str(meta["identity"]))
    one: dict[str, Any] = {"column": column}
    if attribute in _EVERYBODYS.values():
        one["stored"] = {"form": "raw", "scan": True}
        carried.warnings.append(
            f"{name}.{column}: how it is spelled is not known: say stored: lower or e164 if it is so"
        )
    made["party"] = "person"
    made.setdefault("identity", {})[attribute] = one


def _reference(carried: Carried, dataset: str, name: str, column: str, said: Mapping[str, Any]) -> None:
    where = f"{name}.{column}"
    if said.get("dataset") != dataset:
        to = f"{said.get('dataset')}.{said.get('field')}"
        carried.warnings.append(
            f"{where}: an edge stays inside its system, so the one to {to} is left out; use mentions"
        )
        return
    collection, _, theirs = str(said.get("field", "")).partition(".")
    to = re.sub(r"[^A-Za-z0-9_-]", "_", collection)
    if not theirs or "." in theirs:
        carried.warnings.append(f"{where}: the reference to {said.get('field')} leads into a field, and is left out")
        return
    kind = "owns" if said.get("direction") == "to" else "owned_by"
    if said.get("direction") is None:
        carried.warnings.append(f"{where}: the reference has no direction; taken for owned_by: see whose the row is")
    carried.collections[name].setdefault(kind, []).append({"to": to, "on": {theirs: column}})


def _mask(carried: Carried, name: str, column: str, said: Any) -> Iterator[tuple[str, Any]]:
    strategy = str((said or {}).get("strategy"))
    if strategy in _STRATEGIES:
        yield column, _STRATEGIES[strategy]
    elif strategy == "string_rewrite":
        yield column, {"text": str((said.get("configuration") or {}).get("rewrite_value", ""))}
    else:
        carried.warnings.append(f"{name}.{column}: masking by {strategy} is not carried over; say it under on_erase")


def _finish(carried: Carried) -> None:
    """Take out what leads nowhere, and say what becomes of rows that are somebody's."""
    for name, made in carried.collections.items():
        for kind in ("owned_by", "owns"):
            edges = made.get(kind, [])
            for edge in [edge for edge in edges if edge["to"] not in carried.collections]:
                carried.warnings.append(
                    f'{name}: there is no collection "{edge["to"]}" in the file, so the edge is left out'
                )
                edges.remove(edge)
            if not edges:
                made.pop(kind, None)
    pointed = {edge["to"] for made in carried.collections.values() for edge in made.get("owns", [])}
    for name, made in carried.collections.items():
        if name in pointed or {"party", "owned_by"} & made.keys():
            made.setdefault("on_erase", "delete")
        if len(made.get("owned_by", [])) + (name in pointed) > 1 or name in pointed:
            made.setdefault("on_leave", {})
        if isinstance(made.get("opaque"), dict):
            linked = {
                own for kind in ("owned_by", "owns") for edge in made.get(kind, []) for own in edge["on"].values()
            }
            made["opaque"] = {column: why for column, why in made["opaque"].items() if column not in linked}
            if not made["opaque"]:
                del made["opaque"]
