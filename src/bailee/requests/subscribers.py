"""Who hears of events: letters, webhooks, and the clocks of requests."""

from __future__ import annotations

from bailee.requests import clocks, copy_links, restrictions, unasked_people, webhooks
from bailee.requests.letters import outbox
from bailee.store.context import Context
from bailee.store.events import Dispatcher, make_dispatcher

EVENTS: Dispatcher[Context] = make_dispatcher(
    (*clocks.HEARS, *restrictions.HEARS, *unasked_people.HEARS, *copy_links.HEARS, *outbox.HEARS, *webhooks.HEARS)
)
