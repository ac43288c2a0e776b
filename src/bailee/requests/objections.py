"""An objection to marketing: absolute, so it takes effect at once and needs nobody's approval (Art. 21(2) and (3)).

First of all the person's contacts are suppressed, for good. Then the systems are changed as the map says under
``on_object``, by a plan like any other, of which the law itself approves: there is no waiting time, and nobody to ask.
"""

from __future__ import annotations

from bailee.engine.people import find_seeds
from bailee.engine.plans import plan_object
from bailee.engine.systems import Systems
from bailee.policy import Mode
from bailee.requests import permissions
from bailee.requests.approval import approve_in_advance
from bailee.requests.plan_rows import find_newest_plan, forget_case, save_plan, supersede_plan
from bailee.requests.request_content import list_confirmed_rows, open_asked
from bailee.requests.request_end import end_request
from bailee.requests.request_letters import send_letter
from bailee.requests.request_locks import locked_request, must_be_permitted
from bailee.requests.suppressions import suppress_contacts
from bailee.store.context import Context
from bailee.store.models import Outcome, Plan, Request, Status

LAW = {"uk": "UK GDPR Art. 21(3)", "eu": "GDPR Art. 21(3)"}
"""What approves of the plan: standing, and whoever asks."""


def object_to_marketing(context: Context, systems: Systems, request: Request) -> Plan | None:
    """Suppress the person's contacts, and plan what the systems must forget; a second time nothing.

    Where no system has anything for marketing the request is over, and ``None`` is returned. In mode ``propose`` the
    plan waits for people to carry it out.
    """
    must_be_permitted(context, permissions.OBJECT)
    if not context.staff and request.status != Status.OPEN:
        return find_newest_plan(request)
    asked = open_asked(context, request).identities
    suppress_contacts(context, [(s.attribute, s.value) for text in asked for s in find_seeds(systems, text)])
    made = plan_object(systems, asked, confirmed=list_confirmed_rows(context, request))
    with locked_request(context, request, permissions.OBJECT):
        before = find_newest_plan(request)
        if not context.staff and request.status != Status.OPEN:
            return before
        suppress_contacts(context, [(k.attribute, k.value) for k in made.case.known])
        if before is not None:
            supersede_plan(context, before)
        if not any(step.count for system in made.plan.systems for step in system.steps):
            end_request(context, request, Outcome.DONE)
            send_letter(context, request, "objected")
            return None
        new = save_plan(context, systems, request, made, before)
        if context.policy.firm.mode is Mode.ACT:
            approve_in_advance(context, new, request, LAW[request.regime])
    if before is not None:
        forget_case(systems, before)
    return new
