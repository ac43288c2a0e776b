"""What notices promise: every promise by its permanent id, how firms word it, and the checks that it needs.

The wordings are examples, to recognise a sentence by. A check that is bound here without a parameter that it needs
says what kind of check to bind: `find_problems` tells which parameter is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bailee.policy import Bound, Policy, Promise


@dataclass(frozen=True, slots=True)
class StandardPromise:
    """A promise of the catalogue. ``mission``: one that Bailee was built for."""

    id: str
    title: str
    says: tuple[str, ...]
    checks: tuple[Bound, ...]
    mission: bool = False


def _build_standard(
    id_: str, title: str, says: tuple[str, ...], *checks: str | tuple[str, dict[str, Any]], mission: bool = False
) -> StandardPromise:
    bound = (Bound(check) if isinstance(check, str) else Bound(*check) for check in checks)
    return StandardPromise(id_, title, says, tuple(bound), mission)


_ALL = (
    _build_standard(
        "not-sold",
        "Personal data is not sold",
        (
            "We never sell your personal data.",
            "Your details are not for sale, and we do not rent or trade lists.",
            "We will not sell your information to anyone.",
        ),
        "processors.named",
        "attested",
        mission=True,
    ),
    _build_standard(
        "third-party-authorised",
        "Nothing goes to third parties unless the person authorised it",
        (
            "We do not give your data to any third party unless you have specifically authorised us to.",
            "Nothing is passed on without your express permission.",
            "We only share information with others when you ask us to.",
        ),
        "processors.named",
        "attested",
        mission=True,
    ),
    _build_standard(
        "copy-on-request",
        "A copy of everything on request",
        (
            "You can ask us for a copy of everything we hold about you.",
            "On request we will send you all the personal information we have on you.",
            "You have the right to see your data.",
        ),
        ("rights.reach", {"right": "copy"}),
        mission=True,
    ),
    _build_standard(
        "correction-on-request",
        "Correction on request",
        (
            "If anything is wrong, tell us and we will put it right.",
            "You may ask us to correct or update your details.",
            "You have the right to rectification.",
        ),
        ("rights.reach", {"right": "correct"}),
        mission=True,
    ),
    _build_standard(
        "deletion-on-request",
        "Deletion on request",
        (
            "You can ask us to delete your data.",
            "We will erase your records if you want us to.",
            "You have the right to be forgotten.",
        ),
        ("rights.reach", {"right": "erase"}),
        mission=True,
    ),
    _build_standard(
        "kept-where-law-requires",
        "Kept only where the law requires it",
        (
            "unless we must keep it for legal or accounting reasons",
            "Some records have to be retained by law, such as invoices.",
            "We may be obliged to hold certain information for tax purposes.",
        ),
        "holds.lawful",
        mission=True,
    ),
    _build_standard(
        "only-what-is-needed",
        "Only what is needed is stored",
        (
            "We only store what we need to do business: your name, address, e-mail and telephone number.",
            "We collect no more information than the service requires.",
            "The details we keep are limited to what is necessary.",
        ),
        "columns.only",
        "columns.undecided",
        mission=True,
    ),
    _build_standard(
        "customer-content-is-theirs",
        "What customers store with us is theirs",
        (
            "Whatever you store on systems we provide belongs to you and is never passed on.",
            "We do not look at or use the content you keep on our servers.",
            "Data on hosted services remains your property.",
        ),
        "systems.sealed",
        mission=True,
    ),
    _build_standard(
        "list-members-known",
        "The mailing list has only people with a reason to be on it",
        (
            "Our mailing list holds only customers, former customers and people who showed an interest.",
            "We only e-mail people who have bought from us or asked to hear from us.",
            "We do not buy in address lists.",
        ),
        "rows.have",
        mission=True,
    ),
    _build_standard(
        "few-mailings",
        "Few mailings",
        (
            "We send very few mailings.",
            "You will hear from us no more than a few times a year.",
            "We do not bombard you with newsletters.",
        ),
        "rows.at_most",
        mission=True,
    ),
    _build_standard(
        "unsubscribe-always",
        "Every mailing can be stopped",
        (
            "Every mailing has a link to unsubscribe.",
            "You can opt out of marketing at any time.",
            "To stop receiving e-mails, click the link at the bottom.",
        ),
        "rows.have",
        mission=True,
    ),
    _build_standard(
        "customer-data-kept-for",
        "How long customer data is kept",
        (
            "We keep customer data while we do business with you and for at least six years after.",
            "Your account details are retained for six years after you leave us.",
            "Customer records are held for the duration of the contract and a further period.",
        ),
        "retention.ceiling",
        "retention.floor",
        "retention.period",
        mission=True,
    ),
    _build_standard(
        "calls-kept-for",
        "How long call records are kept",
        (
            "Call records and recordings are kept for six years.",
            "Details of calls are deleted after six years.",
            "We hold call logs for a limited time.",
        ),
        "retention.ceiling",
        "retention.floor",
        "retention.period",
        mission=True,
    ),
    _build_standard(
        "recordings-only-where-activated",
        "Calls are recorded only where the customer switched it on",
        (
            "Calls are recorded only if you have switched recording on.",
            "We do not record calls unless the customer has asked for this feature.",
            "Recording is off by default.",
        ),
        "rows.only_where",
        mission=True,
    ),
    _build_standard(
        "credentials-protected",
        "Passwords and connection details are stored encrypted",
        (
            "User names, passwords and connection details of your systems are stored encrypted.",
            "Login details you give us are kept in an encrypted store.",
            "We hold your credentials securely.",
        ),
        "cells.look_like",
        mission=True,
    ),
    _build_standard(
        "stored-in-region",
        "Data is stored in a named region",
        (
            "Your data is stored in the EU unless you ask otherwise.",
            "All information is held on servers within the European Economic Area.",
            "We store your data in the United Kingdom.",
        ),
        "storage.location",
        mission=True,
    ),
    _build_standard(
        "elsewhere-same-standard",
        "Elsewhere the same standard holds",
        (
            "Where you ask us to store it elsewhere, the same standard of protection applies.",
            "Data held outside the EU is protected to an equivalent level.",
            "Wherever it is kept, it is looked after in the same way.",
        ),
        "storage.encrypted",
        "attested",
        mission=True,
    ),
    _build_standard(
        "encrypted-at-rest",
        "Stored data is encrypted",
        (
            "All data is encrypted where it is stored.",
            "Our disks and databases are encrypted.",
            "Your information is held in encrypted form.",
        ),
        "storage.encrypted",
        mission=True,
    ),
    _build_standard(
        "encrypted-in-transit",
        "Data is encrypted on its way",
        (
            "Data is encrypted whenever it is sent.",
            "We use TLS for all connections.",
            "Information travels over secure, encrypted channels.",
        ),
        "transport.tls",
        mission=True,
    ),
    _build_standard(
        "keys-protected",
        "Keys are kept safe",
        (
            "Encryption keys are stored securely and separately.",
            "We keep the keys secure.",
            "Only authorised people have access to the keys.",
        ),
        "attested",
        mission=True,
    ),
    _build_standard(
        "backups-encrypted",
        "Backups are encrypted",
        ("Backups are encrypted.", "All backup copies are stored in encrypted form."),
        "backups.encrypted",
        mission=True,
    ),
    _build_standard(
        "backups-location",
        "Backups are in a named place, on our own servers",
        (
            "Backups are kept in the UK on our own servers.",
            "Copies for disaster recovery are held in this country, on equipment we own.",
        ),
        "backups.location",
        mission=True,
    ),
    _build_standard(
        "staff-access-limited",
        "Only staff who need it have access",
        (
            "Our staff may have access to your data where their work needs it.",
            "Access is limited to employees who need it.",
            "Only authorised personnel can see your information.",
        ),
        "account.reader",
        "account.writer",
        mission=True,
    ),
    _build_standard(
        "staff-vetted",
        "Staff are background-checked",
        (
            "All our staff are background-checked.",
            "Everyone who works here has been vetted.",
            "Employees undergo DBS screening.",
        ),
        "attested",
        mission=True,
    ),
    _build_standard(
        "processors-named",
        "Processors are named",
        (
            "We use SMTP2GO (New Zealand), Mailchimp (USA) and SendPulse to send e-mail.",
            "These companies process data for us.",
            "The third parties we work with are listed here.",
        ),
        "processors.named",
        mission=True,
    ),
    _build_standard(
        "transfers-safeguarded",
        "Transfers abroad are safeguarded",
        (
            "Where data goes to a country outside the UK or EEA, we make sure it is protected.",
            "International transfers rely on adequacy decisions or standard contractual clauses.",
            "Some of our suppliers are in the USA; safeguards are in place.",
        ),
        "processors.transfer",
        mission=True,
    ),
    _build_standard(
        "concerns-to-controller",
        "Concerns go to the Data Controller",
        (
            "If you have concerns, contact our Data Controller.",
            "Questions and complaints may be addressed to the person responsible for data protection.",
            "If you are not satisfied with an answer, it goes to the Data Controller.",
        ),
        ("contacts.given", {"who": "controller"}),
        mission=True,
    ),
    _build_standard(
        "questions-answered",
        "Questions and complaints are answered",
        (
            "We answer every question and complaint.",
            "If you are unhappy, tell us, and we will respond.",
            "Please get in touch with any queries about your data.",
        ),
        ("contacts.given", {"who": "controller"}),
        mission=True,
    ),
    _build_standard(
        "complaint-to-regulator",
        "Complaints may go to the regulator",
        (
            "You may complain to the Information Commissioner's Office.",
            "You have the right to lodge a complaint with the supervisory authority.",
        ),
        ("contacts.given", {"who": "regulator"}),
    ),
    _build_standard(
        "answered-in-time",
        "Requests are answered within a month",
        (
            "We will answer your request within one month.",
            "We aim to reply within 30 days.",
            "Requests are dealt with without undue delay.",
        ),
        "attested",
    ),
    _build_standard(
        "no-automated-decisions",
        "No automated decisions",
        (
            "We do not make automated decisions about you.",
            "No profiling takes place.",
            "Decisions are always taken by a person.",
        ),
        "attested",
    ),
    _build_standard(
        "no-tracking",
        "No tracking",
        (
            "This website sets no tracking cookies.",
            "We do not track you across other sites.",
            "No analytics or advertising cookies are used.",
        ),
        "attested",
    ),
    _build_standard(
        "breach-notified",
        "Breaches are told",
        (
            "If there is a data breach that affects you, we will tell you.",
            "We notify the regulator of serious breaches within 72 hours.",
        ),
        "attested",
    ),
    _build_standard(
        "changes-announced",
        "Changes of the notice are announced",
        (
            "We will tell you if this notice changes.",
            "Updates to this policy are published on this page.",
            "Any significant change will be announced by e-mail.",
        ),
        "attested",
    ),
)

PROMISES: Mapping[str, StandardPromise] = {standard.id: standard for standard in _ALL}


def list_checks(promise: Promise) -> tuple[Bound, ...]:
    """Return the checks of ``promise``: its own, else those of the catalogue, which then stand where it stands."""
    if promise.checks or promise.promise not in PROMISES:
        return promise.checks
    return tuple(Bound(b.check, b.parameters, promise.place) for b in PROMISES[promise.promise].checks)


def list_bound_checks(policy: Policy) -> list[tuple[Promise, Bound]]:
    """Return every promise with each of its checks."""
    return [(promise, bound) for promise in policy.promises.values() for bound in list_checks(promise)]
