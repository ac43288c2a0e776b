"""What each kind of due thing means. Every function can be begun again by another worker, and does what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bailee.books.models import Request
from bailee.runner.office import Office
from bailee.runner.work import acting, standing
from bailee.runner.work.due import Lease

Done = datetime | None
"""When it is due again (UTC), or `None`: it is over."""


def identify(office: Office, request_id: str, lease: Lease) -> Done:
    """Look for a contact of the person that is on file, and send a code there."""
    from bailee.runner.requests import identity

    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with acting.house_at_work(office, lease) as house:
            identity.identify(office, house, request)
    return None


def visit(office: Office, request_id: str, lease: Lease) -> Done:
    """Send a code to a person who comes back to a request of theirs."""
    from bailee.runner.requests import visiting, without_code

    request = Request.objects.filter(id=request_id).first()
    if request is not None and without_code.waits(request) is not None:
        with acting.house_at_work(office, lease) as house:
            visiting.welcome_on_file(office, house, request)
    elif request is not None:
        visiting.welcome(office, request)
    return None


def plan(office: Office, request_id: str, lease: Lease) -> Done:
    """Do what comes next for a request whose person is known, by its right."""
    from bailee.runner.requests import duplicates, planning
    from bailee.runner.requests.around import looked, seen

    request = looked(Request.objects.filter(id=request_id), "confirmed", "others").first()
    if request is None:
        return None
    request.around = seen(request)
    if duplicates.merge(office, request).id == request_id:
        with office.state.remembering(), acting.house_at_work(office, lease) as house:
            planning.plan(office, house, request)
    return None


def package(office: Office, request_id: str, lease: Lease) -> Done:
    """Pack a copy for a person to fetch."""
    from bailee.runner.requests import packaging

    request = Request.objects.filter(id=request_id).first()
    if request is not None:
        with acting.house_at_work(office, lease) as house:
            packaging.package(office, house, request)
    return None


def deliver(office: Office, message_id: str, lease: Lease) -> Done:
    """Give a letter to the mail server."""
    from bailee.runner import letters

    return letters.deliver(office, message_id, lease)


def expire(office: Office, request_id: str, _lease: Lease) -> Done:
    """End a request of which the person never showed who they are."""
    from bailee.runner.requests import forgetting

    forgetting.expire(office, request_id)
    return None


def lapse(office: Office, plan_id: str, _lease: Lease) -> Done:
    """Void an approval that has expired unused."""
    from bailee.runner.requests import approval

    approval.lapse(office, plan_id)
    return None


def forget(office: Office, request_id: str, _lease: Lease) -> Done:
    """Erase a request itself: its time is over."""
    from bailee.runner.requests import forgetting

    forgetting.forget(office, request_id)
    return None


def webhook(office: Office, delivery_id: str, lease: Lease) -> Done:
    """Tell a program of an event."""
    from bailee.runner import webhooks

    return webhooks.deliver(office, delivery_id, lease)


DOING: Mapping[str, Callable[[Office, str, Lease], Done]] = {
    "identify": identify,
    "visit": visit,
    "plan": plan,
    "package": package,
    "act": acting.act,
    "settle": acting.settle,
    "release": standing.release,
    "deliver": deliver,
    "expire": expire,
    "lapse": lapse,
    "remind": standing.remind,
    "retain": standing.retain,
    "check": standing.check,
    "survey": standing.survey,
    "tidy": standing.tidy,
    "forget": forget,
    "webhook": webhook,
}
"""Kind -> what is done: in an office, about an id or a name, under a lease."""
