"""Where the scenes of the demo are played: the office at an hour, who works there, and who has asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from bailee.store.context import Context

if TYPE_CHECKING:
    from bailee.store.models import Request


@dataclass
class DemoStage:
    """The office at the hour that is being played, its staff by their given name, and who has asked for what."""

    context: Context
    staff: Mapping[str, str]
    people: Mapping[str, Iterator[str]]
    asked: dict[str, Request] = field(default_factory=dict)

    def by(self, name: str) -> Context:
        """Return the office as a member of staff enters it."""
        return self.context.by(self.staff[name])

    def of(self, scene: str) -> Request:
        """Return the request of a scene, as it is now."""
        self.asked[scene].refresh_from_db()
        return self.asked[scene]

    def code_of(self, request: Request) -> str:
        """Return the code that stands in the last letter which ``request``'s person had about it."""
        return self._in_letter(request, "identity", _CODE)

    def link_of(self, request: Request) -> str:
        """Return the end of the one-time link to a copy, which was sent to the address on file."""
        return self._in_letter(request, "copy_link", re.compile(rf"(?<=/copy/{request.reference}/)[\w-]+"))

    def _in_letter(self, request: Request, template: str, looked_for: re.Pattern[str]) -> str:
        assert self.context.policy.firm.mail is not None
        letter = request.messages.filter(template=template).latest("made_at")
        name = letter.message_id.strip("<>").partition("@")[0]
        (file,) = (self.context.folder / self.context.policy.firm.mail.folder).glob(f"*-{name}.eml")
        body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        found = looked_for.search(body.get_content())
        assert found is not None
        return found[0]


_CODE = re.compile(r"(?<![\w-])[0-9A-Z]{4}-[0-9A-Z]{4}(?![\w-])")
