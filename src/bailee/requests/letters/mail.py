"""Letters as mail: built (RFC 5322), and handed to a mail server (RFC 5321), or written into a folder.

Nothing that a server says comes out of here but its code: its words repeat addresses.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from bailee.policy import Firm, Mail
from bailee.requests.letters.facts import Letter, LetterError, Template

SECONDS = 30.0
"""How long a server may take for one answer."""

_REPLIED = frozenset({Template.ACKNOWLEDGE, Template.IDENTITY, Template.VISIT, Template.COMPLAINT})
_GENERATED = frozenset(
    {
        Template.VERIFIED,
        Template.HELD,
        Template.RESUMED,
        Template.COMPLETE,
        Template.WITHDRAWN,
        Template.EXPIRED,
        Template.RESTRICTED,
        Template.OBJECTED,
        Template.DOWNLOAD_READY,
        Template.COPY_LINK,
    }
)
"""Letters that nobody wrote by hand; the others rest on somebody's decision, and carry no mark of a machine."""


class DeliveryOutcome(StrEnum):
    """What became of a try: the server has the mail, it may be tried later, or trying again is no use."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class DeliveryTry:
    """``problem``: what went wrong and the server's code, as ``recipient-550``; empty where nothing did."""

    fate: DeliveryOutcome
    problem: str = ""
    is_of_server: bool = field(default=False, compare=False)  # it would have met any other mail, too


_ADDRESS = re.compile(r'[^\s@<>()\[\]\\,;:"]{1,64}@[^\s@<>()\[\]\\,;:"]{1,255}')
"""RFC 5321's local part and domain, without quoting, which no mailbox needs; RFC 6531 lets it go beyond ASCII."""


def check_email_address(text: str) -> str:
    """Return ``text`` if it is one email address; raises `LetterError` W902, which does not repeat it."""
    if not _ADDRESS.fullmatch(text) or not text.isprintable():
        raise LetterError("W902", "what the letter should go to is no email address", "look at the person's contact")
    return text


def _make_address(text: str, name: str = "") -> Address:
    local, _, domain = check_email_address(text).rpartition("@")
    return Address(name, local, domain)


def find_sender(firm: Firm) -> str:
    """Return the address that mail comes from; raises `LetterError` W902 where the policy has none."""
    sender = (firm.mail.sender if firm.mail else "") or firm.controller.email
    if not sender:
        raise LetterError("W902", "bailee.yaml names no address that mail comes from", "write mail: {sender: ...}")
    return sender


def build_mail(letter: Letter, template: Template, firm: Firm, to: str, message_id: str, at: datetime) -> EmailMessage:
    """Return ``letter`` as mail to ``to``; built a second time from the same it is the same mail.

    ``at`` (UTC) is when it was written. Letters that a machine wrote say so (RFC 3834), so that no machine answers.
    Raises `LetterError` W902.
    """
    sender = find_sender(firm)
    mail = EmailMessage(SMTP)
    mail["From"] = _make_address(sender, firm.name)
    mail["To"] = _make_address(to)
    if firm.controller.email not in {"", sender}:
        mail["Reply-To"] = _make_address(firm.controller.email)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    if template in _REPLIED:
        mail["Auto-Submitted"] = "auto-replied"
    elif template in _GENERATED:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{message_id.strip('<>').partition('@')[0]}")  # "=_" never is in what is quoted-printable
    return mail


# --- a folder instead of a server -----------------------------------------------------------------------------


def write_mail_file(mail: EmailMessage, folder: Path) -> DeliveryTry:
    """Write ``mail`` into ``folder`` as a file that mail programs open, and that only we may read.

    Files sort as the mails were written; one that is put there a second time is the same file.
    """
    at = mail["Date"].datetime.astimezone(UTC)
    file = folder / f"{at:%Y%m%dT%H%M%SZ}-{mail['Message-ID'].strip('<>').partition('@')[0]}.eml"
    begun = file.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(begun, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as written:
            written.write(mail.as_bytes())
        begun.replace(file)
    except OSError:
        return DeliveryTry(DeliveryOutcome.LATER, "folder")
    return DeliveryTry(DeliveryOutcome.SENT)


# --- sending --------------------------------------------------------------------------------------------------


def send_mail(mail: EmailMessage, server: Mail, password: str, seconds: float = SECONDS) -> DeliveryTry:
    """Hand ``mail`` to ``server`` and return what became of it. ``password``: the secret itself.

    What the server says of the recipient or of the mail is final where its code is 5xx. All else waits: a server that
    is down, is busy, or will not have us (its name, certificate, our account), since people fix that. Certificates are
    verified against the authorities of this machine. Raises `LetterError` W904 for mail that would leave unencrypted.
    """
    if server.security == "none" and not is_loopback(server.host):
        hint = "security: starttls, or tls; none is for a server on this machine"
        raise LetterError("W904", "mail would leave this machine unencrypted", hint)
    try:
        with closing(_connect_server(server, mail, seconds)) as smtp:
            if server.name:
                smtp.login(server.name, password)
            smtp.send_message(mail)
            return DeliveryTry(DeliveryOutcome.SENT)  # whatever becomes of QUIT: the server has it
    except (smtplib.SMTPException, OSError, UnicodeError) as problem:
        return _judge_problem(problem)


def _connect_server(server: Mail, mail: EmailMessage, seconds: float) -> smtplib.SMTP:
    """Return a connection, encrypted as the policy wants it."""
    # greeted with our domain: what this machine is called is nobody's business, and looking it up may take long
    domain = mail["From"].addresses[0].domain
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, domain, timeout=seconds, context=context)
    smtp = smtplib.SMTP(server.host, server.port, domain, timeout=seconds)
    if server.security == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _judge_problem(problem: Exception) -> DeliveryTry:
    """Return what ``problem`` means for the mail: nothing of its text, in which addresses stand."""
    match problem:
        case smtplib.SMTPRecipientsRefused():
            return _judge_code("recipient", next(iter(problem.recipients.values()))[0])
        case smtplib.SMTPDataError():
            return _judge_code("content", problem.smtp_code)
        case _:
            return DeliveryTry(DeliveryOutcome.LATER, _name_problem(problem), is_of_server=True)


def _judge_code(what: str, code: int) -> DeliveryTry:
    final = 500 <= code < 600  # noqa: PLR2004 - permanent, RFC 5321 s. 4.2.1
    return DeliveryTry(DeliveryOutcome.NEVER if final else DeliveryOutcome.LATER, f"{what}-{code}")


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "account"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPResponseException, "server"),
    (smtplib.SMTPServerDisconnected, "no-answer"),
    (smtplib.SMTPException, "not-offered"),  # encryption, a way to sign in, or addresses beyond ASCII
    (TimeoutError, "no-answer"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (UnicodeError, "account"),  # smtplib writes accounts in ASCII
    (OSError, "unreachable"),
)
"""What may go wrong with the server, or between it and us; the first that fits."""


def _name_problem(problem: Exception) -> str:
    """Return in a word what went wrong, with the server's code if it gave one."""
    word = next(word for kind, word in _WORDS if isinstance(problem, kind))
    return f"{word}-{problem.smtp_code}" if isinstance(problem, smtplib.SMTPResponseException) else word


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its own address (RFC 1122 s. 3.2.1.3, RFC 4291 s. 2.5.3) or its own name.

    What stays on it need not be encrypted.
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
