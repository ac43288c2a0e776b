"""What Pydantic finds wrong with a file, said with places and in the words of the policy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bailee.policy.kinds import KINDS, PATTERNS
from bailee.policy.placed import Path, PlacedText, PolicyFile
from bailee.policy.words import meant
from bailee.policy.written import list_known_keys

_TYPE_ERRORS: Mapping[str, str] = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "none_required": "nothing",
}


@cache
def _make_adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what reads a ``kind``, made once."""
    return TypeAdapter(kind)


def read_value(page: PolicyFile, kind: Any, instead: Mapping[str, str]) -> Any:
    """Return ``page.data`` read as a ``kind``, noting every mistake on the page.

    What is wrong is dropped from the page, so that the rest of it is still looked at; ``instead`` gives the values
    that stand for keys of the file itself that cannot be missing. ``None``: nothing is left to look at.
    """
    reported = False
    while True:
        noted = len(page.problems)
        try:
            return _make_adapter(kind).validate_python(page.data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
        # What the values say is noted once all of them have the right shape.
        del page.problems[noted:]
        # Pydantic finds everything at once: what comes up after a drop is only its consequence.
        if not reported:
            for detail in details:
                _report(page, kind, detail)
            reported = True
        if not isinstance(page.data, dict):
            return None
        _prune(page, details, instead)


def _prune(page: PolicyFile, details: list[ErrorDetails], instead: Mapping[str, str]) -> None:
    wrong = set()
    for detail in details:
        path = _find_path(page.data, detail["loc"])
        if path:
            wrong.add(path)
        else:
            key = str(detail["loc"][0])
            page.data[key] = PlacedText(instead[key], page.data.mark, page)
    # the last of a list first: a drop moves those after it
    for path in sorted(
        wrong, key=lambda path: [(isinstance(step, str), str(step).zfill(9)) for step in path], reverse=True
    ):
        if not any(path[:length] in wrong for length in range(1, len(path))):
            page.drop(path)


def _report(page: PolicyFile, shape: Any, detail: ErrorDetails) -> None:
    path = _find_path(page.data, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    value = _get_value(page.data, path)
    if kind == "extra_forbidden":
        known = list_known_keys(shape, path[:-1])
        hint = meant(str(path[-1]), known) or f"known here: {', '.join(known)}"
        page.say("P101", path, "is an unknown key", hint, at=page.key_place(path))
    elif kind == "missing":
        key = detail["loc"][-1]
        if page.is_lost((*path, key)):
            return
        page.say("P102", path, f'lacks "{key}"', f"add {key}", at=page.key_place(path))
    elif kind == "left_empty" or (value is None and kind in {"union_tag_invalid", *_TYPE_ERRORS}):
        page.say("P103", path, "is empty", "say something, or remove the key", at=page.key_place(path))
    elif kind == "union_tag_invalid":
        _report_type(page, path, value, context["expected_tags"].replace("'", "").split(", "))
    elif kind in _TYPE_ERRORS:
        _report_type(page, path, value, [_TYPE_ERRORS[kind]])
    elif kind in {"enum", "literal_error"}:
        _report_word(page, path, value, context["expected"])
    else:
        _report_value(page, path, detail)


def _report_type(page: PolicyFile, path: Path, value: object, expected: list[str]) -> None:
    is_what = f"is {KINDS[type(value)]}"
    if "text" in expected and not isinstance(value, list | dict):
        page.say("P103", path, f"{is_what}, not text", "put it in quotes")
    else:
        page.say("P103", path, is_what, f"write {_join_words(expected)}")


def _report_word(page: PolicyFile, path: Path, value: object, expected: str) -> None:
    allowed = expected.replace("'", "").replace(" or ", ", ").split(", ")
    if not isinstance(value, str):
        page.say("P103", path, f"is {KINDS[type(value)]}", f"write {_join_words(allowed)}")
        return
    page.say("P104", path, f'cannot be "{value}"', meant(value, allowed) or f"write {_join_words(allowed)}")


def _report_value(page: PolicyFile, path: Path, detail: ErrorDetails) -> None:
    context = detail.get("ctx", {})
    if detail["type"] == "too_short" and page.lost_below(path):
        return
    place = page.key_place(path) if detail["loc"][-1] == "[key]" else page.place(path)
    match detail["type"]:
        case "string_pattern_mismatch":
            message, hint = PATTERNS[context["pattern"]]
        case "too_short":
            message, hint = "has too few entries", f"at least {context['min_length']}"
        case "too_long":
            message, hint = "has too many entries", f"at most {context['max_length']}"
        case "greater_than_equal":
            message, hint = "is too small", f"at least {context['ge']}"
        case _:
            message, hint = "does not fit", detail["msg"]
    page.say("P105", path, message, hint, at=place)


def _join_words(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _find_path(data: Any, loc: tuple[str | int, ...]) -> Path:
    """Return the steps of ``loc`` that lead through ``data``; the others name members of unions, or what is missing."""
    path: list[str | int] = []
    for step in loc:
        if step in data if isinstance(data, dict) else isinstance(data, list) and isinstance(step, int):
            data = data[step]
            path.append(step)
    return tuple(path)


def _get_value(data: Any, path: Path) -> object:
    for step in path:
        data = data[step]
    return data
