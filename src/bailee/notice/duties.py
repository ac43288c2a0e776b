"""What the law wants said (GDPR and UK GDPR, Art. 13 and 14), looked for in the words of a notice.

It finds what is left out altogether; whether what is there is enough, a person must read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bailee.checks.countries import is_home
from bailee.notice.figures import find_periods
from bailee.notice.lints import START, Lint, compile_phrases
from bailee.policy import Mechanism, Notice, Policy
from bailee.policy.countries import country_name
from bailee.policy.figures import TABLE, listed


@dataclass(frozen=True, slots=True)
class _Duty:
    """Something to be said: what, by which law, whether a text says it, and what to write."""

    what: str
    law: str
    is_said: Callable[[str], object]
    hint: str


_REACH = re.compile(r"[\w.+-]+@[\w-]+\.\w|\+?\d[\d\s().-]{6,}\d")
_PURPOSE = compile_phrases("""
    purpose | because. | so that. | in order to. | need it to. | need it for. | needed to. | needed for. | needs to.
    | use * to. | use * for. | used * to. | used * for. | to run. | to provide | to bill. | to supply | to deliver
    | to send | to answer | to settle | to contact | to support | to manage | to look after | to operate | to invoice
    | to give | to keep in touch | to improve | to comply | to meet | to carry out | to do. | to serve | to help
""")
_BASIS = compile_phrases("""
    lawful bas | legal bas | legitimate interest | consent | contract. | agreement | legal obligation | required by law
    | law requires | law says | law obliges | law makes | law wants | laws require | statute
""")
_RECIPIENTS = compile_phrases("""
    processor | provider | third part | third-part | recipient | supplier | partner | share * with. | shared * with.
    | disclose * to. | disclosed * to. | pass * to. | passed * to. | give * to. | given * to. | firms work for us.
""")
_KEPT = compile_phrases("""
    kept * until. | keep * until. | kept * as long as. | keep * as long as. | kept * while. | keep * while.
    | retain * until. | retained * until. | retain * as long as. | retained * as long as.
""")
_REGULATOR = compile_phrases("""
    Information Commission | ICO. | Data Protection Commission | DPC. | supervisory authority | regulator.
    | data protection authority
""")
_WITHDRAW = compile_phrases("withdraw | unsubscribe | change your mind | take it back | take your consent back")
_TRANSFER = compile_phrases("""
    transfer | outside the UK. | outside the United Kingdom | outside the EU. | outside the EEA. | outside the European
    | adequa | standard contractual | addendum | safeguard | Data Privacy Framework
""")
_INTEREST = re.compile(r"legitimate\s+interest", re.IGNORECASE)
_WHICH_INTEREST = re.compile(
    r"""legitimate\s+interests?(?: ,?\s+(?:in|of|to|is|are|being|namely|include|includes)|\ ?:)\s+\w
    | (?:which|that|this|it|these)\s+(?:is|are|serves?)\s+(?:\w+\s+){0,2}legitimate\s+interest
    | \w\s+\([^()]{0,60}legitimate\s+interest[^()]{0,60}\)""",
    re.IGNORECASE | re.VERBOSE,
)
_COPY_OF_SAFEGUARDS = re.compile(
    r"""\bcop(?:y|ies)\s+of\b[^.]{0,60}\b(?:safeguard|clause|agreement|addend|contract|corporate\ rule)
    | \b(?:safeguard|clause|agreement|addend|contract|corporate\ rule)[^.]{0,120}
      \b(?:cop(?:y|ies)\s+of\s+(?:them|these|those|it|each)|available|on\s+request|be\s+read|published)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AGREED = frozenset({Mechanism.SCC, Mechanism.IDTA, Mechanism.BCR})
"""Safeguards by Art. 46 and 47: there is something of which a person can have a copy."""

_RIGHTS: Mapping[str, re.Pattern[str]] = {
    "access": compile_phrases("copy | copies | access | see what"),
    "rectification": compile_phrases("correct | rectif | put * right. | put right. | amend | update"),
    "erasure": compile_phrases("erase | erasure | delet"),
    "restriction": compile_phrases(
        "restrict | freez | frozen | pause | limit how | limit what | limit the | stop us | stop using"
    ),
    "objection": compile_phrases("object. | objection | opt out | unsubscribe | say no."),
    "portability": compile_phrases("""
        portab | machine-readable | machine can read | elsewhere | to another firm | to another provider
        | to another company | open format | common format
    """),
}


def _has_recipients(text: str) -> object:
    return TABLE in text or _RECIPIENTS.search(text)


def _has_period(text: str) -> object:
    return find_periods(text) or _KEPT.search(text)


_ALWAYS = (
    _Duty(
        "how to reach the controller",
        "Art. 13(1)(a)",
        _REACH.search,
        "write {{ controller.email }} or {{ controller.phone }}",
    ),
    _Duty("what the data is for", "Art. 13(1)(c)", _PURPOSE.search, "say why each kind of data is needed"),
    _Duty(
        "the lawful basis",
        "Art. 13(1)(c)",
        _BASIS.search,
        "say on which basis: contract, law, consent, legitimate interests",
    ),
    _Duty(
        "who receives it", "Art. 13(1)(e)", _has_recipients, f"write {{{{ processors }}}}, or {TABLE} in a paragraph"
    ),
    _Duty("how long it is kept", "Art. 13(2)(a)", _has_period, "write {{ retention.NAME }}"),
    _Duty(
        "to whom one can complain",
        "Art. 13(2)(d)",
        _REGULATOR.search,
        "write {{ regulator.name }}, after regulator: in bailee.yaml",
    ),
)


def find_missing_duties(policy: Policy, notice: Notice) -> Iterator[Lint]:
    """Yield an N105 for each thing that the notice leaves out."""
    titles = dict.fromkeys(s.section for s in notice.sentences)
    # Links hold addresses that the words do not.
    text = "\n".join((notice.title, *titles, *(s.words for s in notice.sentences), notice.source.replace("\\", "")))
    for duty in (
        _require_controller(policy),
        *_ALWAYS,
        *_require_rights(text),
        *_require_where_applicable(policy, text),
    ):
        if not duty.is_said(text):
            yield Lint("N105", f"{duty.what} is not said, {duty.law}", duty.hint, START)


def _require_controller(policy: Policy) -> _Duty:
    names = [name.lower() for name in (policy.firm.name, policy.firm.controller.name) if name]
    return _Duty(
        "who the controller is",
        "Art. 13(1)(a)",
        lambda text: any(name in text.lower() for name in names),
        "write {{ firm.name }} or {{ controller.name }}",
    )


def _require_rights(text: str) -> Iterator[_Duty]:
    gone = [right for right, said in _RIGHTS.items() if not said.search(text)]
    if gone:
        what = f"the right{'' if len(gone) == 1 else 's'} of {listed(gone)}"
        yield _Duty(what, "Art. 13(2)(b)", lambda _: False, "say it in a sentence, in your own words")


def _require_where_applicable(policy: Policy, text: str) -> Iterator[_Duty]:
    if re.search(r"\bconsent", text, re.IGNORECASE):
        hint = "say how: it must be as easy as giving it"
        yield _Duty("that consent can be withdrawn", "Art. 13(2)(c)", _WITHDRAW.search, hint)
    bases = [text, *(purpose for system in policy.systems.values() for purpose in system.purposes)]
    if any(_INTEREST.search(one) or "6(1)(f)" in one for one in bases):
        hint = "say of each what the interest is: our legitimate interest in keeping our network safe"
        yield _Duty("which legitimate interests they are", "Art. 13(1)(d)", _WHICH_INTEREST.search, hint)
    if any(one.transfer and one.transfer.mechanism in _AGREED for one in policy.processors.values()):
        hint = "say how, or where it is: ask us for a copy of these safeguards"
        yield _Duty("how to obtain a copy of the safeguards", "Art. 13(1)(f)", _COPY_OF_SAFEGUARDS.search, hint)
    if abroad := sorted(set(_list_countries_abroad(policy))):
        hint = f"say what safeguards it, or put {TABLE} in a paragraph"
        yield _Duty(
            f"the transfer to {listed(abroad)}",
            "Art. 13(1)(f)",
            lambda text: TABLE in text or _TRANSFER.search(text),
            hint,
        )


def _list_countries_abroad(policy: Policy) -> Iterator[str]:
    places = [system.location for system in policy.systems.values()]
    countries = [processor.country for processor in policy.processors.values()]
    countries += [place.country for place in places] + [place.backups.country for place in places if place.backups]
    return (country_name(country) for country in countries if country and not is_home(policy.firm.regime, country))
