"""The demo's notice makes every promise of the firm; its lights tell the truth, and following a hint mends them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.checks import PromiseResult, Verdict, find_problems
from bailee.cli.app import run
from bailee.demo import build
from bailee.engine.checking import run_checks
from bailee.notice import assess_coverage
from bailee.policy import Policy, load

TODAY = datetime.now(UTC).date()

MISSION = {
    "not-sold", "third-party-authorised",
    "copy-on-request", "correction-on-request", "deletion-on-request", "kept-where-law-requires",
    "only-what-is-needed", "customer-content-is-theirs",
    "list-members-known", "few-mailings", "unsubscribe-always",
    "customer-data-kept-for", "calls-kept-for",
    "stored-in-region", "elsewhere-same-standard", "encrypted-at-rest", "keys-protected",
    "backups-encrypted", "backups-location",
    "staff-access-limited", "staff-vetted", "processors-named",
    "questions-answered", "concerns-to-controller",
}  # fmt: skip
"""What the firm that Bailee was first made for promises its customers, as ids of the catalogue."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("firm") / "demo", today=TODAY).folder


@pytest.fixture(scope="module")
def policy(built: Path) -> Policy:
    return load(built)


Lights = Mapping[str, PromiseResult]


def lights(folder: Path) -> Lights:
    return {kept.promise: kept for kept in run_checks(folder).promises}


@pytest.fixture(scope="module")
def first(built: Path) -> Lights:
    return lights(built)


@pytest.fixture
def firm(built: Path, first: Lights, tmp_path: Path) -> Path:
    """A firm of this test's own that was looked at once."""
    assert first
    return Path(shutil.copytree(built, tmp_path / "firm"))


# --- the words -------------------------------------------------------------------------------------------------


def test_every_sentence_is_bound_or_plain_and_none_is_blamed(policy: Policy) -> None:
    assert policy.notice
    found = assess_coverage(policy, policy.notice, datetime.now(UTC))
    assert (found.loose, found.lints, found.percent) == ((), (), 100)
    assert len(found.bound) > 2 * len(found.plain)


def test_the_notice_makes_every_promise_of_the_firm(policy: Policy) -> None:
    assert policy.notice
    made = {policy.promises[name].promise for sentence in policy.notice.sentences for name in sentence.promises}
    assert made >= MISSION


def test_every_promise_is_bound_to_checks_that_there_are(policy: Policy) -> None:
    assert find_problems(policy) == ()
    assert all(promise.checks for promise in policy.promises.values())


# --- the lights ------------------------------------------------------------------------------------------------

BROKEN = {"address-books-handed-back", "calls-six-years", "customers-six-years"}
"""Nobody has carried the retention rules out: who left long ago is still there."""

UNKNOWN = {"staff-vetted", "transfers-safeguarded"}
"""Somebody's word has grown old: on the staff, and on a processor's certificate."""


def test_some_lights_are_broken_and_some_unknown_and_each_says_what_to_do(first: Lights) -> None:
    assert {name for name, kept in first.items() if kept.verdict is Verdict.BROKEN} == BROKEN
    assert {name for name, kept in first.items() if kept.verdict is Verdict.UNKNOWN} == UNKNOWN
    assert all(f.hint for kept in first.values() for f in kept.findings if f.verdict is not Verdict.KEPT)


def said(kept: PromiseResult, verdict: Verdict) -> str:
    """Return the first hint that goes with a verdict."""
    return next(finding.hint for finding in kept.findings if finding.verdict is verdict)


@pytest.mark.parametrize(
    ("light", "rule"),
    [
        ("calls-six-years", "calls"),
        ("customers-six-years", "customers"),
        ("address-books-handed-back", "handed_back"),
    ],
)
def test_carrying_out_the_plan_that_the_hint_names_mends_a_broken_light(
    light: str, rule: str, first: Lights, firm: Path
) -> None:
    kept = first[light]
    hints = " ".join(f.hint for f in kept.findings)
    assert f"bailee plan retain {rule} --out" in hints
    for number in range(3):  # a line waits for its calls, and these go by a rule of their own
        for name in dict.fromkeys(re.findall(r"bailee plan retain (\w+) --out", hints)):
            plan = str(firm / f"due-{number}-{name}.plan")
            assert run(["plan", "retain", name, "--out", plan, "--policy", str(firm)]) == 0
            assert run(["apply", plan, "--policy", str(firm)]) == 0
        kept = lights(firm)[light]
        hints = " ".join(f.hint for f in kept.findings)
        if kept.verdict is Verdict.KEPT:
            return
    raise AssertionError(kept)


def test_a_line_that_waits_for_its_calls_is_told_with_what_lets_it_go(first: Lights) -> None:
    (waits,) = [f for f in first["customers-six-years"].findings if "wait for rows that stay" in f.says]
    assert (waits.about, waits.verdict, waits.count) == ("phones.line", Verdict.BROKEN, 2)
    assert "phones.call_record (line_id) goes by the rule calls, 2 rows wait for it" in waits.says
    assert "bailee plan retain calls" in waits.hint


def set_date(line: str, key: str) -> str:
    return re.sub(rf"\b{key}: \d{{4}}-\d\d-\d\d", f"{key}: {TODAY}", line)


@pytest.mark.parametrize(("light", "key"), [("staff-vetted", "on"), ("transfers-safeguarded", "certified_on")])
def test_writing_the_new_date_where_the_hint_points_mends_an_unknown_light(
    light: str, key: str, first: Lights, firm: Path
) -> None:
    place = re.search(r"(\w+\.yaml):(\d+)", said(first[light], Verdict.UNKNOWN))
    assert place
    page = firm / place[1]
    lines = page.read_text().splitlines()
    here = int(place[2]) - 1
    block = next(n for n in range(here, len(lines)) if f"{key}: " in lines[n])
    assert block - here < 10
    lines[block] = set_date(lines[block], key)
    page.write_text("\n".join(lines) + "\n")
    assert lights(firm)[light].verdict is Verdict.KEPT
