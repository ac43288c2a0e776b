"""Letters on paper: printed into a folder, and ticked off when they are in the post."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import F

from bailee.requests.letters.delivery import report_letter_left
from bailee.requests.letters.facts import CODES, LetterError
from bailee.requests.letters.outbox import SENT, TO_PRINT, open_letter
from bailee.requests.letters.paper import to_pdf
from bailee.store import access_log
from bailee.store.context import Context
from bailee.store.models import Message


def print_waiting_letters(context: Context, folder: Path) -> list[Path]:
    """Write each letter that waits for paper as a PDF into ``folder``, named by its id, and return the files.

    A letter waits until it is ticked off; printed again, it is the same. The files are for their owner alone (mode
    0600): they are letters, and that they are read is written down first. Raises `LetterError` W903 and W905, and what
    the vault raises.
    """
    written = []
    waiting = Message.objects.filter(state=TO_PRINT, sealed__isnull=False).select_related("request")
    for message in waiting.order_by("made_at", "id"):
        if message.request is not None:
            access_log.log_access(context, "letter", access_log.Reason.REQUEST, message.request)
        content = open_letter(context, message)
        pdf = to_pdf(content.letter, content.to.splitlines())
        written.append(_write_pdf(folder / f"{message.id}.pdf", pdf))
        Message.objects.filter(id=message.id, state=TO_PRINT).update(tries=F("tries") + 1)
    return written


def print_one_letter(context: Context, message_id: str) -> bytes:
    """Return a letter that waits for paper as a PDF; it waits until it is ticked off.

    Raises `LetterError` W903, and W906 where no such letter waits, and what the vault raises.
    """
    message = Message.objects.filter(id=message_id, state=TO_PRINT, sealed__isnull=False).first()
    if message is None:
        raise LetterError("W906", "no letter of that id waits to be printed", "look at: bailee letters list")
    content = open_letter(context, message)
    pdf = to_pdf(content.letter, content.to.splitlines())
    Message.objects.filter(id=message.id, state=TO_PRINT).update(tries=F("tries") + 1)
    return pdf


def mark_posted(context: Context, message_ids: Sequence[str], on: date | None = None) -> None:
    """Say that the letters ``message_ids`` are in the post: what was sealed of a code goes.

    ``on``: the day on which they were posted, ``None`` for now; by it counts whether an extension was told in time.
    Raises `LetterError` W906 where one of them waits for nothing, was never printed, or was written after ``on``, or
    where ``on`` has not come: then none is ticked off.
    """
    wanted = set(message_ids)
    if on is not None and on > context.today:
        raise LetterError("W906", f"{on} has not come", "give the day on which they were posted")
    with transaction.atomic():
        posted = list(Message.objects.filter(id__in=wanted, state=TO_PRINT, tries__gt=0).defer("sealed"))
        printed = Message.objects.filter(id__in=wanted, state=TO_PRINT, tries__gt=0)
        printed.filter(template__in=CODES).update(sealed=None)  # a code is read once
        for letter in posted:
            if on is not None and on < context.day_of(letter.made_at):
                raise LetterError("W906", f"a letter was written after {on}", "give the day on which it was posted")
        count = printed.update(state=SENT, sent_at=context.now)
        if on is not None and on < context.today:
            for letter in posted:
                Message.objects.filter(id=letter.id).update(sent_at=max(context.begin_of(on), letter.made_at))
        if count < len(wanted):
            message = f"{len(wanted) - count} of {len(wanted)}: not printed, or ticked off already"
            raise LetterError("W906", message, "look at: bailee letters list")
        for letter in posted:
            report_letter_left(context, letter)


def _write_pdf(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # an older print may be open to others
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown"
        raise LetterError("W905", f"the folder cannot be written: {reason}", "name another") from None
    return path
