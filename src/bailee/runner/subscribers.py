"""Who hears of events: letters, webhooks, and the clocks of requests."""

from __future__ import annotations

from bailee.runner import webhooks
from bailee.runner.events import Dispatcher, dispatcher
from bailee.runner.letters import posting
from bailee.runner.office import Office
from bailee.runner.requests import clocks, without_code

EVENTS: Dispatcher[Office] = dispatcher((*clocks.HEARS, *without_code.HEARS, *posting.HEARS, *webhooks.HEARS))
