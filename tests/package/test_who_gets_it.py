"""A copy says who else has the data, by which interests, under which safeguards, and how to have a copy of these."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from bailee.engine.copying import _hosts
from bailee.engine.package.model import Duration, Transfer
from bailee.engine.package.pages import index_page
from bailee.policy.model import Location, Mechanism
from bailee.policy.words import safeguard
from tests.package.sample import ABOUT


def _house(*operators: str) -> Any:
    systems = {
        f"s{n}": SimpleNamespace(title=f"System {n}", location=Location("IE", operator))
        for n, operator in enumerate(operators)
    }
    policy = SimpleNamespace(systems=systems, firm=SimpleNamespace(name="Quill Ltd"))
    return cast("Any", SimpleNamespace(policy=policy))


def test_the_firm_that_runs_the_machines_is_a_recipient_and_we_are_none() -> None:
    house = _house("Liffey Hosting", "our own server", "Liffey Hosting", "Quill Ltd", "", "Mailing Co", "own server")
    found = list(_hosts(house, house.policy.systems, {"Mailing Co"}))
    assert [(one.name, one.purpose, one.country) for one in found] == [
        ("Liffey Hosting", "operates the machine of System 0, System 2", "Ireland")
    ]


def test_what_is_certified_for_the_united_kingdom_is_certified_to_the_extension() -> None:
    assert "UK Extension to the EU-US Data Privacy Framework" in safeguard(Mechanism.DPF, "uk")
    assert "UK Extension" not in safeguard(Mechanism.DPF, "eu")


def test_a_copy_says_interests_how_to_have_the_safeguards_and_why_something_stays() -> None:
    moved = (Transfer("United States", "Mailing Co", "under the International Data Transfer Agreement"),)
    held = (Duration("invoices", "six years", "Companies Act 2006"),)
    interests = ("We rest it on our legitimate interest in X.",)
    about = replace(ABOUT, regime="uk", transfers=moved, holds=held, interests=interests)
    page = index_page(about, []).decode()
    assert "you can have a copy: ask us (UK GDPR Art. 13(1)(f))" in page
    assert "We rest it on our legitimate interest in X." in page
    assert "(UK GDPR Art. 17(3)(b))" in page
    none = index_page(replace(ABOUT, transfers=(), holds=(), interests=()), []).decode()
    assert "names no legitimate interest" in none
    assert "you can have a copy: ask us" not in none
    assert "17(3)" not in none
