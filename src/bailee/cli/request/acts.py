"""One command for each act: what it must be given in words as arguments, all else as options.

Loaded when a command of ``bailee request`` is asked for: inputs are Pydantic models, which no other command waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from inspect import Parameter, Signature
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.request.entry import Reference, Staff, entered, the_request
from bailee.cli.request.state import say_plan, say_state
from bailee.cli.show import Line, show
from bailee.requests.act import AnyAct, Input, list_mistakes

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_REQUIRED: Any = Parameter.empty


def command_of(act: AnyAct) -> Callable[..., int]:
    """Return the command that does ``act``."""

    def command(*, reference: str, policy: Path, staff: str, json: bool, **typed: Any) -> int:
        with entered(policy, staff) as context:
            from bailee.store.models import Approval, Plan

            request = the_request(reference)
            made = act.does(context, request, _given(act, typed))
            if isinstance(made, Plan):
                return say_plan(context.policy, request, made, as_json=json)
            if isinstance(made, Approval):
                if not json:
                    begins = f"{made.acts_at:%Y-%m-%d %H:%M} UTC"
                    show([Line(f"carried out from {begins}; until then: bailee request cancel {request.reference}")])
                return say_state(request, as_json=json, acts_at=made.acts_at.isoformat())
            return say_state(request, as_json=json)

    parameters = list(_parameters(act))
    command.__doc__ = act.help
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined] # Typer reads it
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _parameters(act: AnyAct) -> Iterator[Parameter]:
    """Yield the parameters of a command, as Typer wants them: what must be given, then what may be."""
    fields = act.input.model_fields
    yield _parameter("reference", Reference)
    arguments = [name for name, field in fields.items() if field.is_required() and field.annotation is not date]
    for name in sorted(arguments, key=lambda name: get_origin(fields[name].annotation) is list):  # which takes the rest
        metavar, help_ = name.upper().replace("_", "-"), fields[name].description
        yield _parameter(name, Annotated[_kind(fields[name]), typer.Argument(metavar=metavar, help=help_)])
    yield _parameter("policy", options.PolicyFolder, Path())
    yield _parameter("staff", Staff, "")
    for name, field in fields.items():
        if name not in arguments:
            yield _option(name, field)
    yield _parameter("json", options.AsJson, False)


def _option(name: str, field: FieldInfo) -> Parameter:
    flag, told = f"--{name.replace('_', '-')}", field.description
    default = _REQUIRED if field.is_required() else field.get_default(call_default_factory=True)
    if field.annotation is date:
        when = typer.Option(flag, metavar="DATE", formats=["%Y-%m-%d"], help=told, show_default=False)
        return _parameter(name, Annotated[datetime, when], default)
    if field.annotation is bool or _choices(field):
        return _parameter(name, Annotated[_kind(field), typer.Option(flag, help=told, show_default=False)], default)
    word = name.upper().replace("_", "-")
    return _parameter(
        name, Annotated[_kind(field), typer.Option(flag, metavar=word, help=told, show_default=False)], default
    )


def _parameter(name: str, kind: Any, default: Any = _REQUIRED) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _choices(field: FieldInfo) -> tuple[str, ...]:
    kinds = get_args(field.annotation) if NoneType in get_args(field.annotation) else [field.annotation]
    return next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())


def _kind(field: FieldInfo) -> Any:
    """Return the type by which Typer reads a field. Choices are words without a blank."""
    if choices := _choices(field):
        kind: Any = Literal[tuple(one.replace(" ", "-") for one in choices)]
        return kind if field.is_required() else kind | None
    return list[str] if get_origin(field.annotation) is list else field.annotation


def _given(act: AnyAct, typed: Mapping[str, Any]) -> Input:
    """Return what was typed as ``act`` takes it. Raises `CommandError`, without what was typed."""
    fields = act.input.model_fields
    values = {name: _value(fields[name], value) for name, value in typed.items()}
    try:
        given: Input = act.input.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(f"{name.upper().replace('_', '-')}: {says}" for name, says in list_mistakes(error))
        raise CommandError(CommandProblem(Exit.USAGE, "usage", wrong, f"bailee request {act.name} --help")) from None
    return given


def _value(field: FieldInfo, typed: Any) -> Any:
    if isinstance(typed, datetime):
        return typed.date()
    return next((one for one in _choices(field) if one.replace(" ", "-") == typed), typed)
