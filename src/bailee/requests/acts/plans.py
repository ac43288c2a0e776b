"""What is to be done in the systems: acts that plan it, confirm whose rows they are, approve and call off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from bailee.requests import permissions
from bailee.requests.act import Act, Case, Input, Prompt, Stage
from bailee.requests.fields import Row
from bailee.requests.permissions import Permission
from bailee.requests.translatable import translatable

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Approval, Plan, Request

# Imports stand in functions: acts are declared before the books are open, and what they do needs them.


def _may_change_systems(case: Case) -> bool:
    return not case.is_observed


def _carry_out(context: Context, request: Request, permission: Permission) -> Plan | None:
    """Do what comes next for a request, if ``permission`` is about that: `plan_request` goes by the right alone."""
    from bailee.engine.systems import open_systems_of_context
    from bailee.requests.request_locks import must_be_permitted, must_fit
    from bailee.requests.request_plans import plan_request

    must_be_permitted(context, permission)
    must_fit(request, permission)
    with open_systems_of_context(context) as systems:
        return plan_request(context, systems, request)


def _plan_request(context: Context, request: Request, _given: Input) -> Plan | None:
    return _carry_out(context, request, permissions.PLAN)


def _restrict_person(context: Context, request: Request, _given: Input) -> Plan | None:
    return _carry_out(context, request, permissions.RESTRICT)


def _object_to_marketing(context: Context, request: Request, _given: Input) -> Plan | None:
    return _carry_out(context, request, permissions.OBJECT)


PLAN = Act(
    name="plan",
    stage=Stage.PLAN,
    help="Plan what a request asks for, or plan it again; no system is changed. Who plans it cannot approve it.",
    permission=permissions.PLAN,
    does=_plan_request,
    input=Input,
    is_sensible=_may_change_systems,
    asks_systems=True,
    title=translatable("Plan"),
    says=translatable("All systems are counted again. If you plan it, somebody else must approve it."),
    button=translatable("Plan it now"),
    said=translatable("It is planned. Somebody else must approve."),
)

RESTRICT = Act(
    name="restrict",
    stage=Stage.PLAN,
    help="Let a restriction take effect at once: the data is stored, and used for nothing else (Art. 18).",
    permission=permissions.RESTRICT,
    does=_restrict_person,
    input=Input,
    asks_systems=True,
    title=translatable("Restrict"),
    says=translatable("It takes effect at once: nobody need approve."),
    button=translatable("Restrict it now"),
    said=translatable("It takes effect now."),
)

OBJECT = Act(
    name="object",
    stage=Stage.PLAN,
    help="Let an objection to marketing take effect at once: nobody need approve (Art. 21(3)).",
    permission=permissions.OBJECT,
    does=_object_to_marketing,
    input=Input,
    asks_systems=True,
    title=translatable("Keep them out of marketing"),
    says=translatable("It takes effect at once: nobody need approve."),
    button=translatable("Do it now"),
    said=translatable("It takes effect now."),
)


def _pack_copy(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.copy_packages import schedule_packing

    schedule_packing(context, request)


PACK = Act(
    name="pack",
    stage=Stage.PLAN,
    help="Have a copy packed without the unconfirmed matches. The letter says so.",
    permission=permissions.PACK,
    does=_pack_copy,
    input=Input,
    title=translatable("Pack the copy"),
    says=translatable("Unconfirmed matches are left out. The letter says so."),
    button=translatable("Pack it"),
    said=translatable("A worker packs the copy."),
)


class RowsConfirmed(Input):
    """Rows that are the person's, by the word of who says so."""

    rows: Annotated[list[Row], Prompt(translatable("Rows"))] = Field(
        min_length=1, max_length=200, description="Rows that are this person's, as `bailee find` lists them."
    )


def _confirm_rows(context: Context, request: Request, given: RowsConfirmed) -> Plan | None:
    from bailee.engine.systems import open_systems_of_context
    from bailee.requests.plan_rows import find_newest_plan
    from bailee.requests.request_plans import confirm_rows

    with open_systems_of_context(context) as systems:
        confirm_rows(context, systems, request, given.rows)
    return find_newest_plan(request)


CONFIRM = Act(
    name="confirm",
    stage=Stage.PLAN,
    help="Say that rows are the person's, and plan again. Who says so cannot approve what is planned on it.",
    permission=permissions.CONFIRM,
    does=_confirm_rows,
    input=RowsConfirmed,
    is_sensible=_may_change_systems,
    asks_systems=True,
)


class HashTyped(Input):
    """The beginning of a plan's hash, as its approver read it."""

    hash: Annotated[
        str,
        StringConstraints(strip_whitespace=True, to_lower=True, min_length=8, max_length=64, pattern=r"^[0-9a-f]+$"),
        Prompt(translatable("The beginning of the hash")),
    ] = Field(description="The beginning of the plan's hash, 8 characters at least.")


def _find_newest_plan(request: Request) -> Plan:
    from bailee.engine.errors import NotAllowed
    from bailee.requests.plan_rows import find_newest_plan

    found = find_newest_plan(request)
    if found is None:
        raise NotAllowed("there is no plan of this request", "plan it")
    return found


def _approve_plan(context: Context, request: Request, given: HashTyped) -> Approval:
    from bailee.requests.approval import approve_plan
    from bailee.requests.request_locks import must_be_permitted

    must_be_permitted(context, permissions.APPROVE)
    approval = approve_plan(context, _find_newest_plan(request).id, given.hash)
    request.refresh_from_db()
    return approval


APPROVE = Act(
    name="approve",
    stage=Stage.PLAN,
    help="Approve the plan of a request, as a second person. It is carried out when the waiting time is over.",
    permission=permissions.APPROVE,
    does=_approve_plan,
    input=HashTyped,
)


def _cancel_plan(context: Context, request: Request, _given: Input) -> None:
    from bailee.requests.approval import cancel_plan
    from bailee.requests.request_locks import must_be_permitted

    must_be_permitted(context, permissions.CANCEL)
    cancel_plan(context, _find_newest_plan(request).id)
    request.refresh_from_db()


CANCEL = Act(
    name="cancel",
    stage=Stage.PLAN,
    help="Call an approved plan off while its waiting time runs. The request is open again.",
    permission=permissions.CANCEL,
    does=_cancel_plan,
    input=Input,
)
