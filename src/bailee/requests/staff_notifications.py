"""What a person must be told and no letter can tell them: staff do, and say so; until then it waits for them."""

from __future__ import annotations

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.clocks import note_acknowledged, note_known_since_today, renew_due_day
from bailee.requests.letters.facts import Template
from bailee.requests.letters.outbox import FAILED, TOLD
from bailee.requests.owed_letters import (
    BY_HAND,
    UNREACHABLE,
    find_untold_letters,
    list_owed_requests,
    list_undelivered_letters,
    list_untold_letters,
)
from bailee.requests.request_locks import locked_request
from bailee.requests.restrictions import note_end_told
from bailee.requests.rights import find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Message, Request


def note_person_told(context: Context, request: Request) -> None:
    """Note that the one who acts has told the person what letters that reached nobody would have said.

    A complaint is acknowledged by that; the time of an answer is over. Raises `NotAllowed` where nothing is left to be
    told, `ClockError`.
    """
    with locked_request(context, request, permissions.TELL_PERSON):
        letters = list_untold_letters(request)
        if not letters:
            raise NotAllowed("no letter about this request failed or lacks an address", "nothing need be done")
        if find_rules(request.right).is_acknowledged_by_law:
            note_acknowledged(context, request)
        Message.objects.filter(request=request, state=FAILED, template__in=letters).update(state=TOLD)
        note_event(context, request, BY_HAND, letters=", ".join(letters))
        for letter in sorted(letters, key=lambda one: one != Template.EXTEND):  # which must be told in the first month
            note_known_since_today(context, request, letter)
        if Template.RESTRICTION_ENDS in letters:
            note_end_told(context, request)
        request.refresh_from_db(fields=["due_on", "extended_on"])
        renew_due_day(context, request)


__all__ = [
    "BY_HAND",
    "UNREACHABLE",
    "find_untold_letters",
    "list_owed_requests",
    "list_undelivered_letters",
    "list_untold_letters",
    "note_person_told",
]
