"""What is reached from here: the mail server, the systems; and rules that should act by themselves."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import closing

from bailee.connectors.base import ConnectorError, Countable
from bailee.engine.systems import make_connector
from bailee.policy import Mode, System
from bailee.policy.systems import has_files
from bailee.store.context import Context
from bailee.views.doctor.findings import DoctorFinding, look, well

SECONDS = 5.0
"""How long a mail server may take to say hello."""


def mail(context: Context) -> DoctorFinding:
    """Look whether the mail server answers."""
    server = context.policy.firm.mail
    if server is None:
        return look("mail", "no mail server is named: letters wait", "write mail: {host: ...} into bailee.yaml")
    if server.folder:
        says = f"letters are written into the folder {server.folder}, and go to nobody"
        return look("mail", says, "write mail: {host: ...} into bailee.yaml, when people are to have them")
    make = smtplib.SMTP_SSL if server.security == "tls" else smtplib.SMTP
    try:
        with closing(make(server.host, server.port, timeout=SECONDS)) as smtp:
            code, _ = smtp.noop()
    except (smtplib.SMTPException, OSError) as error:
        says = f"the mail server does not answer: {type(error).__name__}"
        return look("mail", says, f"see to {server.host}:{server.port}; letters wait, and none is lost")
    if code != 250:  # noqa: PLR2004 - RFC 5321: done
        return look("mail", f"the mail server says {code}", f"see to {server.host}:{server.port}")
    return well("mail", "the server answers")


def systems(context: Context) -> Iterator[DoctorFinding]:
    """Look whether each system answers, and whether what reads it may read alone."""
    for system in context.policy.systems.values():
        yield _system(context, system)


def _system(context: Context, system: System) -> DoctorFinding:
    about = f"system {system.name}"
    try:
        connector = make_connector(system, context.folder, context.store, context.now)
        if has_files(system):
            connector.close()
            return well(about, "the folder is there")
        schema = connector.schema()
        reader = connector.privileges(write=False) if isinstance(connector, Countable) else None
    except ConnectorError as error:
        return look(about, f"{error.code}: {error.message}", error.hint)
    if schema.kind.has_accounts and reader is not None and not reader.reads_only:
        hint = f"bailee grants {system.name} prints the SQL of an account that reads and no more"
        return look(about, "it answers; the account that reads may do more than read", hint)
    return well(about, "it answers")


def rules(context: Context) -> Iterator[DoctorFinding]:
    """Look for retention rules that act only when somebody thinks of them."""
    if context.policy.firm.mode is not Mode.ACT:
        mode = context.policy.firm.mode
        yield look("mode", f"the policy's mode is {mode}: no plan is applied", "set mode: act when you are ready")
    missing = [name for name, rule in context.policy.retention.items() if rule.standing is None]
    if missing:
        hint = "write standing: {by: NAME, on: DAY, at_most: ROWS} into retention.yaml, or plan and apply them by hand"
        yield look("retention", f"no standing approval: {', '.join(missing)}", hint)
    elif context.policy.retention:
        yield well("retention", "every rule has a standing approval")
