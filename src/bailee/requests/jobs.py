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
from bailee.requests.request_context import looked, seen
from bailee.store.context import Context
from bailee.store.models import Request


def identify(context: Context, request_id: str, lease: Lease) -> Done:
    """Look for a contact of the person that is on file, and send a code there."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with plan_runs.systems_at_work(context, lease) as systems:
            identity.identify(context, systems, request)
    return None


def visit(context: Context, request_id: str, lease: Lease) -> Done:
    """Send a code to a person who comes back to a request of theirs."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None and (copy_links.waits(request) is not None or copy_links.is_kept(request)):
        with plan_runs.systems_at_work(context, lease) as systems:
            visits.welcome_on_file(context, systems, request)
    elif request is not None:
        visits.welcome(context, request)
    return None


def plan(context: Context, request_id: str, lease: Lease) -> Done:
    """Do what comes next for a request whose person is known, by its right."""
    request = looked(Request.objects.filter(id=request_id), "confirmed", "others").first()
    if request is None:
        return None
    request.around = seen(request)
    if duplicates.merge(context, request).id == request_id:
        with context.store.remembering(), plan_runs.systems_at_work(context, lease) as systems:
            request_plans.plan(context, systems, request)
    return None


def package(context: Context, request_id: str, lease: Lease) -> Done:
    """Pack a copy for a person to fetch."""
    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with plan_runs.systems_at_work(context, lease) as systems:
            copy_packages.package(context, systems, request)
    return None


def expire(context: Context, request_id: str, _lease: Lease) -> Done:
    """End a request of which the person never showed who they are."""
    expiry.expire(context, request_id)
    return None


def lapse(context: Context, plan_id: str, _lease: Lease) -> Done:
    """Void an approval that has expired unused."""
    return approval.lapse(context, plan_id)


def destroy(context: Context, parcel_id: str, _lease: Lease) -> Done:
    """Destroy a copy that its person has downloaded: the time in which they could do so again is over."""
    return copy_packages.destroy_expired(context, parcel_id)


def forget(context: Context, request_id: str, _lease: Lease) -> Done:
    """Erase a request itself: its time is over."""
    return expiry.forget(context, request_id)


def _once(_policy: Policy) -> Iterable[str]:
    return ("",)


def _standing_rules(policy: Policy) -> Iterable[str]:
    return (name for name, rule in policy.retention.items() if rule.standing is not None)


JOBS = (
    Job("identify", identify, starts_a_time=True, is_brief=True),
    Job("visit", visit),
    Job("plan", plan, starts_a_time=True, is_brief=True),
    Job("package", package, starts_a_time=True),
    Job("act", plan_runs.act, by_time=True, is_brief=True),
    Job("settle", plan_runs.settle, by_time=True, is_brief=True),
    Job("release", automatic_work.release, by_time=True),
    Job("expire", expire, by_time=True, is_brief=True),
    Job("lapse", lapse, by_time=True, is_brief=True),
    Job(copy_packages.DESTROY, destroy, by_time=True, is_brief=True),
    Job("forget", forget, by_time=True, is_brief=True),
    Job("check", automatic_work.check, daily=_once),
    Job("survey", automatic_work.survey, daily=_once),
    Job("tidy", automatic_work.tidy, by_time=True, daily=_once),
    Job("remind", automatic_work.remind, daily=_once),
    Job("retain", automatic_work.retain, by_time=True, daily=_standing_rules),
)
