"""Who hears of events: letters, webhooks, and the clocks of requests."""

from __future__ import annotations

from bailee.requests import clocks, restricting, unasked, webhooks, without_code
from bailee.requests.letters import posting
from bailee.store.events import Dispatcher, dispatcher
from bailee.store.office import Office

EVENTS: Dispatcher[Office] = dispatcher(
    (*clocks.HEARS, *restricting.HEARS, *unasked.HEARS, *without_code.HEARS, *posting.HEARS, *webhooks.HEARS)
)
