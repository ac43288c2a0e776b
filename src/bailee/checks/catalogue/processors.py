"""Third parties: those that the notice names and those of the register, and whether data may go where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bailee.checks.ages import ATTESTATION_VALIDITY, describe_staleness, is_to_come
from bailee.checks.countries import DPF, find_adequacy, is_home
from bailee.checks.model import (
    Basis,
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    Parameter,
    Plant,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.words import join_sentences, list_names, spell_place
from bailee.policy import NOWHERE, Bound, Mechanism, NoticeSentence, Place, Processor, Transfer
from bailee.policy.countries import country_name

WELL_KNOWN = (
    "Amazon Web Services", "AWS", "Brevo", "Calendly", "Campaign Monitor", "Cloudflare", "Constant Contact",
    "DocuSign", "Dropbox", "Facebook", "Freshdesk", "GoCardless", "Google Analytics", "Google Workspace", "HubSpot",
    "Intercom", "Klaviyo", "Mailchimp", "Mailgun", "Mailjet", "Microsoft 365", "OpenAI", "PayPal", "Pipedrive",
    "Postmark", "QuickBooks", "Salesforce", "SendGrid", "SendPulse", "Sentry", "Shopify", "Slack", "SMTP2GO",
    "Stripe", "SurveyMonkey", "Trello", "Twilio", "Xero", "Zapier", "Zendesk", "Zoho", "Zoom",
)  # fmt: skip
"""Firms that notices name so often that one of them is taken for a processor wherever it stands."""


# --- named in the notice, and in the register ----------------------------------------------------------------


def _ask_named(_world: World, _bound: Bound) -> Iterator[CheckQuestion]:
    yield CheckQuestion("")


def _judge_named(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    notice, today = world.policy.notice, world.now.date()
    if notice is None:
        hint = "write notice.md, or begin with `bailee notice import FILE`"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, "there is no notice.md to compare the register with", hint, looked=0
        )
        return
    read = len(notice.sentences)
    current = [p for p in world.policy.processors.values() if not p.has_left(today)]
    loose = [(name, place) for name, place in find_strangers(world) if name]
    for processor in current:
        if not any(_is_named_in(name, join_sentences(notice)) for name in (processor.title, *processor.also)):
            says = f"{processor.title} is in the register, and the notice does not name it"
            hint = (
                f"name it in notice.md, or give it the day it is left, until: DATE, at {spell_place(processor.place)}"
            )
            about = replace(answer, question=CheckQuestion(processor.name))
            yield build_finding(bound, about, Verdict.BROKEN, says, hint, place=processor.place, looked=read)
    for name, place in loose:
        says = f"the notice names {name}, which processors.yaml does not have"
        hint = f"add it to processors.yaml (or under also: of the one that it is), or take it out: {spell_place(place)}"
        about = replace(answer, question=CheckQuestion(name))
        yield build_finding(bound, about, Verdict.BROKEN, says, hint, place=place, looked=read)
    for processor in (p for p in world.policy.processors.values() if p.has_left(today)):
        if any(_is_named_in(name, join_sentences(notice)) for name in (processor.title, *processor.also)):
            says = f"the notice still names {processor.title}, which was left on {processor.until}"
            hint = f"take it out of notice.md, or correct until: at {spell_place(processor.place)}"
            about = replace(answer, question=CheckQuestion(processor.name))
            yield build_finding(bound, about, Verdict.UNKNOWN, says, hint, place=processor.place, looked=read)
    if not current and not loose and world.policy.has_register:
        yield build_finding(
            bound, answer, Verdict.KEPT, "neither the register nor the notice names anybody", count=0, of=0, looked=read
        )
    elif not current and not loose:
        hint = (
            "write processors.yaml: name, country, purpose, contract, transfer of each third party; or {} in it, where"
            " there is none"
        )
        says = "there is no processors.yaml, and the notice names no third party"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, looked=read)
    named = [p for p in current if any(_is_named_in(name, join_sentences(notice)) for name in (p.title, *p.also))]
    if named:
        says = f"the notice and the register both name {list_names(p.title for p in named)}"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=len(named), of=len(current), looked=read)


def _is_named_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def find_strangers(world: World) -> list[tuple[str, Place]]:
    """Return the third parties that the notice names and the register does not have, each where it stands.

    These are the well-known ones anywhere, and in sentences that are bound to a promise about processors every other
    name: a word with a capital that does not begin the sentence, and is no country, no person and no part of a title
    of ours.
    """
    policy = world.policy
    assert policy.notice is not None
    known = [name for p in policy.processors.values() for name in (p.title, *p.also)]
    ours = " ".join([policy.firm.name, *_list_people(world), *(s.title for s in policy.systems.values()), *known])
    bound_here = {p.name for p in policy.promises.values() if any(b.check == "processors.named" for b in p.checks)}
    bound_here |= {p.name for p in policy.promises.values() if p.promise == "processors-named"}
    named: dict[str, Place] = {}
    for sentence in policy.notice.sentences:
        known_here = [name for name in WELL_KNOWN if _is_named_in(name, sentence.words)]
        candidates = [(name, name) for name in known_here]
        if bound_here & set(sentence.promises):
            candidates += [pair for pair in _find_names(sentence) if not _is_named_in(pair[1], ", ".join(known_here))]
        for name, shorter in candidates:
            if not _is_named_in(shorter, ours):
                named.setdefault(name, sentence.place)
    return list(named.items())


def _list_people(world: World) -> list[str]:
    firm = world.policy.firm
    return [c.name for c in (firm.controller, firm.deputy, firm.regulator)] + ["Data Controller", "Data Protection"]


_WORD = re.compile(r"[A-Z][\w&.'-]*(?:\s+[A-Z0-9][\w&.'-]*)*")
_NO_NAMES = frozenset(
    ("We", "Our", "They", "These", "This", "That", "The", "It", "In", "For", "To", "A", "An", "You", "Your", "If", "I",
     "Where", "When", "GDPR", "UK", "US", "USA", "EU", "EEA", "DPA", "ICO", "VAT", "IT", "Art", "Article", "January",
     "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
)  # fmt: skip


def _find_names(sentence: NoticeSentence) -> Iterator[tuple[str, str]]:
    """Yield what may be names, each with what is left of it without a word that only begins the sentence."""
    for match in _WORD.finditer(sentence.words):
        name = match[0].rstrip(".'-")
        begins = match.start() == 0 or sentence.words[: match.start()].rstrip().endswith((".", ":", "\N{BULLET}"))
        first, _, rest = name.partition(" ")
        shorter = rest if begins and first.istitle() else name
        if shorter and not {name, shorter} & _NO_NAMES and not _is_country(shorter):
            yield name, shorter


def _is_country(name: str) -> bool:
    import pycountry  # start-up: 43 ms

    try:
        return bool(pycountry.countries.lookup(name))
    except LookupError:
        return name in {"United States", "United Kingdom", "European Union", "European Economic Area", "Great Britain"}


def _plant_named(world: World, _bound: Bound) -> Iterator[Plant]:
    if world.policy.notice is None:
        return
    stranger = Processor("qwertymail", "QwertyMail", "NZ", place=NOWHERE)
    policy = replace(world.policy, processors={**world.policy.processors, "qwertymail": stranger})
    yield Plant("a processor QwertyMail that the notice does not name", policy=policy)
    for name in ("Zendesk", "Klaviyo", "Postmark"):
        if not any(_is_named_in(name, " ".join((p.title, *p.also))) for p in world.policy.processors.values()):
            sentence = NoticeSentence(f"Our post is sent by {name}.")
            notice = replace(world.policy.notice, sentences=(*world.policy.notice.sentences, sentence))
            yield Plant(f"a notice that names {name}", policy=replace(world.policy, notice=notice))
            return


# --- may data go there ---------------------------------------------------------------------------------------


def _ask_transfer(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    named = bound.parameters.get("processor")
    return (CheckQuestion(name) for name in world.policy.processors if named in {None, name})


def _judge_transfer(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    processor, today = world.policy.processors[answer.question.about], world.now.date()
    if processor.has_left(today):
        verdict, says, hint = Verdict.KEPT, f"{processor.title} was left on {processor.until}", ""
    else:
        verdict, says, hint = assess_transfer(processor, world.policy.firm.regime, today)
    hint = f"{hint}: {spell_place(processor.place)}" if hint else ""
    yield build_finding(bound, answer, verdict, says, hint, basis=Basis.ATTESTED, place=processor.place, looked=1)


def assess_transfer(processor: Processor, regime: str, today: date) -> tuple[Verdict, str, str]:
    """Return whether data may go to ``processor`` on ``today`` under ``regime``, why, and what to do where not.

    UK GDPR and GDPR Art. 44 to 46: an adequate country; a recipient in the United States that is certified to the Data
    Privacy Framework; else safeguards (IDTA or addendum, standard clauses, binding rules) with an assessment.
    """
    title, country = processor.title, processor.country
    where, decision = country_name(country), find_adequacy(regime, country, today)
    if not country:
        return Verdict.UNKNOWN, f"nothing says in which country {title} is", "write country: (ISO 3166)"
    if is_home(regime, country):
        return Verdict.KEPT, f"{title} is in {where}: nothing leaves", ""
    move = processor.transfer
    mechanism = move.mechanism if move else Mechanism.NONE
    if decision is not None:
        only = f" (for {decision.only})" if decision.only else ""
        return Verdict.KEPT, f"{title} is in {where}, which is adequate{only}: {decision.source}", ""
    if mechanism is Mechanism.DPF:
        return _assess_dpf(title, country, move, regime, today)
    if move is not None and mechanism in {Mechanism.IDTA, Mechanism.SCC, Mechanism.BCR}:
        return _assess_safeguards(title, where, move, regime, today)
    if mechanism is Mechanism.ADEQUACY:
        says = f"{title} is in {where}, for which the {regime.upper()} has no adequacy decision on {today}"
    else:
        says = f"{title} is in {where}, which is not adequate, and nothing safeguards what goes there"
    return Verdict.BROKEN, says, "agree on an IDTA or standard clauses, assess the risk, and write it under transfer"


def _assess_dpf(title: str, country: str, move: Transfer | None, regime: str, today: date) -> tuple[Verdict, str, str]:
    if country.upper() != "US":
        return Verdict.BROKEN, f"{title} is not in the United States, and the DPF is for recipients there", "correct it"
    if move is None or not move.certified_on:
        hint = "look it up at dataprivacyframework.gov, and write certified_on under transfer"
        return Verdict.BROKEN, f"{title} is said to be certified to the DPF, and nothing says since when", hint
    if is_to_come(move.certified_on, today):
        return Verdict.UNKNOWN, f"{title}: the certificate is dated {move.certified_on}, a day to come", "correct it"
    if old := describe_staleness(move.certified_on, ATTESTATION_VALIDITY, today):
        hint = "a certification lasts a year: look it up again, and write the new date"
        return Verdict.UNKNOWN, f"{title} was certified to the DPF {old}", hint
    return Verdict.KEPT, f"{title} is certified ({move.certified_on}): {DPF[regime]}", ""


_SAFEGUARDS = {
    Mechanism.IDTA: "the International Data Transfer Agreement or Addendum",
    Mechanism.SCC: "standard contractual clauses",
    Mechanism.BCR: "binding corporate rules",
}


def _assess_safeguards(title: str, where: str, move: Transfer, regime: str, today: date) -> tuple[Verdict, str, str]:
    by = _SAFEGUARDS[move.mechanism]
    if move.mechanism is Mechanism.IDTA and regime == "eu":
        return Verdict.BROKEN, f"{title}: {by} is for the UK", "agree on the EU's standard contractual clauses"
    if not move.assessed_on:
        hint = "assess the risk of the transfer, and write assessed_on under transfer"
        return Verdict.BROKEN, f"{title} is in {where}; {by} need an assessment, and there is none", hint
    if date.fromisoformat(move.assessed_on) > today:
        return Verdict.BROKEN, f"{title}: the assessment is dated {move.assessed_on}, a day to come", "correct it"
    return Verdict.KEPT, f"{title} is in {where}, by {by}, assessed on {move.assessed_on}", ""


def _plant_transfer(world: World, bound: Bound) -> Iterator[Plant]:
    for question in _ask_transfer(world, bound):
        processor = world.policy.processors[question.about]
        moved = replace(processor, country="AQ", transfer=None, until="")
        policy = replace(world.policy, processors={**world.policy.processors, processor.name: moved})
        yield Plant(f"{processor.title} in Antarctica, with no safeguard", policy=policy)


CHECKS = (
    Check(
        "processors.named",
        "The notice and the register name the same third parties",
        "Broken where a processor of the register is not in the notice, or the notice names one that the register does "
        "not have: any of a list of well-known ones, and any name in a sentence that is bound to this promise. "
        "Unknown where there is no notice or no processors.yaml (an empty one says that there is nobody), or where one "
        "that was left is still named.",
        _ask_named,
        _judge_named,
        _plant_named,
        unit="sentence",
        on_tables=False,
    ),
    Check(
        "processors.transfer",
        "Data goes only where the law lets it",
        "Looks each processor's country up in a dated table of the regime; elsewhere it asks for a certification to "
        "the Data Privacy Framework (United States), or a safeguard with an assessment. What the register says is "
        "taken at its word. A certification older than a year, or of a day to come, is unknown.",
        _ask_transfer,
        _judge_transfer,
        _plant_transfer,
        {"processor": Parameter("processor", "a processor of the register; left out: all of them")},
        unit="processor",
        on_tables=False,
    ),
)
