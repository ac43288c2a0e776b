"""`docs/catalogue.md`: every check and every promise, written from what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from bailee.checks.catalogue import load_checks
from bailee.checks.countries import AS_OF, DPF, EEA, LISTS, AdequacyDecision
from bailee.checks.model import Check
from bailee.checks.problems import CODES
from bailee.checks.promises import PROMISES, StandardPromise
from bailee.policy import Bound
from bailee.policy.countries import country_name

_INTRODUCTION = """\
# Checks and promises

<!-- Written by `python -m bailee.checks`; change what the checks say of themselves, not this page. -->

A promise in `promises.yaml` is bound to checks, and is as good as the worst of them: *kept*, *broken*, or *unknown*.
Unknown is whatever could not be looked at: a system that is down or refuses us, a question that took longer than
30 seconds, a table or column that is gone, a word that somebody gave more than a year ago. It never counts as kept.
Each finding is *measured* (Bailee looked) or *attested* (somebody said so, by name and date).

    bailee check                        # every promise; exit code 0 all kept, 10 one broken, 11 one unknown
    bailee check retention.ceiling      # one check, wherever a promise is bound to it
    bailee check calls-six-years --sql  # one promise, with each query as you can run it by hand: the same number
    bailee check --rehearse             # plant violations in copies, and look whether the lights turn
    bailee check --junit checks.xml     # for CI; --json for other programs

Since when a light stands as it does, and how many rows there were of each day, is kept in `checks.json` of the books:
numbers and names of tables, and nobody's data.
"""


def write_page() -> str:
    """Return the page, Markdown."""
    return "\n".join([_INTRODUCTION, *_write_checks(), *_write_promises(), *_write_countries(), *_write_codes()])


def _write_checks() -> Iterator[str]:
    yield "## Checks\n"
    for check in load_checks().values():
        yield from _write_check(check)


def _write_check(check: Check) -> Iterator[str]:
    yield f"### `{check.id}`\n"
    yield fill(f"{check.title}. {check.about}", 118) + "\n"
    if check.parameters:
        yield "| parameter | is | means |"
        yield "|---|---|---|"
        for name, parameter in check.parameters.items():
            kind = f"one of {', '.join(parameter.one_of)}" if parameter.one_of else f"a {parameter.kind}"
            needed = " (needed)" if parameter.required else ""
            yield f"| `{name}` | {kind.replace('a texts', 'texts')}{needed} | {parameter.says} |"
        yield ""
    bound = [f"`{s.id}`" for s in PROMISES.values() if any(b.check == check.id for b in s.checks)]
    if bound:
        yield fill(f"The catalogue binds to it: {', '.join(bound)}.", 118) + "\n"


def _write_promises() -> Iterator[str]:
    yield "## Promises\n"
    yield (
        "What notices promise. `promise: ID` in `promises.yaml` gives a promise its checks where it names none of its\n"
        "own; where one of these needs a parameter, it has to be named. `bailee notice import` knows a sentence by\n"
        "wordings like these.\n"
    )
    for standard in PROMISES.values():
        yield from _write_promise(standard)


def _write_promise(standard: StandardPromise) -> Iterator[str]:
    yield f"### `{standard.id}`\n"
    yield f"{standard.title}: {', '.join(map(_describe_bound, standard.checks))}.\n"
    yield from (f"- “{words}”" for words in standard.says)
    yield ""


def _describe_bound(bound: Bound) -> str:
    given = ", ".join(f"{name}: {value}" for name, value in bound.parameters.items())
    missing = [
        name for name, p in load_checks()[bound.check].parameters.items() if p.required and name not in bound.parameters
    ]
    needs = f" (needs {', '.join(missing)})" if missing else ""
    return f"`{bound.check}`" + (f" {{{given}}}" if given else "") + needs


def _write_countries() -> Iterator[str]:
    yield "## Where data may go\n"
    yield (
        f"The table behind `processors.transfer`, as of {AS_OF:%d %B %Y}. What is not in it needs a safeguard and an\n"
        "assessment of its risk (UK GDPR and GDPR Art. 46): Brazil, for a firm in the UK.\n"
    )
    for regime, countries in LISTS.items():
        yield f"### Regime `{regime}`\n"
        yield "| country | since | until | by |"
        yield "|---|---|---|---|"
        rest = {code: decision for code, decision in countries.items() if code not in EEA}
        yield f"| the EEA ({len(EEA)} countries) | | | {countries['IE'].source} |"
        yield from (_write_country(code, decision) for code, decision in sorted(rest.items()))
        yield f"| United States, a recipient that is certified | | | {DPF[regime]} |"
        yield ""


def _write_country(code: str, decision: AdequacyDecision) -> str:
    since = decision.since.isoformat() if decision.since.year > 1 else ""
    until = decision.until.isoformat() if decision.until.year < 9999 else ""  # noqa: PLR2004 - the calendar's last
    only = f" ({decision.only})" if decision.only else ""
    return f"| {country_name(code)}{only} | {since} | {until} | {decision.source} |"


def _write_codes() -> Iterator[str]:
    yield "## Mistakes in `promises.yaml`\n"
    yield "| code | means |"
    yield "|---|---|"
    yield from (f"| {code} | {means} |" for code, means in CODES.items())
    yield ""
