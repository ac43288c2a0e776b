"""One operation for each act: what staff can do to a request."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import Parameter, Signature

from ninja import Router
from ninja.decorators import decorate_view

from bailee.requests.act import AnyAct, Input
from bailee.requests.acts import list_acts
from bailee.requests.plan_rows import find_newest_plan
from bailee.web.api.access import Call, allow_act
from bailee.web.api.case_shapes import Acted, describe_plan, describe_request
from bailee.web.api.cases import find_request
from bailee.web.api.fields import Reference
from bailee.web.api.idempotency import act_once
from bailee.web.api.pending import run_off_thread

router = Router(tags=["requests"])


def add_operation(act: AnyAct) -> None:
    """Add the operation of ``act`` to the router."""
    has_input = bool(act.input.model_fields)

    def run(request: Call, reference: str, body: Input | None = None) -> Acted:
        found = find_request(request, reference)
        act.does(request.context, found, body or act.input())
        plan = find_newest_plan(found)
        return Acted(**describe_request(found).model_dump(), plan=describe_plan(plan) if plan is not None else None)

    run.__name__ = act.operation
    run.__signature__ = Signature(list(_list_parameters(act, has_input=has_input)))  # type: ignore[attr-defined] # Ninja reads it
    around = (act_once, run_off_thread) if act.asks_systems else (act_once,)
    router.post(
        f"/requests/{{reference}}/{act.name}",
        auth=allow_act(act),
        response=Acted,
        operation_id=act.operation,
        description=act.help,
        summary=act.name.replace("-", " ").capitalize(),
    )(decorate_view(*around)(run))


def _list_parameters(act: AnyAct, *, has_input: bool) -> Iterator[Parameter]:
    given = Parameter.POSITIONAL_OR_KEYWORD
    yield Parameter("request", given, annotation=Call)
    yield Parameter("reference", given, annotation=Reference)
    if has_input:
        yield Parameter("body", given, annotation=act.input)


for _act in list_acts().values():
    add_operation(_act)
