"""Letters about a request, to where its person is known to be reached."""

from __future__ import annotations

from bailee.books.models import Message, Request
from bailee.runner.letters import Channel, post
from bailee.runner.office import Office
from bailee.runner.requests.asked import open_asked
from bailee.runner.requests.timeline import tell


def say(office: Office, request: Request, template: str, **facts: object) -> Message | None:
    """Post the letter ``template`` about ``request``, by mail, or on paper where there is no e-mail.

    ``None`` where the person can be reached by neither: the timeline has it, and staff must call. Raises `LetterError`.
    """
    asked = open_asked(office, request)
    if asked.reply_to:
        return post(office, request, template, facts, to=asked.reply_to)
    if asked.address:
        return post(office, request, template, facts, to="\n".join(asked.address), channel=Channel.PAPER)
    tell(office, request, "unreachable", letter=template)
    return None
