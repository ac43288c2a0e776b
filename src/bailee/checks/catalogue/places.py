"""Where data and backups lie, and how they are encrypted there: what the firm's people looked up and attested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bailee.checks.ages import ATTESTATION_VALIDITY, describe_staleness, is_to_come
from bailee.checks.catalogue.columns import SYSTEM
from bailee.checks.countries import expand_areas
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
from bailee.checks.words import list_names, locate_firm_key, spell_place
from bailee.policy import Backups, Bound, Location
from bailee.policy.countries import country_name

PLAIN = frozenset({"no", "none", "not", "off", "false", "plain", "unencrypted", "clear"})
"""What people write who say that something is not encrypted."""

DOUBTFUL = frozenset(
    ("?", "??", "???", "unknown", "unclear", "unsure", "tbd", "tba", "tbc", "todo", "n/a", "na", "maybe", "perhaps",
     "probably", "partly", "partially", "partial", "some", "sure", "check", "checked", "ask", "pending", "planned",
     "soon", "later", "xxx")
)  # fmt: skip
"""What people write who do not know, or not yet: a word that says nothing is not somebody's word."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is looked up of a system: ``word`` of the policy file, and its value in a `Location`."""

    what: str
    word: str
    value: Callable[[Location], str]


_AT_REST = _Fact("the data of", "location.at_rest", lambda place: place.at_rest)
_COUNTRY = _Fact("the data of", "location.country", lambda place: place.country)
_BACKUP_AT_REST = _Fact("the backups of", "location.backups.at_rest", lambda place: _read_backups(place).at_rest)
_BACKUP_COUNTRY = _Fact("the backups of", "location.backups.country", lambda place: _read_backups(place).country)
_FACTS = {
    "storage.encrypted": _AT_REST,
    "storage.location": _COUNTRY,
    "backups.encrypted": _BACKUP_AT_REST,
    "backups.location": _BACKUP_COUNTRY,
}


def _read_backups(place: Location) -> Backups:
    return place.backups or Backups()


def _ask_place(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    named = bound.parameters.get("system")
    return (CheckQuestion(name, "policy", name) for name in world.policy.systems if named in {None, name})


def _judge_place(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    system, fact = world.policy.systems[answer.question.system], _FACTS[bound.check]
    value, attested = fact.value(system.location), system.location.attested
    if not value.strip():
        says = f"nothing is said of {fact.what} {system.name}: {fact.word} is empty"
        hint = f"find out, and write {fact.word} with who attests it: {spell_place(system.place)}"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, basis=Basis.ATTESTED, place=system.place,
                            looked=0, among=1)  # fmt: skip
        return
    verdict, says, hint = _OPINIONS[bound.check](world, bound, fact, system.name, value)
    if verdict is Verdict.KEPT and attested is None:
        verdict = Verdict.UNKNOWN
        says = f"{says}, but nobody has attested it"
        hint = (
            f"look, and write attested: {{by: NAME, on: {world.now:%Y-%m-%d}}} under location:"
            f" {spell_place(system.place)}"
        )
    elif verdict is Verdict.KEPT and attested and is_to_come(attested.on, world.now.date()):
        verdict, says = Verdict.UNKNOWN, f"{says}, but {attested.by} attested it on {attested.on}, a day to come"
        hint = f"correct the date: {spell_place(attested.place)}"
    elif (
        verdict is Verdict.KEPT
        and attested
        and (old := describe_staleness(attested.on, ATTESTATION_VALIDITY, world.now.date()))
    ):
        verdict, says = Verdict.UNKNOWN, f"{says}, but {attested.by} attested it {old}"
        hint = f"look again, and write the new date: {spell_place(attested.place)}"
    elif attested:
        says = f"{says} ({attested.by}, {attested.on})"
    hint = hint or spell_place(system.place)
    yield build_finding(bound, answer, verdict, says, hint, basis=Basis.ATTESTED, place=system.place, looked=1)


def _judge_encryption(world: World, _bound: Bound, fact: _Fact, name: str, value: str) -> tuple[Verdict, str, str]:
    words = set(re.findall(r"[\w/?-]+", value.lower()))
    if words & DOUBTFUL or not re.search(r"\w", value):
        hint = f"find out, and write how under {fact.word}: {spell_place(world.policy.systems[name].place)}"
        return Verdict.UNKNOWN, f"whether {fact.what} {name} are encrypted is not said: {value}", hint
    if value.strip().lower().split()[0] in PLAIN:
        where = spell_place(world.policy.systems[name].place)
        hint = f"encrypt the disk or the files, then write how under {fact.word}: {where}"
        return Verdict.BROKEN, f"{fact.what} {name} are not encrypted: {value}", hint
    return Verdict.KEPT, f"{fact.what} {name} are encrypted: {value}", ""


def _judge_country(world: World, bound: Bound, fact: _Fact, name: str, value: str) -> tuple[Verdict, str, str]:
    allowed = tuple(bound.parameters.get("allowed") or world.policy.firm.allowed)
    if not allowed:
        hint = (
            "write allowed: [EEA, UK] in bailee.yaml, or give the check the parameter allowed:"
            f" {spell_place(bound.place)}"
        )
        return Verdict.UNKNOWN, f"{fact.what} {name} are in {country_name(value)}; nothing says where they may be", hint
    if value.upper() in expand_areas(allowed):
        return Verdict.KEPT, f"{fact.what} {name} are in {country_name(value)}, which is in {list_names(allowed)}", ""
    here = (
        spell_place(bound.place) if bound.parameters.get("allowed") else locate_firm_key(world.policy.firm, "allowed")
    )
    hint = f"move them, or say so in the notice and add {value} to allowed: {here}"
    return Verdict.BROKEN, f"{fact.what} {name} are in {country_name(value)}, outside {list_names(allowed)}", hint


_OPINIONS = {
    "storage.encrypted": _judge_encryption,
    "storage.location": _judge_country,
    "backups.encrypted": _judge_encryption,
    "backups.location": _judge_country,
}


def _plant_place(world: World, bound: Bound) -> Iterator[Plant]:
    of_backups, of_disks = bound.check.startswith("backups"), bound.check.endswith("encrypted")
    says = "in the clear" if of_disks else "in Antarctica"
    for question in _ask_place(world, bound):
        system = world.policy.systems[question.system]
        location, backups = system.location, _read_backups(system.location)
        if of_backups:
            worse = replace(backups, at_rest="none") if of_disks else replace(backups, country="AQ")
            location = replace(location, backups=worse)
        else:
            location = replace(location, at_rest="none") if of_disks else replace(location, country="AQ")
        systems = {**world.policy.systems, system.name: replace(system, location=location)}
        what = f"backups of {system.name}" if of_backups else system.name
        yield Plant(f"{what} {says}", policy=replace(world.policy, systems=systems))


ALLOWED = Parameter("texts", "countries (ISO 3166) or areas (EEA, EU, UK); left out: allowed of bailee.yaml")
_ATTESTED = (
    "Nothing can measure it from where Bailee stands: it is attested under location, by name and date, and unknown "
    "where nobody did, where what is said leaves it open, or where it was more than a year ago."
)


def _build_check(id_: str, title: str, about: str, parameters: dict[str, Parameter]) -> Check:
    parameters = {"system": SYSTEM, **parameters}
    return Check(
        id_,
        title,
        f"{about} {_ATTESTED}",
        _ask_place,
        _judge_place,
        _plant_place,
        parameters,
        unit="system",
        on_tables=False,
    )


CHECKS = (
    _build_check(
        "storage.encrypted", "Data is encrypted where it lies", "Broken where at_rest says that it is not.", {}
    ),
    _build_check(
        "storage.location",
        "Data lies where it may",
        "Compares each system's country with the allowed ones. Broken where it is another.",
        {"allowed": ALLOWED},
    ),
    _build_check("backups.encrypted", "Backups are encrypted", "Broken where at_rest of the backups says not.", {}),
    _build_check(
        "backups.location",
        "Backups lie where they may",
        "Compares the country of each system's backups with the allowed ones. Broken where it is another.",
        {"allowed": ALLOWED},
    ),
)
