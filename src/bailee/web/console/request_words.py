"""What requests, plans, letters and events are called, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from bailee.clock import Acknowledgement
from bailee.requests.recipients import NotToldReason
from bailee.requests.rights import find_rules
from bailee.store.access_log import Reason
from bailee.store.models import Channel, Event, Outcome, PlanState, Right, Status
from bailee.views.found_rows import PossibleMatch
from bailee.views.request import RequestDetail
from bailee.web.console.letter_words import describe_problem
from bailee.web.pages.template_tags import long_day, long_moment

RIGHTS: Mapping[str, Promise] = {right: pgettext_lazy("right", find_rules(right).title) for right in Right}

STATUSES: Mapping[str, Promise] = {
    Status.UNVERIFIED: pgettext_lazy("status", "not identified"),
    Status.OPEN: pgettext_lazy("status", "open"),
    Status.PLANNED: pgettext_lazy("status", "plan to approve"),
    Status.APPROVED: pgettext_lazy("status", "approved, waiting"),
    Status.ACTING: pgettext_lazy("status", "being carried out"),
    Status.SETTLING: pgettext_lazy("status", "done, to be looked at again"),
    Status.HELD: pgettext_lazy("status", "held by law"),
    Status.CLOSED: pgettext_lazy("status", "closed"),
}

OUTCOMES: Mapping[str, Promise] = {
    Outcome.DONE: pgettext_lazy("outcome of a request", "done"),
    Outcome.PARTLY: pgettext_lazy("outcome of a request", "done in part"),
    Outcome.REFUSED: pgettext_lazy("outcome of a request", "refused"),
    Outcome.WITHDRAWN: pgettext_lazy("outcome of a request", "withdrawn"),
    Outcome.EXPIRED: pgettext_lazy("outcome of a request", "expired: nobody showed who they are"),
    Outcome.MERGED: pgettext_lazy("outcome of a request", "merged with an earlier one"),
}

CHANNELS: Mapping[str, Promise] = {
    Channel.PORTAL: pgettext_lazy("channel", "through the portal"),
    Channel.API: pgettext_lazy("channel", "through the API"),
    Channel.TELEPHONE: pgettext_lazy("channel", "by telephone"),
    Channel.LETTER: pgettext_lazy("channel", "by letter"),
    Channel.EMAIL: pgettext_lazy("channel", "by email"),
    Channel.IN_PERSON: pgettext_lazy("channel", "in person"),
}

PLAN_STATES: Mapping[str, Promise] = {
    PlanState.PROPOSED: pgettext_lazy("plan", "waits for approval"),
    PlanState.APPROVED: pgettext_lazy("plan", "approved, waiting"),
    PlanState.ACTING: pgettext_lazy("plan", "being carried out"),
    PlanState.SETTLING: pgettext_lazy("plan", "carried out, to be looked at again"),
    PlanState.DONE: pgettext_lazy("plan", "done"),
    PlanState.STALE: pgettext_lazy("plan", "stale"),
    PlanState.CANCELLED: pgettext_lazy("plan", "called off"),
}

METHODS: Mapping[str, Promise] = {
    "code": pgettext_lazy("proof", "code to an email address on file"),
    "link": pgettext_lazy("proof", "link to an email address on file"),
    "letter": pgettext_lazy("proof", "letter to an address on file"),
    "call back": pgettext_lazy("proof", "call to a number on file"),
    "in person": pgettext_lazy("proof", "seen in person"),
    "document": pgettext_lazy("proof", "document"),
    "known": pgettext_lazy("proof", "known to us"),
    "authority": pgettext_lazy("proof", "authority of an agent"),
    "visit": pgettext_lazy("proof", "code to come back"),
    "on file": pgettext_lazy("proof", "the address on file, without a code (Art. 12(6))"),
}

LETTERS: Mapping[str, Promise] = {
    "acknowledge": pgettext_lazy("letter", "We have the request"),
    "identity": pgettext_lazy("letter", "Show that it is you"),
    "visit": pgettext_lazy("letter", "A code to see the request"),
    "copy_link": pgettext_lazy("letter", "A one-time link to the copy"),
    "verified": pgettext_lazy("letter", "We know that it is you"),
    "clarify": pgettext_lazy("letter", "What do you mean?"),
    "extend": pgettext_lazy("letter", "We need more time"),
    "held": pgettext_lazy("letter", "The law keeps some of it"),
    "resumed": pgettext_lazy("letter", "What had to stay is gone"),
    "partly": pgettext_lazy("letter", "Done in part"),
    "refuse": pgettext_lazy("letter", "Refused, and why"),
    "complete": pgettext_lazy("letter", "Done"),
    "withdrawn": pgettext_lazy("letter", "Taken back"),
    "expired": pgettext_lazy("letter", "Expired"),
    "restricted": pgettext_lazy("letter", "Restricted"),
    "restriction_ends": pgettext_lazy("letter", "The restriction ends"),
    "objected": pgettext_lazy("letter", "No more marketing"),
    "answer": pgettext_lazy("letter", "Answer to a question"),
    "download_ready": pgettext_lazy("letter", "The copy is ready"),
    "complaint": pgettext_lazy("letter", "We have the complaint"),
    "complaint_progress": pgettext_lazy("letter", "Progress of the complaint"),
    "complaint_outcome": pgettext_lazy("letter", "What came of the complaint"),
}

LETTER_STATES: Mapping[str, Promise] = {
    "queued": pgettext_lazy("letter", "on its way"),
    "sending": pgettext_lazy("letter", "on its way"),
    "sent": pgettext_lazy("letter", "sent"),
    "failed": pgettext_lazy("letter", "failed"),
    "to_print": pgettext_lazy("letter", "to print"),
    "told": pgettext_lazy("letter", "failed, and told by staff"),
}

REASONS: Mapping[str, Promise] = {
    Reason.REQUEST: gettext_lazy("to answer a request"),
    Reason.CONTACT: gettext_lazy("the person is in contact with us"),
    Reason.IDENTITY: gettext_lazy("to see whether they are who they say"),
    Reason.QUALITY: gettext_lazy("to correct wrong data"),
    Reason.LEGAL: gettext_lazy("a legal claim, or a duty to an authority"),
    Reason.SECURITY: gettext_lazy("to look into an incident"),
}

WHY_NOT: Mapping[str, Promise] = {
    NotToldReason.IMPOSSIBLE: gettext_lazy("it is impossible"),
    NotToldReason.EFFORT: gettext_lazy("it would be a disproportionate effort"),
    NotToldReason.NEVER: gettext_lazy("they never had the data"),
}

MATCHES: Mapping[str, Promise] = {
    "shared": gettext_lazy("several people have this %(attribute)s"),
    "declared confirm": gettext_lazy("an equal %(attribute)s is a hint, and no proof"),
    "not verified": gettext_lazy("it was never verified that the %(attribute)s is theirs"),
    "validity cannot be read": gettext_lazy("since when it has had this %(attribute)s cannot be read"),
    "not held now": gettext_lazy("it had this %(attribute)s at another time, and has not now"),
    "validity does not overlap": gettext_lazy("it had this %(attribute)s at another time"),
}
"""Why a match waits for a person's word."""

_EVENTS: Mapping[str, Promise] = {
    "received": gettext_lazy("Request received"),
    "days_put_right": gettext_lazy("This machine's clock was ahead: it counts as received on %(on)s, the earliest day"),
    "acknowledged": gettext_lazy("Acknowledgement sent"),
    "not_acknowledged": gettext_lazy("It could not be acknowledged: %(why)s"),
    "identity.sent": gettext_lazy("Identity check sent: %(method)s"),
    "identity.proven": gettext_lazy("The person has shown who they are: %(method)s"),
    "identity.seen": gettext_lazy("Staff have seen who the person is: %(method)s"),
    "identity.nobody_found": gettext_lazy("Nobody is found under what was given"),
    "identity.staff_must_see": gettext_lazy("No contact on file can be written to: staff must see who it is"),
    "identity.staff_must_call": gettext_lazy("A call to the number on file is waited for"),
    "identity.in_list": gettext_lazy("Staff have seen it"),
    "identity.not_seen": gettext_lazy("Its time was over, and nobody of the staff had seen it: it waits on"),
    "identity.not_asked": gettext_lazy(
        "Its time was over, and no letter had asked the person who they are: it waits on"
    ),
    "identity.open_again": gettext_lazy("No letter had asked the person who they are: the request is open again"),
    "identity.on_file": gettext_lazy("No code is asked for: the copy goes to the address on file (Art. 12(6))"),
    "identity.doubted": gettext_lazy(
        "The address on file is not certain to be theirs any more: they are asked for a code after all"
    ),
    "identity.link_over": gettext_lazy("The address on file is not certain to be theirs any more: the link is over"),
    "identity.refused": gettext_lazy(
        "The link has reached nobody: the request is open again, and the person is asked who they are by another way"
    ),
    "identity.link_sent": gettext_lazy("A one-time link to the copy goes to the address on file"),
    "identity.link_used": gettext_lazy("The link that was sent to the address on file was used"),
    "identity.put_off": gettext_lazy("The code is put off: %(why)s"),
    "identity.not_sent": gettext_lazy("The code could not be sent: %(why)s"),
    "identity.authority": gettext_lazy("The agent has shown authority"),
    "identity.authority_missing": gettext_lazy("The agent has yet to show authority"),
    "asked_again": gettext_lazy("A new code was asked for"),
    "verified": gettext_lazy("The person is identified"),
    "asked": gettext_lazy("The person was asked what is meant"),
    "answered": gettext_lazy("The person has answered"),
    "extended": gettext_lazy("The time was extended, to %(due)s"),
    "extension_too_late": gettext_lazy(
        "The time is not longer: the letter that says so had to leave by %(until)s (Art. 12(3))"
    ),
    "confirmed": gettext_lazy("Rows confirmed to be theirs: %(rows)s"),
    "planned": gettext_lazy("A plan was made"),
    "cannot_be_erased": gettext_lazy("Nothing can be erased as things are: rows of %(rows)s stay, and point to theirs"),
    "stale": gettext_lazy("The plan became stale: %(reasons)s"),
    "approved": gettext_lazy("The plan was approved, and acts on %(acts_at)s"),
    "cancelled": gettext_lazy("The plan was called off"),
    "lapsed": gettext_lazy("The approval expired unused"),
    "acted": gettext_lazy("The plan was carried out; it is looked at again on %(again)s"),
    "came_back": gettext_lazy("%(rows)s rows came back, or were not dealt with"),
    "keys_given_anew": gettext_lazy("%(rows)s of their keys were given to other rows: check whose rows those are"),
    "held": gettext_lazy("The law keeps some of it, until %(until)s"),
    "resumed": gettext_lazy("A hold has ended, and the erasure goes on"),
    "by_hand": gettext_lazy("In mode observe nothing is planned: staff do it by hand"),
    "rows_to_confirm": gettext_lazy("Possible matches need your decision"),
    "looked_at": gettext_lazy("Staff have looked at the rows, and let the copy be packed"),
    "packed": gettext_lazy("%(rows)s rows and %(files)s files were packed; %(withheld)s values of others are masked"),
    "hand_over": gettext_lazy("There is no site to fetch it from: staff hand it over"),
    "fetched": gettext_lazy("The copy was fetched"),
    "receipt_handed": gettext_lazy("Staff have handed a receipt out"),
    "recipients": gettext_lazy("%(count)s recipients are to be told (Art. 19)"),
    "recipient_told": gettext_lazy("%(recipient)s is dealt with"),
    "passed_on": gettext_lazy("It was passed on to the Data Controller"),
    "progress": gettext_lazy("Progress report sent to the person"),
    "refused": gettext_lazy("It was refused"),
    "end_announced": gettext_lazy("The person is told that the restriction ends on %(ends)s: it lasts until they know"),
    "restriction_ends": gettext_lazy("The restriction ends on %(ends)s"),
    "restriction_stays": gettext_lazy("The restriction lasts: the person was not told when it ends"),
    "merged": gettext_lazy("It goes on as %(into)s"),
    "withdrawn_with": gettext_lazy("%(into)s, as which it went on, was withdrawn: it is over, too"),
    "merged_with": gettext_lazy("%(reference)s, the same of the same person, goes on here"),
    "closed": gettext_lazy("It was closed: %(outcome)s"),
    "near": gettext_lazy("Its last day is %(due)s"),
    "letter_failed": gettext_lazy("A letter did not reach the person: %(letter)s, %(why)s"),
    "identity.letter_failed": gettext_lazy("The code did not reach the person: %(why)s"),
    "not_told": gettext_lazy("A letter could not be written: %(letter)s, %(why)s"),
    "unreachable": gettext_lazy("There is no address for a letter: %(letter)s"),
    "told_by_hand": gettext_lazy("Staff have told the person what no letter could"),
    "forgotten": gettext_lazy("What the person said was erased"),
}

_DAYS, _MOMENTS = {"due", "until", "ends"}, {"acts_at", "again"}
_NAMED: Mapping[str, Mapping[str, Promise]] = {"letter": LETTERS, "method": METHODS, "outcome": OUTCOMES}


def describe_event(event: Event, recipients: Mapping[str, str]) -> str:
    """Return what an event says, in a sentence without its full stop. ``recipients``: titles, by their names."""
    says = _EVENTS.get(event.kind)
    if says is None:
        return event.kind.replace("_", " ").replace(".", ": ").capitalize()
    return str(says) % _Facts(
        {
            name: recipients.get(value, value) if name == "recipient" else _describe_fact(name, value)
            for name, value in event.facts.items()
        }
    )


class _Facts(dict[str, str]):
    """Facts of an event; one that an older version did not write is told as unknown."""

    def __missing__(self, key: str) -> str:
        return "?"


def format_moment(at: datetime) -> str:
    """Return a moment in full, in the firm's time."""
    return long_moment(timezone.localtime(at))


def _describe_fact(name: str, value: Any) -> str:
    if name in _DAYS:
        return long_day(date.fromisoformat(value)) if value else _("a day that is not known")
    if name in _MOMENTS:
        return format_moment(datetime.fromisoformat(value))
    if name == "why":
        return describe_problem(str(value))
    if name in _NAMED:
        return str(_NAMED[name].get(str(value), value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def describe_match(row: PossibleMatch) -> str:
    """Return why a match waits for a person, and which row led to it."""
    why = str(MATCHES[row.reason]) % {"attribute": row.attribute}
    return _("%(why)s, as in %(row)s") % {"why": why, "row": row.source} if row.source else why


# --- the finding, in a sentence ------------------------------------------------------------------------------


def describe_request(case: RequestDetail) -> str:
    """Return where a request is, as the headline of its page."""
    request = case.request
    named = {"right": RIGHTS[request.right], "state": _describe_state(case)}
    return _("%(right)s: %(state)s") % named


def _describe_state(case: RequestDetail) -> str:
    request, status = case.request, Status(case.request.status)
    if status is Status.CLOSED:
        outcome = str(OUTCOMES.get(request.outcome, STATUSES[status]))
        untold = _("%(outcome)s, but a letter has not reached the person") % {"outcome": outcome}
        return outcome if case.days_left is None else untold
    if status is Status.HELD:
        if request.held_until is None:
            return _("the law keeps some of it")
        return _("the law keeps some of it until %(day)s") % {"day": long_day(request.held_until)}
    if status is Status.UNVERIFIED:
        left = describe_days_left(case.days_left) if request.identity_asked_on is None else ""
        asked = _("nobody has shown yet who they are, or been asked; %(left)s") % {"left": left}
        return asked if left else _("nobody has shown yet who they are")
    if case.paused_since is not None and request.due_on is None:
        return _("paused until the person answers your question")
    waits = {
        Status.PLANNED: _("its plan is too old to approve")
        if case.is_stalled
        else _("a plan waits for a second person"),
        Status.APPROVED: _("approved, and waiting for its time"),
        Status.ACTING: _("being carried out"),
        Status.SETTLING: _("carried out; it is still to be looked at again"),
    }.get(status, "")
    left = _describe_rest(case)
    return f"{waits}; {left}" if waits and left else waits or left or _("no day is set by the law")


def _describe_rest(case: RequestDetail) -> str:
    """Return how many days there are to the last one; of a complaint the law counts those to acknowledge it alone."""
    left = describe_days_left(case.days_left)
    if not isinstance(case.clock, Acknowledgement):
        return left
    return (
        _("acknowledged; not answered yet")
        if find_acknowledgement(case)
        else _("acknowledge it; %(left)s") % {"left": left}
    )


def find_acknowledgement(case: RequestDetail) -> date | None:
    """Return since when the person of an open complaint knows that we have it; ``None`` of all else (DPA s. 164A)."""
    is_open = isinstance(case.clock, Acknowledgement) and case.request.status != Status.CLOSED
    return case.request.acknowledged_on if is_open else None


def describe_days_left(days: int | None) -> str:
    """Return how many days there are to the last one, in words."""
    if days is None:
        return ""
    if days < 0:
        return ngettext("%(count)d day too late", "%(count)d days too late", -days) % {"count": -days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
