"""What is wrong with how promises are bound: every mistake at once, each with a permanent code and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bailee.checks.catalogue import load_checks
from bailee.checks.catalogue.rows import read_duration
from bailee.checks.model import Check, Parameter
from bailee.checks.promises import PROMISES, list_checks
from bailee.policy import Bound, Policy, Promise
from bailee.policy.conditions import parse_condition
from bailee.policy.predicate import ConditionError
from bailee.policy.problems import Problem
from bailee.policy.words import meant

CODES: Mapping[str, str] = {
    "K101": "a promise names a check that there is not",
    "K102": "a check is given a parameter that it does not have",
    "K103": "a check lacks a parameter that it needs",
    "K104": "the value of a parameter does not fit",
    "K105": "a parameter names something that the policy does not have",
    "K106": "a promise names one of the catalogue that there is not",
}


def find_problems(policy: Policy) -> tuple[Problem, ...]:
    """Return what is wrong with the checks that the promises of ``policy`` are bound to."""
    return tuple(p for promise in policy.promises.values() for p in _check_promise(policy, promise))


def _check_promise(policy: Policy, promise: Promise) -> Iterator[Problem]:
    if promise.promise and promise.promise not in PROMISES:
        message = f'promise "{promise.name}" is none of the catalogue: "{promise.promise}"'
        hint = (
            meant(promise.promise, PROMISES) or "docs/catalogue.md lists them; leave promise: out for one of your own"
        )
        yield Problem("K106", message, hint, promise.place)
    for bound in list_checks(promise):
        check = load_checks().get(bound.check)
        if check is None:
            hint = meant(bound.check, load_checks()) or "docs/catalogue.md lists them"
            yield Problem("K101", f'promise "{promise.name}" names no check "{bound.check}"', hint, bound.place)
        else:
            yield from _check_parameters(policy, check, bound)


def _check_parameters(policy: Policy, check: Check, bound: Bound) -> Iterator[Problem]:
    for name in bound.parameters:
        if name not in check.parameters:
            takes = f"it takes {', '.join(check.parameters)}" if check.parameters else "it takes none"
            hint = meant(name, check.parameters) or takes
            yield Problem("K102", f'{check.id} has no parameter "{name}"', hint, bound.place)
    for name, parameter in check.parameters.items():
        if name not in bound.parameters:
            if parameter.required:
                yield Problem("K103", f"{check.id} needs {name}", parameter.says, bound.place)
        elif wrong := _check_value(policy, parameter, bound.parameters[name]):
            code, message, hint = wrong
            yield Problem(code, f"{name} of {check.id} {message}", hint, bound.place)


def _check_value(policy: Policy, parameter: Parameter, value: Any) -> tuple[str, str, str] | None:
    if parameter.kind == "texts":
        parts = value if isinstance(value, tuple | list) else (value,)
        return None if parts and all(isinstance(p, str) for p in parts) else ("K104", "is no list of texts", "")
    if parameter.kind == "collections":
        one, several = Parameter("collection", parameter.says), value if isinstance(value, tuple | list) else (value,)
        return next((wrong for part in several if (wrong := _check_value(policy, one, part))), None)
    if parameter.one_of and value not in parameter.one_of:
        return "K104", f"is none of {', '.join(parameter.one_of)}", meant(str(value), parameter.one_of)
    known = _list_known_names(policy, parameter)
    if known is not None:
        return _check_name(parameter, str(value), known)
    return _check_kind(parameter, value)


def _list_known_names(policy: Policy, parameter: Parameter) -> list[str] | None:
    """Return the names that a parameter may have; ``None`` where it names nothing."""
    match parameter.kind:
        case "system":
            return list(policy.systems)
        case "rule":
            return list(policy.retention)
        case "processor":
            return list(policy.processors)
        case "collection":
            return [f"{s.name}.{c}" for s in policy.systems.values() for c in s.collections]
    return None


def _check_name(parameter: Parameter, value: str, known: list[str]) -> tuple[str, str, str] | None:
    if value in known:
        return None
    if parameter.kind == "collection":
        having = [name for name in known if name.partition(".")[2] == value]
        if len(having) == 1:
            return None
        if len(having) > 1:
            return "K105", f'names "{value}", which several systems have', f"write one of: {', '.join(having)}"
    return "K105", f'names no {parameter.kind} "{value}"', meant(value, known) or f"one of: {', '.join(known)}"


def _check_kind(parameter: Parameter, value: Any) -> tuple[str, str, str] | None:
    match parameter.kind:
        case "number":
            fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            return None if fits else ("K104", "is no whole number", "write 2")
        case "yes or no":
            return None if isinstance(value, bool) else ("K104", "is neither true nor false", "write true or false")
        case "text":
            return None if isinstance(value, str) and value.strip() else ("K104", "is no text", "")
        case "date":
            return None if _is_date(value) else ("K104", "is no date", "write it as 2026-10-01")
        case "period":
            return None if _is_period(value) else ("K104", "is no period", "write it as P1Y, P6M or P30D")
    return _check_condition(str(value))


def _check_condition(condition: str) -> tuple[str, str, str] | None:
    try:
        parse_condition(condition)
    except ConditionError as error:
        return "K104", error.message, error.hint
    return None


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_period(value: Any) -> bool:
    try:
        read_duration(str(value))
    except (ValueError, AttributeError):
        return False
    return True
