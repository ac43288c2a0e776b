"""Rows past their time, rows gone before it, and whether the words say the period of the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bailee.checks.made_up_rows import KEY, MadeUpRows, make_ended_party, make_key, make_old_row, satisfy_predicate
from bailee.checks.model import (
    Check,
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    EarlierLook,
    Failure,
    Parameter,
    Plant,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.overdue_rows import Keys, build_overdue_count, build_staying_count, list_waiting_parts, merge_keys
from bailee.checks.promises import list_checks
from bailee.checks.scope import EMPTY, MAY_BE_EMPTY, ask_unread, list_maps, list_rules
from bailee.checks.words import list_names, locate_firm_key, pluralise_kind, spell_kinds, spell_place, spell_rows
from bailee.policy import Bound, Mode, Period, RetentionRule
from bailee.policy.dates import first_day_not_due
from bailee.policy.dates import words as period_words
from bailee.policy.predicate import ALWAYS, Compare, IsNull
from bailee.trace import BoundMap, Trace, build_retention_trace
from bailee.trace.bind import RowReference
from bailee.trace.retain import find_start_column, find_waiting_reasons
from bailee.trace.row_counts import ASKED, Counting, Days, NotADay, SetCount, trace_rows
from bailee.trace.schema import ColumnKind
from bailee.trace.set_names import SetKind
from bailee.trace.sets import or_

RULE = Parameter("rule", "a rule of retention.yaml; left out: all of them")


# --- past their time -----------------------------------------------------------------------------------------


def _ask_past(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    if isinstance(world.staying, Failure):
        yield CheckQuestion("", failure=world.staying)
        return
    for rule in list_rules(world, bound):
        having = [
            s for s in world.policy.systems.values() if any(c.retain == rule.name for c in s.collections.values())
        ]
        if not having:
            yield CheckQuestion(rule.name, part=f"nobody {rule.name}")
        for system, m in list_maps(world, bound):
            names = [c.name for c in m.system.collections.values() if c.retain == rule.name]
            if not names:
                continue
            trace = build_retention_trace(m, rule, world.now.date())
            stays = [one.keys.get(system, {}) for one in world.staying]
            for name in names:
                yield from _ask_collection(system, trace, name, rule, stays)
            if any(find_start_column(rule, name) is None for name in names):
                ends = [(b.name, b.collection.ends) for b in m.bound.values() if b.collection.ends]
                yield from (q for name, column in ends if column for q in _ask_undated(m, name, column, rule))


def _ask_collection(
    system: str, trace: Trace, name: str, rule: RetentionRule, stays: Sequence[Keys]
) -> Iterator[CheckQuestion]:
    about, m, column = f"{system}.{name}", trace.map, find_start_column(rule, name)
    whole = SetCount(trace_rows(m, name, ALWAYS), ASKED)

    def build_question(counting: Counting, part: str) -> CheckQuestion:
        return CheckQuestion(about, "count", system, counting, f"{part} {rule.name}", whole=whole, sized="rows")

    yield build_question(build_overdue_count(trace, name, merge_keys(stays)), "due")
    for number, keys in enumerate(stays):
        counting = build_staying_count(trace, name, keys, waits=True)
        if counting is not None:
            yield build_question(counting, f"stays:{number}")
    if SetKind.UNDATED(name) in trace.sets:
        yield build_question(SetCount(trace, SetKind.UNDATED(name)), "undated")
    if column is not None:
        yield from _ask_undated(m, name, column, rule)


def _ask_undated(m: BoundMap, name: str, column: str, rule: RetentionRule) -> Iterator[CheckQuestion]:
    """Yield how many rows have something in ``column`` that is no date, where the system lets them."""
    if not m.schema.kind.has_typed_columns and m.bound[name].table.columns[column].kind in _OF_TIME:
        counting, whole = (SetCount(trace_rows(m, name, where), ASKED) for where in (NotADay(column), ALWAYS))
        about, part = f"{m.system.name}.{name}", f"undated {rule.name}"
        yield CheckQuestion(about, "count", m.system.name, counting, part, whole=whole, sized="rows")


_OF_TIME = frozenset({ColumnKind.DATE, ColumnKind.TIME})


def _judge_past(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    part, rule_name = answer.question.part.split(" ", 1)
    rule, name = world.policy.retention[rule_name], answer.question.about
    if part == "nobody":
        says = f"no collection has the rule {rule_name}, so that nothing goes by it"
        hint = f"write retain: {rule_name} on the collections that it is for, or take it out: {spell_place(rule.place)}"
        public = "nothing is bound to this period yet"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=rule.place, public=public, looked=0)
        return
    count, kept_for = answer.count, period_words(rule.period)
    if part == "due":
        yield _judge_overdue(world, bound, answer, rule)
    elif part.startswith("stays:") and count:
        assert not isinstance(world.staying, Failure)
        one = world.staying[int(part.removeprefix("stays:"))]
        past, stay = ("its", "stays") if count == 1 else ("their", "stay")
        says = f"{spell_rows(count)} of {name} past {past} {kept_for} {stay}: {_BY[one.by]} ({one.law})"
        public = f"{spell_kinds(count, name)} past their {kept_for}, which must stay by law"
        yield build_finding(bound, answer, Verdict.KEPT, says, count=count, public=public)
    elif part == "undated" and count:
        says = f"{spell_rows(count)} of {name} have no date to count from, so their time cannot be told"
        hint = (
            "`bailee check retention.ceiling --sql` shows the query that finds them; fill the date in, or let the rule"
            f" count from another one: {spell_place(rule.place)}"
        )
        public = f"{spell_kinds(count, name)} without a date to count from"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, count=count, place=rule.place, public=public)


def _judge_overdue(world: World, bound: Bound, answer: CheckAnswer, rule: RetentionRule) -> CheckFinding:
    """Return what is found of the rows that are past their time: those that wait are overdue too (25)."""
    name, system, kept_for = answer.question.about, answer.question.system, period_words(rule.period)
    count, goes, *parts = map(int, answer.value[0] if len(answer.value[0]) > 1 else answer.value[0] * 2)
    if not count:
        says, public = (
            f"no row of {name} is past its {kept_for}",
            f"no {pluralise_kind(name)} are past their {kept_for}",
        )
        return build_finding(bound, answer, Verdict.KEPT, says, count=0, public=public)
    what = "anonymised" if rule.then is not None else "deleted"
    public = f"{spell_kinds(count, name)} past {'its' if count == 1 else 'their'} {kept_for}"
    if goes == count:
        says = f"{spell_rows(count)} of {name}: kept longer than {kept_for}, should have been {what}, and under no hold"
        hint = _suggest_deletion(world, system, rule)
        return build_finding(bound, answer, Verdict.BROKEN, says, hint, count=count, place=rule.place, public=public)
    stays, hints, kinds_of_children = _explain_waiting(world, answer, rule, parts)
    if goes:
        says = f"{spell_rows(count)} of {name}: kept longer than {kept_for}, and under no hold. {goes:,} may go now;"
        says = f"{says} {count - goes:,} {'waits' if count - goes == 1 else 'wait'} for rows that stay: {stays}"
        public = f"{public}, of which {count - goes:,} {'waits' if count - goes == 1 else 'wait'} since"
        hints = [_suggest_deletion(world, system, rule), *hints]
    else:
        says = f"{spell_rows(count)} of {name}: kept longer than {kept_for}, and {'waits' if count == 1 else 'wait'}"
        says = f"{says} for rows that stay: {stays}"
        public = f"{public}, which {'waits' if count == 1 else 'wait'} since"
    public = f"{public} {kinds_of_children} that stay point to {'it' if count - goes == 1 else 'them'}"
    return build_finding(
        bound, answer, Verdict.BROKEN, says, "; ".join(hints), count=count, place=rule.place, public=public
    )


def _explain_waiting(
    world: World, answer: CheckAnswer, rule: RetentionRule, parts: Sequence[int]
) -> tuple[str, list[str], str]:
    """Return for which rows others wait, how many, how the map is changed, and what these are for the public."""
    question, m = answer.question, world.maps[answer.question.system]
    collection = question.about.partition(".")[2]
    known = find_waiting_reasons(m, rule, collection)
    keys = list_waiting_parts(build_retention_trace(m, rule, world.now.date()), collection).values()
    told = [(*known[key], count) for key, count in zip(keys, parts, strict=True) if count]
    system = f"{m.system.name}."
    stays = ", ".join(f"{system}{why}, {spell_rows(n)} {'waits' if n == 1 else 'wait'} for it" for _, why, n in told)
    hints = dict.fromkeys(_suggest_rule(m, r, rule) for r, _, _ in told)
    return stays, list(hints), list_names(dict.fromkeys(pluralise_kind(r.child) for r, _, _ in told))


def _suggest_rule(m: BoundMap, r: RowReference, rule: RetentionRule) -> str:
    """Return how the map is changed so that rows of ``r.child`` go with, or before, what they point to."""
    child, system = m.bound[r.child].collection, m.system
    if child.name not in system.collections:
        return f"put {child.table} on the map with retain: {rule.name}: {spell_place(system.place)}"
    where, start = spell_place(child.place), ""
    if rule.from_ and "*" not in rule.from_ and child.name not in rule.from_:
        start = f", with the column that it counts from under from: at {spell_place(rule.place)}"
    if child.retain is None:
        law = "or the hold by which a law keeps them"
        return f"write retain: {rule.name} on {child.name}{start}, {law}: {where}"
    if child.retain != rule.name:
        plan = f"`bailee plan retain {child.retain} --out {child.retain}.plan`"
        way = f"carry out what {child.name} goes by, {plan}, and apply it"
        return f"{way}; or write retain: {rule.name} on {child.name}{start}: {where}"
    return (
        f"see why rows of {child.name} are not due, and whether from: counts them from the right date:"
        f" {spell_place(rule.place)}"
    )


_BY = {"hold": "a hold placed by hand", "restriction": "a restriction"}


def _suggest_deletion(world: World, system: str, rule: RetentionRule) -> str:
    """Return what to do about rows of ``system`` that are past their time, as far as the policy lets Bailee go."""
    firm, place, plan = world.policy.firm, world.policy.systems[system].place, f"{rule.name}.plan"
    look, leave = f"`bailee plan retain {rule.name}` shows what would go", []
    if firm.mode is Mode.OBSERVE:
        look = "`bailee check retention.ceiling --sql` shows the query that finds them"
    if firm.mode is not Mode.ACT:
        leave.append(f"write mode: act at {locate_firm_key(firm, 'mode')}")
    if world.policy.systems[system].write_url is None:
        leave.append(
            f"give {system} a write_url at {spell_place(place)} (`bailee grants {system}` prints the account's SQL)"
        )
    if leave:
        return f"{look}; delete them by hand, or let Bailee do it: {', and '.join(leave)}, then look again"
    return f"`bailee plan retain {rule.name} --out {plan}` shows them, and `bailee apply {plan}` carries it out"


def _plant_past(world: World, bound: Bound) -> Iterator[Plant]:
    for rule in list_rules(world, bound):
        for system, m in list_maps(world, bound):
            for c in m.system.collections.values():
                if c.retain != rule.name:
                    continue
                first = first_day_not_due(rule.period, world.now.date())
                day = date(max(first.year - 3, 1), 1, 2)
                column = find_start_column(rule, c.name)
                made = make_old_row(m, c.name, day) if column else make_ended_party(m, c.name, day)
                if made:
                    says = f"a row of {system}.{c.name} from {day.year}, past its {period_words(rule.period)}"
                    yield Plant(says, rows=tuple((f"{system}.{name}", cells) for name, cells in made))
                    yield from _plant_waiting(m, c.name, made, says)


def _plant_waiting(m: BoundMap, name: str, made: MadeUpRows, says: str) -> Iterator[Plant]:
    """Yield an overdue row to which a row without a rule points: it waits, and is overdue all the same (25)."""
    own = dict(made[0][1])
    for r in m.children_of(name):
        child = m.bound[r.child].collection
        cells, there = satisfy_predicate(r.when_child), satisfy_predicate(r.when_parent)
        if child.retain is None and r.child != name and cells is not None and there is not None:
            row = {**make_key(m, r.child), **cells, **{theirs: own.get(mine, KEY) for mine, theirs in r.on}}
            parent = {**own, **there, **{mine: own.get(mine, KEY) for mine, _ in r.on}}
            rows = ((name, parent), *made[1:], (r.child, row))
            says = f"{says}, and a row of {m.system.name}.{r.child} that points to it and stays"
            yield Plant(says, rows=tuple((f"{m.system.name}.{where}", one) for where, one in rows))
            return


# --- gone before their time ----------------------------------------------------------------------------------


def _ask_early(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    yield from ask_unread(world, bound)
    for rule in list_rules(world, bound):
        for system, m in list_maps(world, bound):
            for c in m.system.collections.values():
                if c.retain != rule.name or c.name not in m.bound:
                    continue
                column, about = find_start_column(rule, c.name), f"{system}.{c.name}"
                if column:
                    first = first_day_not_due(rule.period, world.now.date())
                    within = or_(Compare(column, ">=", first), IsNull(column))
                    counting = Days(trace_rows(m, c.name, within), ASKED, column)
                    yield CheckQuestion(about, "count", system, counting, f"days {rule.name}")
                else:
                    yield CheckQuestion(
                        about, "count", system, SetCount(trace_rows(m, c.name, ALWAYS), ASKED), f"all {rule.name}"
                    )


UNDATED = "no day"
"""The day of rows that have none: in no order before those that have one, so that they are compared too."""


def name_look(about: str, rule: str) -> str:
    """Return under which name a look at a collection is remembered for the next one."""
    return f"{about} {rule}"


def read_look(answer: CheckAnswer) -> Mapping[str, int]:
    """Return what a look saw, to be remembered: rows by day, or in all."""
    if answer.question.part.startswith("all "):
        return {"": answer.count}
    return {UNDATED if day is None else str(day): int(count) for day, count in answer.value}


def _judge_early(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    part, rule_name = answer.question.part.split(" ", 1)
    rule, about = world.policy.retention[rule_name], answer.question.about
    before, now = world.looks.get(name_look(about, rule_name)), read_look(answer)
    total = sum(now.values())
    if before is None:
        says = f"first look at {about}: nothing to compare with yet; {spell_rows(total)} are remembered"
        hint = "run `bailee check` every day: rows that go before their time show from the second time on"
        public = f"{pluralise_kind(about)} were looked at for the first time, and there is nothing to compare with yet"
        yield build_finding(
            bound, answer, Verdict.UNKNOWN, says, hint, count=total, place=rule.place, public=public, looked=0
        )
        return
    first = first_day_not_due(rule.period, world.now.date()).isoformat()
    lost = {
        day: count - now.get(day, 0)
        for day, count in before.days.items()
        if (not day or day >= first) and count > now.get(day, 0)
    }
    compared = sum(count for day, count in before.days.items() if not day or day >= first)
    went = max(0, sum(lost.values()) - before.deleted)
    since = f"{before.at:%Y-%m-%d %H:%M} UTC"
    if went:
        days = f", of {list_names(sorted(day for day in lost if day))}" if part == "days" else ""
        says = f"{spell_rows(went)} of {about} went before their {period_words(rule.period)} since {since}{days}"
        hint = (
            f'bring them back from a backup; or, where you know why they went, strike "{name_look(about, rule_name)}"'
            f" from looks in {world.policy.firm.books}/checks.json, and the next look starts again"
        )
        public = f"{spell_kinds(went, about)} went before their {period_words(rule.period)}"
        yield build_finding(
            bound, answer, Verdict.BROKEN, says, hint, count=went, place=rule.place, public=public, looked=compared
        )
    elif not compared:
        says = f"at the look of {since} no row of {about} was within its time, so that there is nothing to compare with"
        hint = (
            f"look again when there are such rows; or put attested in place of this check: {spell_place(bound.place)}"
        )
        public = f"there were no {pluralise_kind(about)} to compare with"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, count=0, of=total, public=public, looked=0)
    else:
        by_plans = f", but {before.deleted:,} by plans" if before.deleted else ""
        what = f"no day of {about} has lost rows" if part == "days" else f"{about} has not lost rows"
        public = f"no {pluralise_kind(about)} went before their {period_words(rule.period)} since {since}"
        yield build_finding(
            bound,
            answer,
            Verdict.KEPT,
            f"{what} since {since}{by_plans}",
            count=0,
            of=total,
            public=public,
            looked=compared,
        )


def _plant_early(world: World, bound: Bound) -> Iterator[Plant]:
    today = world.now.date().isoformat()
    for question in _ask_early(world, bound):
        if question.kind == "count":
            part, rule = question.part.split(" ", 1)
            key = name_look(question.about, rule)
            looks = {key: EarlierLook(world.now - timedelta(days=1), {today if part == "days" else "": 7})}
            yield Plant(f"seven rows of {question.about} that were there yesterday", looks=looks)


# --- the period in words -------------------------------------------------------------------------------------

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(_ONES)}
_NUMBERS |= {ten: 10 * number for number, ten in enumerate(_TENS, 2)}
_NUMBERS |= {f"{ten}-{_ONES[one]}": 10 * number + one for number, ten in enumerate(_TENS, 2) for one in range(1, 10)}
_UNITS = {"year": (12, 0), "month": (1, 0), "week": (0, 7), "day": (0, 1)}
_PERIOD = re.compile(
    rf"\b(\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True)).replace('-', '[- ]')})[\s-]+({'|'.join(_UNITS)})s?\b",
    re.IGNORECASE,
)


def find_periods(words: str) -> list[Period]:
    """Return the periods that ``words`` name: ``six years``, ``90 days``."""
    found_ = []
    for number, unit in _PERIOD.findall(words):
        count = int(number) if number.isdigit() else _NUMBERS[number.lower().replace(" ", "-")]
        months, days = _UNITS[unit.lower()]
        found_.append(Period(count * months, count * days))
    return found_


def _ask_period(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    return (CheckQuestion(rule.name) for rule in list_rules(world, bound))


def _judge_period(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    rule = world.policy.retention[answer.question.about]
    kept_for = period_words(rule.period)
    promises = {p.name for p in world.policy.promises.values() if bound in list_checks(p)}
    notice = world.policy.notice
    sentences = [s for s in (notice.sentences if notice else ()) if promises & set(s.promises)]
    wrong = [(s, p) for s in sentences for p in find_periods(s.words) if p != rule.period]
    right = [s for s in sentences if rule.period in find_periods(s.words)]
    if wrong:
        sentence, period = wrong[0]
        says = f"the notice says {period_words(period)}, and the rule {rule.name} says {kept_for}"
        hint = (
            f"write {{{{ retention.{rule.name} }}}} at {spell_place(sentence.place)}, or change the rule at"
            f" {spell_place(rule.place)}"
        )
        looked = len(sentences)
        yield build_finding(bound, answer, Verdict.BROKEN, says, hint, place=sentence.place, looked=looked)
    elif right:
        says = f"the notice and the rule {rule.name} both say {kept_for}"
        yield build_finding(bound, answer, Verdict.KEPT, says, looked=len(sentences),
                            public=f"our systems go by {kept_for}, as this notice says")  # fmt: skip
    else:
        says = f"no sentence of the notice that is bound to this promise names a period; the rule says {kept_for}"
        name = next(iter(sorted(promises)), "NAME")
        hint = f"write [kept for {{{{ retention.{rule.name} }}}}]{{promise={name}}} in notice.md, in words of your own"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, looked=len(sentences))


def _plant_period(world: World, bound: Bound) -> Iterator[Plant]:
    for rule in list_rules(world, bound):
        longer = replace(rule, period=Period(rule.period.months + 13, rule.period.days))
        changed = replace(world.policy, retention={**world.policy.retention, rule.name: longer})
        yield Plant(f"the rule {rule.name} with another period", policy=changed)


CHECKS = (
    Check(
        "retention.ceiling",
        "No row is kept past its time",
        "Counts the rows whose retention has passed and that no hold keeps: what `bailee plan retain` would delete or "
        "anonymise today, and what waits since rows that stay point to it. Broken where there are any; unknown where "
        "rows have no date to count from, or no collection has the rule. For which rows others wait, and how the map "
        "is changed, is told. Rows that stay by a hold placed by hand, or since a person has their data restricted, "
        "are told and do not count: unknown where whose they are cannot be told. It says nothing of backups.",
        _ask_past,
        _judge_past,
        _plant_past,
        {"rule": RULE, MAY_BE_EMPTY: EMPTY},
    ),
    Check(
        "retention.floor",
        "No row goes before its time",
        "Compares how many rows there are of each day, among those whose retention has not passed, with the last look; "
        "what applied plans deleted since is taken off. Broken where a day has lost rows; the first look is unknown, "
        "for nothing can be compared, and so is one after a look that saw no such row. Where the period runs from the "
        "end of a relationship, rows are counted as a whole: a row that goes on the day another comes does not show.",
        _ask_early,
        _judge_early,
        _plant_early,
        {"rule": RULE},
    ),
    Check(
        "retention.period",
        "The notice says the period of the rule",
        "Reads the periods in the sentences that are bound to the promise. Broken where one differs from the rule; "
        "unknown where no sentence names a period.",
        _ask_period,
        _judge_period,
        _plant_period,
        {"rule": RULE},
        unit="sentence",
        on_tables=False,
    ),
)
