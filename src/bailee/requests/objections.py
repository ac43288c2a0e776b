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
from bailee.requests.approval import approve_standing
from bailee.requests.plan_rows import forget_case, newest_plan, save, supersede
from bailee.requests.request_content import confirmed_rows, open_asked
from bailee.requests.request_end import end
from bailee.requests.request_letters import say
from bailee.requests.request_locks import locked_request, must
from bailee.requests.suppressions import suppress
from bailee.store.context import Context
from bailee.store.models import Outcome, Plan, Request, Status

LAW = {"uk": "UK GDPR Art. 21(3)", "eu": "GDPR Art. 21(3)"}
"""What approves of the plan: standing, and whoever asks."""


def object_to_marketing(context: Context, systems: Systems, request: Request) -> Plan | None:
    """Suppress the person's contacts, and plan what the systems must forget; a second time nothing.

    Where no system has anything for marketing the request is over, and ``None`` is returned. In mode ``propose`` the
    plan waits for people to carry it out.
    """
    must(context, permissions.OBJECT)
    if not context.staff and request.status != Status.OPEN:
        return newest_plan(request)
    asked = open_asked(context, request).identities
    suppress(context, [(s.attribute, s.value) for text in asked for s in find_seeds(systems, text)])
    made = plan_object(systems, asked, confirmed=confirmed_rows(context, request))
    with locked_request(context, request, permissions.OBJECT):
        before = newest_plan(request)
        if not context.staff and request.status != Status.OPEN:
            return before
        suppress(context, [(k.attribute, k.value) for k in made.case.known])
        if before is not None:
            supersede(context, before)
        if not any(step.count for system in made.plan.systems for step in system.steps):
            end(context, request, Outcome.DONE)
            say(context, request, "objected")
            return None
        new = save(context, systems, request, made, before)
        if context.policy.firm.mode is Mode.ACT:
            approve_standing(context, new, request, LAW[request.regime])
    if before is not None:
        forget_case(systems, before)
    return new
