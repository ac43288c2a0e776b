"""What workers do for requests, a job each. Every one can be begun again by another worker, and does what is left."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.jobs.due_items import Lease
from bailee.jobs.job import Done, Job
from bailee.policy import Policy
from bailee.requests import (
    approval,
    automatic_work,
    copy_links,
    copy_packages,
    duplicates,
    expiry,
    identity,
    plan_runs,
    request_plans,
    visits,
)
from bailee.store.context import Context
from bailee.store.models import Request


def run_identification(context: Context, request_id: str, lease: Lease) -> Done:
    """Look for a contact of the person that is on file, and send a code there."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with plan_runs.open_worker_systems(context, lease) as systems:
            identity.identify_person(context, systems, request)
    return None


def run_visit(context: Context, request_id: str, lease: Lease) -> Done:
    """Send a code to a person who comes back to a request of theirs."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None and (copy_links.find_waiting_proof(request) is not None or copy_links.is_kept(request)):
        with plan_runs.open_worker_systems(context, lease) as systems:
            visits.send_visit_code_on_file(context, systems, request)
    elif request is not None:
        visits.send_visit_code(context, request)
    return None


def run_planning(context: Context, request_id: str, lease: Lease) -> Done:
    """Do what comes next for a request whose person is known, by its right."""
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        return None
    if duplicates.merge_duplicates(context, request).id == request_id:
        with context.store.remembering(), plan_runs.open_worker_systems(context, lease) as systems:
            request_plans.plan_request(context, systems, request)
    return None


def run_packing(context: Context, request_id: str, lease: Lease) -> Done:
    """Pack a copy for a person to fetch."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with plan_runs.open_worker_systems(context, lease) as systems:
            copy_packages.pack_copy(context, systems, request)
    return None


def run_expiry(context: Context, request_id: str, _lease: Lease) -> Done:
    """End a request of which the person never showed who they are."""
    expiry.expire_request(context, request_id)
    return None


def run_lapse(context: Context, plan_id: str, _lease: Lease) -> Done:
    """Void an approval that has expired unused."""
    return approval.void_expired_approval(context, plan_id)


def run_destruction(context: Context, parcel_id: str, _lease: Lease) -> Done:
    """Destroy a copy that its person has downloaded: the time in which they could do so again is over."""
    return copy_packages.destroy_expired(context, parcel_id)


def run_forgetting(context: Context, request_id: str, _lease: Lease) -> Done:
    """Erase a request itself: its time is over."""
    return expiry.forget_request(context, request_id)


def _list_one(_policy: Policy) -> Iterable[str]:
    return ("",)


def _list_standing_rules(policy: Policy) -> Iterable[str]:
    return (name for name, rule in policy.retention.items() if rule.standing is not None)


REQUEST_JOBS = (
    Job("identify", run_identification, starts_a_time=True, is_brief=True),
    Job("visit", run_visit),
    Job("plan", run_planning, starts_a_time=True, is_brief=True),
    Job("package", run_packing, starts_a_time=True),
    Job("act", plan_runs.carry_out_plan, by_time=True, is_brief=True),
    Job("settle", plan_runs.recheck_done_plan, by_time=True, is_brief=True),
    Job("release", automatic_work.release_case, by_time=True),
    Job("expire", run_expiry, by_time=True, is_brief=True),
    Job("lapse", run_lapse, by_time=True, is_brief=True),
    Job(copy_packages.DESTROY, run_destruction, by_time=True, is_brief=True),
    Job("forget", run_forgetting, by_time=True, is_brief=True),
    Job("check", automatic_work.check_promises, daily=_list_one),
    Job("survey", automatic_work.survey_all_systems, daily=_list_one),
    Job("tidy", automatic_work.clean_books, by_time=True, daily=_list_one),
    Job("remind", automatic_work.note_near_deadlines, daily=_list_one),
    Job("retain", automatic_work.apply_retention_rule, by_time=True, daily=_list_standing_rules),
)
