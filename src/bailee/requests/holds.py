"""Holds placed by hand, as for litigation: everything of a person stays while one stands, whatever else is due.

Whom a hold is about is sealed; tags of what is certainly theirs tell of it where the person is met again. Plans that
wait are made anew under it, those among them of who has a number that was theirs once: what may be theirs stays, too.
What it delayed resumes when it is lifted or over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from bailee.engine import high_water
from bailee.engine.people import find_seeds, search_person
from bailee.engine.plans import NotAllowed
from bailee.engine.systems import Systems
from bailee.requests import permissions
from bailee.requests.identified_people import list_certain_values, unite_found
from bailee.requests.plan_rows import schedule_release
from bailee.requests.request_content import tag_identities
from bailee.requests.request_locks import must_be_permitted
from bailee.requests.request_plans import mark_stale
from bailee.store import access_log, holds
from bailee.store.context import Context
from bailee.store.models import HandHold, HoldTag, Plan, PlanState
from bailee.store.models.ids import new_id

_LOOKS = "place a hold"
"""What whoever places one does with the person's data, as the person is told who asks who looked."""


def place_hold(
    context: Context, systems: Systems, identities: Sequence[str], name: str, law: str, *, until: date | None = None
) -> HandHold:
    """Hold everything of the person who is known by ``identities``, by ``law``, through the day ``until`` if any.

    By the Data Controller alone. ``name`` and ``law`` are shown in plans: they name nobody. Plans that wait and touch
    the person are made anew. The person is looked for, which is written down first. Raises `NotAllowed`,
    `UnknownPerson`, `ConnectorError`.
    """
    must_be_permitted(context, permissions.PLACE_HOLD)
    if not name.strip() or not law.strip():
        raise NotAllowed("a hold needs a name and a law", "say for which case, and by which law")
    if until is not None and until < context.today:
        raise NotAllowed(f"the hold would be over since {until}", "name a day to come, or none")
    given = tag_identities(
        context, [(seed.attribute, seed.value) for text in identities for seed in find_seeds(systems, text)]
    )
    access_log.log_access_by_tags(context, _LOOKS, access_log.Reason.LEGAL, given)
    with search_person(systems, identities, despite="legal claims") as found:
        hers = list_certain_values(systems, unite_found(found))
        known = {*hers, *((k.attribute, k.value) for k in found.persons.known)}
    tags, touched = tag_identities(context, hers), tag_identities(context, sorted(known))
    access_log.log_access_by_tags(context, _LOOKS, access_log.Reason.LEGAL, [tag for tag in tags if tag not in given])
    id = new_id()
    sealed = context.vault.seal(f"hold:{id}", json.dumps(list(identities)).encode(), about=f"hold:{id}")
    with transaction.atomic():
        hold = HandHold.objects.create(
            id=id, name=name, law=law, sealed=sealed, until=until, placed_at=context.now, placed_by_id=context.staff
        )
        HoldTag.objects.bulk_create(HoldTag(hold=hold, tag=tag) for tag in tags)
        holds.put_hold(context.store, id, holds.HeldByHand(name, law, until, tuple(identities)))
        high_water.note_on_commit(context.store, high_water.HOLD, id, context.now)
        waiting = Plan.objects.filter(
            state__in=(PlanState.PROPOSED, PlanState.APPROVED), request__tags__tag__in=touched
        )
        for plan_id in list(waiting.values_list("id", flat=True).distinct()):
            mark_stale(context, plan_id, [f"hold {name} was placed"])
    return hold


def lift_hold(context: Context, hold: HandHold) -> None:
    """Lift a hold: what it delayed resumes now. By the Data Controller alone; a second time `NotAllowed`."""
    must_be_permitted(context, permissions.PLACE_HOLD)
    with transaction.atomic():
        hold.refresh_from_db(from_queryset=HandHold.objects.select_for_update())
        if hold.lifted_at is not None:
            raise NotAllowed("the hold was lifted already", "nothing need be done")
        hold.lifted_at, hold.lifted_by_id = context.now, context.staff
        hold.save(update_fields=["lifted_at", "lifted_by"])
        holds.remove_hold(context.store, hold.id)
        high_water.note_on_commit(context.store, high_water.HOLD, hold.id, context.now)
        schedule_release(list(hold.tags.values_list("tag", flat=True)), context.now)


def list_holds(context: Context) -> QuerySet[HandHold]:
    """Return the holds that stand on the context's day, the oldest first."""
    lasting = Q(until=None) | Q(until__gte=context.today)
    return HandHold.objects.filter(lasting, lifted_at=None).order_by("placed_at", "id")
