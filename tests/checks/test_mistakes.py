"""A promise that binds what there is not is refused, all mistakes at once, each with its code, place and hint."""

from __future__ import annotations

import pytest

from bailee.checks import PROMISES, find_problems, list_checks, load_checks
from bailee.checks.problems import CODES
from bailee.policy import PolicyError, Promise, load
from tests.checks.firm import Firm

MISTAKES = [
    ("K101", "retention.cieling: {rule: calls}", 'did you mean "retention.ceiling"?'),
    ("K102", "retention.ceiling: {rules: calls}", 'did you mean "rule"?'),
    ("K102", "holds.lawful: {rule: calls}", "it takes none"),
    ("K103", "rows.have: {collection: member}", "columns that must be filled in"),
    ("K104", "rows.at_most: {collection: mailing, at: sent_at, within: a year, most: 2}", "write it as P1Y"),
    ("K104", "rows.at_most: {collection: mailing, at: sent_at, within: P1Y, most: few}", "write 2"),
    ("K104", "rows.only_where: {collection: line, where: recording_since = null}", "an empty cell is found"),
    ("K104", "contacts.given: {who: controler}", 'did you mean "controller"?'),
    ("K104", "attested: {by: Maeve, on: last May, that: it is so}", "write it as 2026-10-01"),
    ("K105", "retention.ceiling: {rule: call}", 'did you mean "calls"?'),
    ("K105", "rows.have: {collection: office.members, columns: origin}", 'did you mean "office.member"?'),
    ("K105", "transport.tls: {system: ofice}", 'did you mean "office"?'),
    ("K105", "processors.transfer: {processor: smtp2}", 'did you mean "smtp2go"?'),
]


@pytest.mark.parametrize(
    ("code", "check", "hint"), MISTAKES, ids=[f"{c} {t.partition(':')[0]}" for c, t, _ in MISTAKES]
)
def test_a_mistake_is_told_with_its_place_and_what_was_probably_meant(
    firm: Firm, code: str, check: str, hint: str
) -> None:
    firm.promises("systems.reachable", check)
    (problem,) = find_problems(load(firm.folder))
    assert problem.code == code
    assert hint in problem.hint
    assert (problem.place.file, problem.place.line) == ("promises.yaml", 5)
    with pytest.raises(PolicyError):
        firm.look()


def test_a_promise_that_the_catalogue_does_not_have_is_told(firm: Firm) -> None:
    firm.write("promises.yaml", "it:\n  says: it is so\n  promise: not-sould\n")
    (problem,) = find_problems(load(firm.folder))
    assert (problem.code, problem.hint) == ("K106", 'did you mean "not-sold"?')


def test_a_promise_of_the_catalogue_brings_its_checks(firm: Firm) -> None:
    firm.write("promises.yaml", "it:\n  says: it is so\n  promise: copy-on-request\n")
    policy = load(firm.folder)
    assert find_problems(policy) == ()
    (bound,) = list_checks(policy.promises["it"])
    assert (bound.check, dict(bound.parameters)) == ("rights.reach", {"right": "copy"})
    assert bound.place.file == "promises.yaml"


def test_all_mistakes_come_at_once(firm: Firm) -> None:
    firm.promises("nonsense", "rows.have: {collection: nobody}")
    assert sorted(p.code for p in find_problems(load(firm.folder))) == ["K101", "K103", "K105"]


def test_each_promise_of_the_catalogue_is_bound_to_checks_that_there_are() -> None:
    for standard in PROMISES.values():
        assert len(standard.says) > 1
        for bound in list_checks(Promise("it", "it is so", standard.id)):
            check = load_checks()[bound.check]
            assert set(bound.parameters) <= set(check.parameters)


def test_each_code_is_tried_here() -> None:
    assert {code for code, _, _ in MISTAKES} | {"K106"} == set(CODES)
