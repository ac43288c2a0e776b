"""An objection to marketing: absolute, so it takes effect at once and needs nobody's approval (Art. 21(2) and (3))."""

from __future__ import annotations

from bailee.books.models import Outcome, Plan, Request, Status
from bailee.runner.house import House
from bailee.runner.office import Office
from bailee.runner.people import search
from bailee.runner.requests.asked import open_asked
from bailee.runner.requests.closing import end
from bailee.runner.requests.confirming import confirmed_rows
from bailee.runner.requests.roles import Act
from bailee.runner.requests.saying import say
from bailee.runner.requests.states import turn
from bailee.runner.requests.suppressing import suppress


def object_to_marketing(office: Office, house: House, request: Request) -> Plan | None:
    """Suppress the person's e-mails and numbers; a second time nothing."""
    if not office.staff and request.status != Status.OPEN:
        return None
    with search(house, open_asked(office, request).identities, confirmed=confirmed_rows(office, request)) as found:
        identities = {*((s.attribute, s.value) for s in found.seeds)}
        identities |= {(k.attribute, k.value) for k in found.persons.known}
    with turn(office, request, Act.OBJECT):
        suppress(office, identities)
        end(office, request, Outcome.DONE)
        say(office, request, "objected")
    return None
