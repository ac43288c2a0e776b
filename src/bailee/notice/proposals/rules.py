"""When a sentence makes a promise of the catalogue: the concepts that must meet in it.

A rule's ``needs`` are separated by spaces; ``a|b`` is either. ``-sell``: said to be not so. ``+delete``: said to be so,
firmly. ``@mailing``: may also come from the heading or the sentence before. ``#period``, ``#place``, ``#name`` are
figures; ``#known`` a name of the firm's own register. The first need is the rule's heart: the sentence itself must
have it. Needs in ``unless`` speak against the rule wherever they stand in the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProposalRule:
    """A way to make a promise. ``confidence``: of 1, before what else the sentence says."""

    promise: str
    confidence: float
    needs: str
    unless: str = ""


WHY: dict[str, str] = {
    "not-sold": "says that personal data is not sold",
    "third-party-authorised": "says that nobody else gets the data unless the person has agreed",
    "copy-on-request": "says that a person can have a copy of what is held",
    "correction-on-request": "says that a person can have mistakes put right",
    "deletion-on-request": "says that a person can have their data deleted",
    "kept-where-law-requires": "says that some data stays because a law asks for it",
    "only-what-is-needed": "says that no more is held than is needed",
    "customer-content-is-theirs": "says that what customers store is theirs and is left alone",
    "list-members-known": "says who is on the mailing list",
    "few-mailings": "says how seldom mailings are sent",
    "unsubscribe-always": "says that a person can always leave the mailing list",
    "customer-data-kept-for": "says how long customers' data is kept",
    "calls-kept-for": "says how long call records or recordings are kept",
    "recordings-only-where-activated": "says that calls are recorded only where that was switched on",
    "credentials-protected": "says that passwords and other credentials are protected",
    "stored-in-region": "says where data is stored",
    "elsewhere-same-standard": "says that data stored elsewhere is held to the same standard",
    "encrypted-at-rest": "says that what is stored is encrypted",
    "encrypted-in-transit": "says that data is encrypted on its way",
    "keys-protected": "says that the keys are looked after",
    "backups-encrypted": "says that backups are encrypted",
    "backups-location": "says where backups are",
    "staff-access-limited": "says which staff can get at the data",
    "staff-vetted": "says that staff are checked",
    "processors-named": "names who works on the data for you",
    "transfers-safeguarded": "says what protects data in another country",
    "concerns-to-controller": "says that questions or complaints can go to the Data Controller",
    "questions-answered": "says that questions and complaints are answered",
    "complaint-to-regulator": "says that a person can complain to the regulator",
    "answered-in-time": "says how soon a request is answered",
    "no-automated-decisions": "says that no machine decides about people",
    "no-tracking": "says that people are not tracked",
    "breach-notified": "says that people are told of a breach",
    "changes-announced": "says that changes of the notice are announced",
}
"""Each promise, and what a sentence that makes it says."""

_NOT_OF_NEEDS = "copy_noun strong_right|consent third|cookie|staff access|recording|law|mailing"
_NOT_OF_AMOUNTS = "limited_time|while|#period|give third"
_NOT_OF_CUSTOMERS = "calls|backup|cookie|other_data|answer|mailing|breach"

RULES: tuple[ProposalRule, ...] = (
    ProposalRule("not-sold", 0.95, "-sell data|it|you"),
    ProposalRule("not-sold", 0.7, "-sell", "theirs"),
    ProposalRule("not-sold", 0.82, "-money data|it", "copy|charge|request|keep"),
    ProposalRule("not-sold", 0.75, "money -data", "copy|charge|request|keep"),
    # --- third parties
    ProposalRule(
        "third-party-authorised",
        0.98,
        "-share third data|it",
        "upload|mailing|cookie|law|staff|credentials|content|answer|concern|backup|recording|only|regulator|consent",
    ),
    ProposalRule("third-party-authorised", 0.93, "-give third consent", "upload|mailing|unsubscribe|cookie|recording"),
    ProposalRule("third-party-authorised", 0.92, "-share data|it consent", "upload|cookie"),
    ProposalRule("third-party-authorised", 0.9, "give third only consent", "upload|mailing|cookie|concern"),
    ProposalRule("third-party-authorised", 0.9, "consent first give third", "upload|mailing|cookie|concern"),
    ProposalRule(
        "third-party-authorised",
        0.78,
        "give only_if consent",
        "upload|mailing|cookie|concern|recording|answer|law|staff access",
    ),
    ProposalRule("third-party-authorised", 0.85, "decision third give", "mailing|cookie"),
    ProposalRule("third-party-authorised", 0.88, "stays exception consent", "mailing|#place|backup"),
    ProposalRule(
        "third-party-authorised", 0.85, "share|third data|it only consent", "upload|mailing|cookie|concern|staff"
    ),
    ProposalRule("third-party-authorised", 0.8, "-share third", "upload|mailing|cookie|law"),
    ProposalRule(
        "third-party-authorised", 0.75, "-give third data|it", "upload|mailing|cookie|law|staff|concern|strong_right"
    ),
    ProposalRule(
        "third-party-authorised", 0.68, "-share data|it", "upload|mailing|cookie|law|staff|credentials|content"
    ),
    # --- rights
    ProposalRule(
        "copy-on-request",
        0.88,
        "+copy right data|it",
        "portal|identity|copy_of_notice|staff limit|mechanism|correct|delete|backup|cookie|complain_verb concern",
    ),
    ProposalRule(
        "copy-on-request",
        0.85,
        "+copy strong_right data|it|you",
        "portal|identity|copy_of_notice|staff limit|mechanism|backup|cookie|regulator",
    ),
    ProposalRule(
        "copy-on-request",
        0.8,
        "+copy_noun strong_right",
        "identity|copy_of_notice|staff limit|mechanism|backup|cookie|regulator|concern|mailing|region_verb #place",
    ),
    ProposalRule("correction-on-request", 0.88, "+correct right data|it|you", "preference|notice|unsubscribe|breach"),
    ProposalRule(
        "correction-on-request", 0.86, "+correct right", "preference|notice|unsubscribe|breach|concern|cookie"
    ),
    ProposalRule(
        "deletion-on-request", 0.9, "+delete strong_right data|it|you", "mailing|cookie|unsubscribe|#period|identity"
    ),
    ProposalRule("deletion-on-request", 0.85, "+delete right", "mailing|cookie|unsubscribe|#period|identity|notice"),
    ProposalRule("deletion-on-request", 0.7, "+delete strong_right", "cookie|unsubscribe"),
    ProposalRule(
        "kept-where-law-requires", 0.9, "law must_strong keep|delete", "share|basis|cookie|identity|regulator"
    ),
    ProposalRule("kept-where-law-requires", 0.85, "law exception keep|delete", "share|basis|cookie|regulator|third"),
    ProposalRule(
        "kept-where-law-requires", 0.78, "law must_strong exception", "share|give|basis|cookie|regulator|third"
    ),
    ProposalRule("kept-where-law-requires", 0.82, "law must keep", "share|basis|cookie|regulator|third"),
    ProposalRule(
        "copy-on-request",
        0.7,
        "soft_copy strong_right",
        "delete|correct|identity|copy_of_notice|staff limit|third|use|mailing",
    ),
    # --- what is held
    ProposalRule("only-what-is-needed", 0.9, "only need collect data|it|basics", f"while|{_NOT_OF_NEEDS}"),
    ProposalRule("only-what-is-needed", 0.88, "-collect need data|it|basics", "cookie|staff access|law|while"),
    ProposalRule(
        "only-what-is-needed", 0.86, "only basics|need collect", f"{_NOT_OF_NEEDS}|{_NOT_OF_AMOUNTS}|use_name #name"
    ),
    ProposalRule(
        "only-what-is-needed", 0.75, "only collect what_for", f"{_NOT_OF_NEEDS}|{_NOT_OF_AMOUNTS}|share|backup|#name"
    ),
    ProposalRule(
        "only-what-is-needed", 0.8, "only data need", f"use|share|{_NOT_OF_NEEDS}|{_NOT_OF_AMOUNTS}|use_name #name"
    ),
    ProposalRule(
        "only-what-is-needed", 0.84, "-collect more|only data|it", f"{_NOT_OF_NEEDS}|{_NOT_OF_AMOUNTS}|consent"
    ),
    ProposalRule("only-what-is-needed", 0.86, "as_little collect|basics|data", f"{_NOT_OF_NEEDS}|#period"),
    ProposalRule(
        "customer-content-is-theirs",
        0.94,
        "theirs upload|content|system|data",
        "consent data|recording|copy_noun right|#period",
    ),
    ProposalRule("customer-content-is-theirs", 0.93, "content upload system -give|-look|-share|-sell", ""),
    ProposalRule("customer-content-is-theirs", 0.9, "-give|-look|-share content upload|system", "staff|strong_right"),
    # --- mailing list
    ProposalRule("list-members-known", 0.93, "customer past|interest @mailing only|past|third", "unsubscribe"),
    ProposalRule("list-members-known", 0.9, "customer past interest @mailing|marketing_verb", "unsubscribe"),
    ProposalRule("list-members-known", 0.86, "customer|interest only mailing", "unsubscribe|consent"),
    ProposalRule("list-members-known", 0.8, "-never_bought mailing|list", ""),
    ProposalRule("list-members-known", 0.86, "customer|interest consist interest|past @mailing", "unsubscribe"),
    ProposalRule("few-mailings", 0.92, "+few_strong mailing", "unsubscribe|#name"),
    ProposalRule("few-mailings", 0.88, "-bombard @mailing|message|you", ""),
    ProposalRule("few-mailings", 0.85, "+few_strong message @mailing", "unsubscribe|concern|answer"),
    ProposalRule("few-mailings", 0.85, "+few_strong it @mailing", "unsubscribe|concern|answer|#name"),
    ProposalRule(
        "few-mailings", 0.8, "+few_strong it|you|anaphor @mailing", "contact|unsubscribe|concern|answer|#name"
    ),
    ProposalRule("few-mailings", 0.84, "+few mailing", "unsubscribe|#name"),
    ProposalRule("unsubscribe-always", 0.93, "unsubscribe mailing|message", "cookie|recording|browser cookie"),
    ProposalRule("unsubscribe-always", 0.88, "unsubscribe every|right @mailing", "cookie|recording"),
    ProposalRule("unsubscribe-always", 0.85, "unsubscribe every right", "cookie|recording|consent"),
    ProposalRule("unsubscribe-always", 0.85, "unsubscribe_word every", "cookie|recording|consent"),
    ProposalRule("unsubscribe-always", 0.8, "exit @mailing way", "few_strong|#name|concern|copy|consent third"),
    ProposalRule("unsubscribe-always", 0.85, "unsubscribe anaphor|you @mailing", "cookie|recording|few_strong"),
    ProposalRule("unsubscribe-always", 0.84, "+delete strong_right mailing", "cookie"),
    # --- how long
    ProposalRule("calls-kept-for", 0.95, "calls #period keep|delete|after", "answer|concern"),
    ProposalRule("calls-kept-for", 0.8, "calls keep limited_time", "relation"),
    ProposalRule("calls-kept-for", 0.65, "call_record #period", "answer|concern|copy|mailing"),
    ProposalRule("calls-kept-for", 0.95, "#period @calls keep|delete", "relation|mailing|backup|answer|law"),
    ProposalRule(
        "customer-data-kept-for",
        0.92,
        "#period keep|delete relation",
        f"{_NOT_OF_CUSTOMERS}|request #period",
    ),
    ProposalRule(
        "customer-data-kept-for",
        0.8,
        "#period ends relation data",
        _NOT_OF_CUSTOMERS,
    ),
    ProposalRule(
        "customer-data-kept-for",
        0.85,
        "#period keep data|it",
        f"{_NOT_OF_CUSTOMERS}|transfer",
    ),
    ProposalRule(
        "customer-data-kept-for",
        0.8,
        "#period keep",
        f"{_NOT_OF_CUSTOMERS}|transfer|recording",
    ),
    ProposalRule(
        "customer-data-kept-for",
        0.7,
        "#period while|ends relation",
        f"{_NOT_OF_CUSTOMERS}|history|need|staff",
    ),
    ProposalRule("customer-data-kept-for", 0.78, "keep while relation", "calls|backup|cookie|other_data|need|staff"),
    # --- recordings, credentials
    ProposalRule(
        "recordings-only-where-activated",
        0.95,
        "recording call active only|exception",
        "invite|#period|credentials|delete",
    ),
    ProposalRule("recordings-only-where-activated", 0.9, "recording off", "mailing"),
    ProposalRule(
        "recordings-only-where-activated", 0.92, "-recording call|it active|exception|consent", "#period|data"
    ),
    ProposalRule(
        "recordings-only-where-activated",
        0.9,
        "recording active only|exception|you",
        "invite|#period|credentials|delete|copy",
    ),
    ProposalRule("credentials-protected", 0.94, "credentials protect_strong", "responsible"),
    ProposalRule("credentials-protected", 0.96, "protect_strong it @credentials", "backup|responsible|transit"),
    ProposalRule("credentials-protected", 0.85, "credentials protect", "responsible|staff access"),
    # --- where
    ProposalRule("backups-location", 0.93, "backup own_premises|#place", ""),
    ProposalRule("backups-location", 0.85, "own_premises|#place @backup region_verb", "data|#name"),
    ProposalRule("backups-encrypted", 0.94, "backup +encrypt", ""),
    ProposalRule(
        "backups-location", 0.98, "#place|own_premises anaphor @backup", "data|#name|credentials|regulator|relation"
    ),
    ProposalRule("backups-encrypted", 0.99, "+encrypt anaphor @backup", "data|keys|credentials|transit"),
    ProposalRule("backups-encrypted", 0.9, "+encrypt @backup it", "keys|credentials|transit"),
    ProposalRule(
        "stored-in-region",
        0.9,
        "#place region_verb server",
        "backup|regulator|#known|controller|staff|mailing|mechanism|registered|office|+outside_of standard",
    ),
    ProposalRule(
        "stored-in-region",
        0.85,
        "#place machines",
        "backup|regulator|#known|staff|mailing|mechanism|registered|office|+outside_of standard",
    ),
    ProposalRule(
        "stored-in-region",
        0.85,
        "is_in #place server",
        "backup|regulator|#name|staff|mailing|mechanism|registered|office|law",
    ),
    ProposalRule(
        "stored-in-region",
        0.98,
        "wholly_in #place server|machines|storage",
        "backup|regulator|#name|staff|mailing|mechanism|registered|office|law|-encrypt",
    ),
    ProposalRule("stored-in-region", 0.78, "#place storage", "backup|regulator|#name|staff|mailing|mechanism"),
    ProposalRule("stored-in-region", 0.88, "-leave #place", "backup|#known|mechanism"),
    ProposalRule("elsewhere-same-standard", 0.92, "standard outside", "mechanism_strong|backup|shipping"),
    ProposalRule(
        "elsewhere-same-standard", 0.93, "standard anaphor @outside", "mechanism_strong|backup|delete|staff|shipping"
    ),
    ProposalRule(
        "elsewhere-same-standard", 0.86, "standard @outside region_verb", "mechanism_strong|backup|delete|staff"
    ),
    # --- encryption
    ProposalRule("encrypted-at-rest", 0.92, "+encrypt rest data|it|server", "backup|credentials|cookie"),
    ProposalRule("encrypted-at-rest", 0.8, "+encrypt", "backup|credentials|transit|keys|decrypt"),
    ProposalRule("encrypted-in-transit", 0.92, "transit +encrypt", "backup|credentials"),
    ProposalRule("encrypted-in-transit", 0.85, "tls", "backup|credentials"),
    ProposalRule("keys-protected", 0.93, "keys secure", "cookie|#name|office"),
    # --- staff
    ProposalRule("staff-vetted", 0.95, "staff vet", ""),
    ProposalRule("staff-vetted", 0.72, "vet_strong", "relation"),
    ProposalRule("staff-vetted", 0.85, "vet it|you @staff", "customer"),
    ProposalRule("staff-access-limited", 0.9, "staff access limit", "recording|mailing|asked"),
    ProposalRule("staff-access-limited", 0.64, "staff reach_data data", "recording|mailing|asked|strong_right"),
    ProposalRule(
        "staff-access-limited", 0.7, "limit reach_data anaphor @staff", "vet|mailing|asked|strong_right|recording"
    ),
    # --- third parties by name
    ProposalRule("processors-named", 0.93, "#known use_name|region_verb|processor", ""),
    ProposalRule("processors-named", 0.92, "moving #name #name", ""),
    ProposalRule("processors-named", 0.88, "#name processor", "regulator|controller|vet|we_are"),
    ProposalRule(
        "processors-named",
        0.87,
        "#name #place use_name|region_verb|processor|@processor",
        "regulator|controller|vet|address_word|registered",
    ),
    ProposalRule(
        "processors-named",
        0.82,
        "#name use_name",
        "we_are|regulator|controller|vet|address_word|concern|registered|browser",
    ),
    ProposalRule(
        "processors-named",
        0.8,
        "processor listing",
        "consent|mechanism|cookie|concern|answer|sell|standard|#place outside",
    ),
    ProposalRule(
        "processors-named", 0.75, "#name @processor", "we_are|regulator|controller|vet|address_word|concern|registered"
    ),
    ProposalRule("transfers-safeguarded", 0.94, "mechanism_strong", ""),
    ProposalRule("transfers-safeguarded", 0.85, "mechanism anaphor @outside", "backup|encrypt|standard"),
    ProposalRule("transfers-safeguarded", 0.8, "protect outside transfer", "backup|encrypt|standard"),
    ProposalRule("transfers-safeguarded", 0.88, "mechanism transfer|outside|#place", "backup|encrypt"),
    # --- talking
    ProposalRule("concerns-to-controller", 0.94, "concern controller contact", ""),
    ProposalRule("concerns-to-controller", 0.88, "controller contact", "basis|only need|owner"),
    ProposalRule("concerns-to-controller", 0.72, "concern contact #name", "regulator|#place"),
    ProposalRule("complaint-to-regulator", 0.95, "regulator complain_verb", "register|breach|mechanism"),
    ProposalRule("questions-answered", 0.93, "+answer asked", "request #period|faq"),
    ProposalRule("questions-answered", 0.85, "+answer dissatisfied", "controller|faq|request #period"),
    ProposalRule("questions-answered", 0.6, "asked contact", "controller|regulator|faq|request|correct|staff"),
    ProposalRule("questions-answered", 0.9, "unanswered asked|you", ""),
    ProposalRule("answered-in-time", 0.93, "answer|request #period request|answer", "keep|delete|breach|mailing|calls"),
    ProposalRule("answered-in-time", 0.85, "answer #period|in_time", "keep|delete|breach|mailing|calls"),
    ProposalRule("no-automated-decisions", 0.95, "-automated", "cookie|calls"),
    ProposalRule("no-automated-decisions", 0.88, "decide human only|always|every", ""),
    ProposalRule("no-tracking", 0.93, "-cookie", "browser"),
    ProposalRule("no-tracking", 0.85, "cookie only need", "browser"),
    ProposalRule("breach-notified", 0.93, "breach +tell", "please|staff"),
    ProposalRule("changes-announced", 0.75, "change_noun announce", "breach|preference|last_changed"),
    ProposalRule("changes-announced", 0.9, "change notice publish", "last_changed|breach"),
)
