"""What the firm itself must have in order: rights that a plan can carry out, holds with a law, somebody who answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bailee.checks import spelling
from bailee.checks.ages import ATTESTATION_VALIDITY, describe_staleness
from bailee.checks.catalogue.columns import SYSTEM, find_undecided_columns
from bailee.checks.catalogue.rows import read_duration
from bailee.checks.made_up_rows import make_key
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
from bailee.checks.promises import list_checks
from bailee.checks.scope import (
    EMPTY,
    MAY_BE_EMPTY,
    ask_unread,
    is_other,
    is_processor,
    judge_listing,
    list_maps,
    list_row_systems,
)
from bailee.checks.words import (
    join_sentences,
    list_names,
    locate_firm_key,
    pluralise_kind,
    spell_count,
    spell_kinds,
    spell_place,
    spell_rows,
)
from bailee.policy import Bound, Contact, Form, Mode, Until
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace import BoundMap, CircularFate, build_erasure_trace
from bailee.trace.retain import step_upward
from bailee.trace.row_counts import ASKED, SetCount, trace_rows
from bailee.trace.sets import not_
from bailee.trace.walk import Node, Sets, Walk, has_path

# --- rights --------------------------------------------------------------------------------------------------

RIGHTS = ("copy", "correct", "erase")


def _ask_reach(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    for name in list_row_systems(world, bound):  # where the map does not fit, no plan can be made, whatever else is so
        yield CheckQuestion(name, "policy" if is_other(world, name) else "reach", name)
        if name in world.maps:
            yield CheckQuestion(name, "tables", name)
            if not is_other(world, name) and name not in world.refused:
                yield from _ask_spelling(world, name, world.maps[name])


def _ask_spelling(world: World, name: str, m: BoundMap) -> Iterator[CheckQuestion]:
    """Yield how many values by which persons are found are spelled otherwise than the map says."""
    for column in spelling.list_spelled_columns(m):
        counting, part = spelling.build_doubtful_count(m, column, world.policy), f"{column.column}: {column.attribute}"
        yield CheckQuestion(f"{name}.{column.collection}", "count", name, counting, part)


def _judge_spelling(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    system, _, collection = answer.question.about.partition(".")
    m = world.maps[system]
    column = next(
        c for c in spelling.list_spelled_columns(m)
        if (c.collection, f"{c.column}: {c.attribute}") == (collection, answer.question.part)
    )  # fmt: skip
    spelled = spelling.judge_spelling(dict(answer.value))
    if spelled.is_kept:
        return
    verdict = Verdict.BROKEN if spelled.count else Verdict.UNKNOWN
    says = spelled.describe_column(f"{answer.question.about}.{column.column}", column)
    public = f"of some {pluralise_kind(answer.question.about)} it is not certain that they are found"
    yield build_finding(
        bound,
        answer,
        verdict,
        says,
        f"{spelled.hint}: {spell_place(column.place)}",
        count=spelled.count,
        place=column.place,
        public=public,
        looked=0,
    )


def _judge_reach(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    if answer.question.kind == "tables":
        yield from judge_listing(world, bound, answer)
        return
    if answer.question.kind == "count":
        yield from _judge_spelling(world, bound, answer)
        return
    name, right = answer.question.system, str(bound.parameters.get("right", "erase"))
    failure = world.unread.get(name) or world.refused.get(name)
    if failure is not None:
        place = world.policy.systems[name].place
        says = f"no plan to {right} can be made for {name}: {failure.says}"
        public = f"at present we cannot do this in {name}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, failure.hint, place=place, public=public)
        return
    m, system, mode = world.maps[name], world.policy.systems[name], world.policy.firm.mode
    number = sum(c.opaque is None for c in system.collections.values())
    nobodys = find_unowned(m, world.now.date())
    loose = {c: columns for c in m.bound if (columns := find_undecided_columns(m, c))}
    if nobodys:
        place = m.system.collections[nobodys[0]].place
        says = (
            f"no plan reaches {list_names(f'{name}.{c}' for c in nobodys)}: nobody on the map owns or sees these rows"
        )
        hint = f"say whose they are (owned_by, mentions), or why nothing is personal (opaque): {spell_place(place)}"
        public = f"of {list_names(map(pluralise_kind, nobodys))} nothing says whose they are"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, count=len(nobodys), place=place, public=public,
                            looked=number)  # fmt: skip
    elif loose:
        collection, columns = next(iter(loose.items()))
        place = m.system.collections[collection].place
        says = f"what is in {name}.{collection}.{list_names(columns)} is undecided, and so is whether a plan reaches it"
        hint = f"name them under fields, or under opaque with the reason: {spell_place(place)}"
        public = f"of some of what {name} holds nobody has decided yet whose it is"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, count=len(loose), place=place, public=public,
                            looked=number)  # fmt: skip
    elif right != "copy" and (mode is Mode.OBSERVE or system.write_url is None):
        why = f"mode is {mode}" if mode is Mode.OBSERVE else f"{name} has no write_url"
        says = f"every collection of {name} is reached, but no plan can {right} there: {why}"
        leave = [f"mode: act at {locate_firm_key(world.policy.firm, 'mode')}"] if mode is not Mode.ACT else []
        if system.write_url is None:
            leave.append(f"write_url at {spell_place(system.place)} (`bailee grants {name}` prints the account's SQL)")
        hint = (
            f"put attested in place of this check, where it is done by hand: {spell_place(bound.place)};"
            f" or give Bailee leave: {', and '.join(leave)}"
        )
        public = f"in {name} this is done by hand"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, says, hint, place=system.place, public=public, looked=number
        )
    else:
        says = f"a plan to {right} reaches all {spell_count(number, 'collection')} of {name} that hold personal data"
        public = f"in {name} it reaches all {spell_count(number, 'kind')} of data about people"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, of=number, public=public, looked=number)


def find_unowned(m: BoundMap, today: date) -> list[str]:
    """Return the collections that hold personal data, by the map, and that nobody's trace locates."""
    personal = [c for c in m.system.collections.values() if c.opaque is None and c.name in m.bound]
    try:
        located = build_erasure_trace(m, today).located
    except CircularFate as circle:
        return list(circle.collections)
    return [c.name for c in personal if c.name not in located and c.fields and c.party is None]


def _is_lower(column: spelling.SpelledColumn) -> bool:
    """Whether ``column`` holds email addresses, in small letters and in no other form."""
    return column.attribute == "email" and [one.form for one in column.forms] == [Form.LOWER]


def _plant_reach(world: World, bound: Bound) -> Iterator[Plant]:
    for name, m in list_maps(world, bound):
        column = next((c for c in spelling.list_spelled_columns(m) if _is_lower(c)), None)
        if column is not None and not is_other(world, name):
            row = {**make_key(m, column.collection), column.column: "Somebody@post.example"}
            about = f"{name}.{column.collection}"
            yield Plant(f"an address in capitals in {about}.{column.column}", rows=((about, row),))
        for c in m.system.collections.values():
            if c.party is None and c.opaque is None and c.fields and (c.edges or c.mentions):
                lone = replace(c, edges=(), mentions=())
                system = replace(m.system, collections={**m.system.collections, c.name: lone})
                policy = replace(world.policy, systems={**world.policy.systems, name: system})
                yield Plant(f"{name}.{c.name} owned by nobody", policy=policy)
                break


# --- processor-role systems ----------------------------------------------------------------------------------


def _ask_sealed(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    for question in ask_unread(world, bound):
        if is_processor(world, question.system):
            yield question
    for name, m in list_maps(world, bound):
        if not is_processor(world, name):
            continue
        if m.system.customer is None:
            yield CheckQuestion(name, "policy", name)
            continue
        for c in m.system.collections.values():
            if c.name in m.bound and c.opaque is None and c.name != m.system.customer:
                sets = Sets()
                whose = _build_customer_path(m, sets, c.name)
                counting = SetCount(trace_rows(m, c.name, not_(whose), sets), ASKED)
                whole = SetCount(trace_rows(m, c.name, ALWAYS), ASKED)
                yield CheckQuestion(f"{name}.{c.name}", "count", name, counting, whole=whole, sized="rows")
        yield CheckQuestion(name, "tables", name)


def _build_customer_path(m: BoundMap, sets: Sets, collection: str) -> Predicate:
    def is_customer(node: Node) -> Predicate:
        return ALWAYS if node[0] == m.system.customer else NEVER

    return has_path(sets, Walk("customer", is_customer, lambda node: step_upward(m, node)), (collection, ()), ALWAYS)


def _judge_sealed(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    system = world.policy.systems[answer.question.system]
    if answer.question.kind == "tables":
        yield from judge_listing(world, bound, answer)
    elif answer.question.kind == "policy":
        says = f"{system.name} is our customers' data, and nothing says which rows are whose"
        hint = f"write customer: COLLECTION, and belongs_to on the others: {spell_place(system.place)}"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, place=system.place)
    elif answer.count:
        about = answer.question.about
        says = f"{spell_rows(answer.count)} of {about} belong to no customer: nobody could give them back"
        hint = (
            "`bailee check systems.sealed --sql` shows the query that finds them; give them their customer, or delete"
            f" them: {spell_place(system.place)}"
        )
        public = f"{spell_kinds(answer.count, about)} without a customer"
        yield build_finding(
            bound, answer, Verdict.BROKEN, says, hint, count=answer.count, place=system.place, public=public
        )
    else:
        says = f"every row of {answer.question.about} belongs to a customer of ours, and is found for them alone"
        public = f"all {pluralise_kind(answer.question.about)} belong to a customer, and are found for them alone"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=0, public=public)


def _plant_sealed(world: World, bound: Bound) -> Iterator[Plant]:
    for question in _ask_sealed(world, bound):
        if question.kind == "count":
            m = world.maps[question.system]
            row = make_key(m, question.about.partition(".")[2])
            yield Plant(f"a row of {question.about} without a customer", rows=((question.about, row),))


# --- holds ---------------------------------------------------------------------------------------------------


_LAW = re.compile(
    r"\b(Acts?|Arts?|Articles?|Sections?|Sch|Schedule|Regulations?|Directives?|Code|Law|Order|Rules?)\b|§|\d"
)
"""How laws are cited, in English at least: an act, an article, a section, or a number."""


def _ask_holds(world: World, _bound: Bound) -> Iterator[CheckQuestion]:
    return (CheckQuestion(name) for name in world.policy.holds)


def _judge_holds(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    hold, today = world.policy.holds[answer.question.about], world.now.date()
    used = any(hold.name in c.hold for s in world.policy.systems.values() for c in s.collections.values())
    ends = hold.until.column is not None or hold.until.day is not None
    where = spell_place(hold.place)
    if not _LAW.search(hold.law):
        says = f"the hold {hold.name} names no law: {hold.law.strip() or 'nothing'} does not allow to keep anything"
        hint = f"name the act and its section under law: at {where}, or strike the hold"
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, place=hold.place, looked=1)
    elif not ends:
        says = f"the hold {hold.name} has no end"
        yield build_finding(bound, answer, Verdict.BROKEN, says, f"write until: at {where}", place=hold.place, looked=1)
    elif hold.until.day is not None and date.fromisoformat(hold.until.day) < today:
        says = f"the hold {hold.name} ended on {hold.until.day}"
        hint = f"strike it at {where}; what it kept goes with the next plan"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=hold.place, looked=1)
    elif not used:
        says = f"no collection is under the hold {hold.name}"
        hint = f"write hold: {hold.name} on the collections that it is for, or strike it at {where}"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=hold.place, looked=1)
    else:
        yield build_finding(
            bound, answer, Verdict.KEPT, f"the hold {hold.name} has an end and a law: {hold.law}", looked=1
        )


def _plant_holds(world: World, _bound: Bound) -> Iterator[Plant]:
    for name, hold in world.policy.holds.items():
        for says, bad in (
            ("no law", replace(hold, law="our accountant wants it")),
            ("no end", replace(hold, until=Until())),
        ):
            yield Plant(f"the hold {name} with {says}", policy=replace(world.policy, holds={name: bad}))


# --- contacts ------------------------------------------------------------------------------------------------

WHO = ("controller", "deputy", "regulator")
_NAMES = {"controller": "Data Controller", "deputy": "deputy", "regulator": "regulator"}


def _choose_contact(bound: Bound) -> str:
    return str(bound.parameters.get("who", "controller"))


def _ask_contacts(_world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield CheckQuestion(_choose_contact(bound))


def _judge_contacts(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    who, notice = _choose_contact(bound), world.policy.notice
    contact: Contact = getattr(world.policy.firm, who)
    ways = [way for way in (contact.email, contact.phone, contact.address) if way]
    if not contact.name or not ways:
        what = "a name" if not contact.name else "a way to be reached"
        hint = f"write {who}: with name, and email, phone or address: {locate_firm_key(world.policy.firm, who)}"
        yield build_finding(bound, answer, Verdict.BROKEN, f"the {_NAMES[who]} has not {what}", hint, looked=1)
    elif notice is None:
        hint = f"write notice.md, with {{{{ {who}.name }}}} and {{{{ {who}.email }}}} in it"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, "there is no notice.md that could give the contact", hint, looked=1
        )
    elif not any(way in join_sentences(notice) for way in ways):
        way = next(key for key in ("email", "phone", "address") if getattr(contact, key))
        hint = f"write {{{{ {who}.{way} }}}} where the notice says whom to ask: {_locate_sentence(world, bound)}"
        yield build_finding(
            bound, answer, Verdict.BROKEN, f"the notice does not say how to reach the {_NAMES[who]}", hint, looked=1
        )
    else:
        yield build_finding(bound, answer, Verdict.KEPT, f"the notice says how to reach the {_NAMES[who]}", looked=1)


def _locate_sentence(world: World, bound: Bound) -> str:
    """Return where the notice makes a promise of ``bound``, or the notice's name."""
    names = {p.name for p in world.policy.promises.values() if bound in list_checks(p)}
    sentences = world.policy.notice.sentences if world.policy.notice else ()
    return next((spell_place(s.place) for s in sentences if names & set(s.promises)), "notice.md")


def _plant_contacts(world: World, bound: Bound) -> Iterator[Plant]:
    firm, nobody = world.policy.firm, Contact()
    without = {
        "controller": replace(firm, controller=nobody),
        "deputy": replace(firm, deputy=nobody),
        "regulator": replace(firm, regulator=nobody),
    }
    firm = without[_choose_contact(bound)]
    yield Plant(f"no {_NAMES[_choose_contact(bound)]}", policy=replace(world.policy, firm=firm))


# --- attested ------------------------------------------------------------------------------------------------


def _ask_attested(_world: World, _bound: Bound) -> Iterator[CheckQuestion]:
    yield CheckQuestion("")


def _judge_attested(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    given = bound.parameters
    by, on, that = str(given["by"]), str(given["on"]), str(given["that"])
    valid = read_duration(str(given["valid"])) if given.get("valid") else ATTESTATION_VALIDITY
    today, says, where = world.now.date(), f"{that} ({by}, {on})", spell_place(bound.place)
    if date.fromisoformat(on) > today:
        hint = f"correct the date at {where}"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, f"{says}: that day is to come", hint, basis=Basis.ATTESTED, looked=1
        )
    elif given.get("so", True) is False:
        hint = f"see to it, then attest it again: by, on and so: true at {where}"
        yield build_finding(bound, answer, Verdict.BROKEN, f"{by} found on {on} that it is not so: {that}", hint,
                            basis=Basis.ATTESTED, looked=1)  # fmt: skip
    elif old := describe_staleness(on, valid, today):
        hint = f"look again, and write who did and when: {where}"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, f"{that}: {by} attested it {old}", hint, basis=Basis.ATTESTED, looked=1
        )
    else:
        yield build_finding(bound, answer, Verdict.KEPT, says, basis=Basis.ATTESTED, looked=1)


def _plant_attested(_world: World, bound: Bound) -> Iterator[Plant]:
    yield Plant(
        "somebody who found that it is not so", bound=replace(bound, parameters={**bound.parameters, "so": False})
    )


CHECKS = (
    Check(
        "rights.reach",
        "A plan reaches everything that is held about a person",
        "Works out, from the maps and without looking at anybody, whether the plan of a right reaches each collection "
        "with personal data; and counts the values of identities and mentions that are spelled otherwise than the map "
        "declares, so that nobody is found by them. Broken where rows are nobody's, or where there are such values; "
        "unknown where columns are undecided, where there are "
        "tables that no map mentions or the account is not told of every table, where there was not time to read every "
        "value whose spelling a pattern leaves in doubt, or where Bailee may not change the system.",
        _ask_reach,
        _judge_reach,
        _plant_reach,
        {
            "right": Parameter("text", "the right; left out: erase", one_of=RIGHTS),
            "system": SYSTEM,
        },
        unit="collection",
    ),
    Check(
        "systems.sealed",
        "What customers store with us is theirs",
        "Counts, in systems whose data belongs to customers (role: processor), the rows that belong to none: those "
        "nobody could be given back. Broken where there are any, or nothing says whose they are; unknown where there "
        "are tables that no map mentions. That nobody passes data on is a matter of accounts and contracts, and "
        "attested.",
        _ask_sealed,
        _judge_sealed,
        _plant_sealed,
        {"system": SYSTEM, MAY_BE_EMPTY: EMPTY},
    ),
    Check(
        "holds.lawful",
        "What is kept back is kept by a law, and not for ever",
        "Broken where a hold cites no law (no act, article, section or number) or has no end; unknown where it has "
        "ended, or nothing is under it. Whether the law says so is for a lawyer.",
        _ask_holds,
        _judge_holds,
        _plant_holds,
        unit="hold",
        on_tables=False,
    ),
    Check(
        "contacts.given",
        "Somebody answers",
        "Broken where bailee.yaml or the notice does not say who, and how to reach them.",
        _ask_contacts,
        _judge_contacts,
        _plant_contacts,
        {"who": Parameter("text", "who; left out: the controller", one_of=WHO)},
        unit="contact",
        on_tables=False,
    ),
    Check(
        "attested",
        "Somebody looked, and says so",
        "For what no machine can see. Broken where they found that it is not so; unknown when their word is older than "
        "`valid` (a year).",
        _ask_attested,
        _judge_attested,
        _plant_attested,
        {
            "by": Parameter("text", "who looked", required=True),
            "on": Parameter("date", "when", required=True),
            "that": Parameter("text", "what is so", required=True),
            "valid": Parameter("period", "how long their word holds, ISO 8601; left out: a year"),
            "so": Parameter("yes or no", "false: it is not so"),
        },
        unit="statement",
        on_tables=False,
    ),
)
