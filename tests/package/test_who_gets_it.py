"""A copy says who else has the data, by which interests, under which safeguards, and how to have a copy of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bailee.engine.copies import _quote_interests
from bailee.engine.package.model import Duration
from bailee.engine.package.model import ThirdCountryTransfer as Moved
from bailee.engine.package.pages import write_index
from bailee.engine.recipients import is_ours, list_recipients, list_transfers
from bailee.policy import Backups, Firm, Location, Mechanism, Policy, Processor, System, Transfer
from bailee.policy.countries import country_name
from bailee.policy.processors import safeguard_in_words
from tests.package.sample import ABOUT


def _systems(*places: str | Location, regime: str = "uk", processors: Sequence[Processor] = ()) -> Any:
    """A firm with a system at each of ``places``; a text is who operates one in Ireland."""
    located = [one if isinstance(one, Location) else Location("IE", one) for one in places]
    policy = Policy(
        Firm("Quill Ltd", regime=cast("Any", regime)),
        {f"s{n}": System(f"s{n}", f"System {n}", "sql", "", location=one) for n, one in enumerate(located)},
        {},
        {},
        processors={one.name: one for one in processors},
    )
    return cast("Any", SimpleNamespace(policy=policy, now=datetime(2026, 11, 24, tzinfo=UTC)))


def _told(systems: Any) -> list[tuple[str, str, str]]:
    return [
        (one.country, one.recipient, one.safeguard)
        for one in list_transfers(systems.policy, systems.policy.systems, systems.now.date())
    ]


def test_the_firm_that_runs_the_machines_is_a_recipient_and_we_are_none() -> None:
    mailing = Processor("mailing", "Mailing Co", "IE", "sends our mail", also=("MailCo",), systems=("s1",))
    systems = _systems(
        "Liffey Hosting", "our own server", "Liffey Hosting", "Quill Ltd", "", "Mailing Co", "mailco", "own server",
        processors=[mailing],
    )  # fmt: skip
    found = list_recipients(systems.policy, systems.policy.systems, systems.now.date())
    assert [(one.name, one.purpose, one.country) for one in found] == [
        ("Mailing Co", "sends our mail (has it from: System 1)", "Ireland"),
        ("Liffey Hosting", "operates the machine of: System 0; System 2", "Ireland"),
    ]


def test_a_firm_whose_name_begins_like_a_word_for_us_is_not_us() -> None:
    assert is_ours("us", "Quill Ltd")
    assert not is_ours("US Signal Hosting", "Quill Ltd")


WELL = "where the law finds data well protected"
UNSAFE = "our policy names none"
AGREED = Transfer(Mechanism.IDTA, assessed_on="2026-09-10")


@pytest.mark.parametrize(
    ("regime", "country", "move", "says"),
    [
        ("uk", "IE", None, WELL),
        ("uk", "DE", Transfer(Mechanism.ADEQUACY), WELL),
        ("eu", "IE", None, None),
        ("eu", "GB", None, WELL),
        ("uk", "GB", None, None),
        ("uk", "CA", None, f"{WELL}: organisations under PIPEDA"),
        ("uk", "US", None, UNSAFE),
        ("uk", "US", Transfer(Mechanism.ADEQUACY), UNSAFE),  # the law has no such decision, whatever the policy says
        ("uk", "US", AGREED, "under the International Data Transfer Agreement"),
        ("uk", "BR", Transfer(Mechanism.NONE), UNSAFE),
        ("eu", "BR", Transfer(Mechanism.DPF, certified_on="2026-09-10"), WELL),  # certified are firms in the US alone
    ],
)
def test_a_host_is_told_abroad_by_the_rule_of_a_processor(
    regime: str, country: str, move: Transfer | None, says: str | None
) -> None:
    here = Location({"uk": "GB", "eu": "IE"}[regime], "our own")
    processor = Processor("acme", "Acme", country, "hosting", transfer=move)
    name = country_name(country)
    told = [(name, "Acme", says)] if says else []
    assert _told(_systems(here, regime=regime, processors=[processor])) == told
    assert _told(_systems(Location(country, "acme"), regime=regime, processors=[processor])) == told
    if move is None:
        assert _told(_systems(Location(country, "Acme"), regime=regime)) == told


def test_every_place_abroad_is_told_once_and_our_own_machine_is_no_transfer() -> None:
    systems = _systems(
        Location("IE", "Liffey Hosting"),
        Location("IE", "Liffey Hosting", backups=Backups("US")),
        Location("US", "our own"),
        Location("US"),
        Location("", "Nowhere Hosting"),
        Location("GB", "Home Hosting", backups=Backups("GB")),
        Location("NZ", "Mailing Co"),
        processors=[Processor("mailing", "Mailing Co", "US", transfer=AGREED)],
    )
    assert _told(systems) == [
        ("United States", "Mailing Co", "under the International Data Transfer Agreement"),
        ("Ireland", "Liffey Hosting", WELL),
        ("New Zealand", "Mailing Co", "under the International Data Transfer Agreement"),
        ("United States", "our policy does not name who keeps the backups of: System 1", UNSAFE),
        ("United States", "our policy does not name who operates the machine of: System 3", UNSAFE),
    ]


def test_a_certificate_is_told_with_its_day_and_an_old_one_as_old() -> None:
    def said(day: str) -> str:
        move = Transfer(Mechanism.DPF, certified_on=day)
        return _told(_systems(processors=[Processor("acme", "Acme", "US", transfer=move)]))[0][2]

    certified = "certified to the UK Extension to the EU-US Data Privacy Framework"
    assert said("2026-08-14") == f"{certified} on 14 August 2026"
    assert said("2025-08-14") == f"{certified} on 14 August 2025; our policy names no later look"
    assert said("") == f"{certified}, our policy does not say since when"


def test_what_is_certified_for_the_united_kingdom_is_certified_to_the_extension() -> None:
    assert "UK Extension to the EU-US Data Privacy Framework" in safeguard_in_words(Mechanism.DPF, "uk")
    assert "UK Extension" not in safeguard_in_words(Mechanism.DPF, "eu")


def test_a_copy_says_interests_how_to_have_the_safeguards_and_why_something_stays() -> None:
    moved = (Moved("United States", "Mailing Co", "under the International Data Transfer Agreement"),)
    held = (Duration("invoices", "six years", "Companies Act 2006"),)
    interests = ("We rest it on our legitimate interest in X.",)
    about = replace(ABOUT, regime="uk", transfers=moved, holds=held, interests=interests)
    page = write_index(about, []).decode()
    assert "you can have a copy: ask us (UK GDPR Art. 13(1)(f))" in page
    assert "We rest it on our legitimate interest in X." in page
    assert "(UK GDPR Art. 17(3)(b))" in page
    none = write_index(replace(ABOUT, regime="uk", transfers=(), holds=(), interests=()), []).decode()
    assert "names no legitimate interest" in none
    assert "you can have a copy: ask us" not in none
    assert "17(3)" not in none


PLAIN = "# Privacy notice\n\nWhat we hold.{more}\n"
RESTED = "We rest mailings on our legitimate interest in telling {{ firm.name }}'s customers of what is new."


@pytest.mark.parametrize(
    ("notice", "says"),
    [
        (PLAIN.replace("{more}", ""), ()),
        (PLAIN.replace("{more}", f" {RESTED}"), (RESTED.replace("{{ firm.name }}", "Quill Ltd"),)),
        (PLAIN.replace("{more}", " The basis is Art. 6 (1) (f)."), ("The basis is Art. 6 (1) (f).",)),
        (
            PLAIN.replace("{more}", " We pursue legitimate business interests."),
            ("We pursue legitimate business interests.",),
        ),
        (PLAIN.replace("{more}", " {{ retention.nowhere }}"), None),
        (None, None),
    ],
)
def test_what_no_notice_says_is_said_of_none(tmp_path: Path, notice: str | None, says: tuple[str, ...] | None) -> None:
    if notice is not None:
        (tmp_path / "notice.md").write_text(notice, encoding="utf-8")
    systems = cast("Any", SimpleNamespace(folder=tmp_path, policy=Policy(Firm("Quill Ltd"), {}, {}, {})))
    assert _quote_interests(systems) == says
    page = write_index(replace(ABOUT, interests=_quote_interests(systems)), []).decode()
    assert ("Our privacy notice names no legitimate interest" in page) == (says == ())
    assert ("Our privacy notice says" in page) == bool(says)


def test_no_page_denies_an_interest_that_a_purpose_names() -> None:
    about = replace(ABOUT, interests=None, rests_on=("recording calls (UK GDPR Art. 6(1)(f))",))
    page = write_index(about, []).decode()
    assert "we rest on a legitimate interest (UK GDPR Art. 6(1)(f))" in page
    assert "Ask us which interest that is." in page
    assert "If you think that we rest" not in page
