"""Where data may go: each regime's list on its day, certifications, safeguards; and who is named in the notice."""

from __future__ import annotations

from datetime import date

import pytest

from bailee.checks.catalogue.processors import assess_transfer
from bailee.checks.countries import EEA, EU, LISTS, expand_areas, find_adequacy
from bailee.policy import Mechanism, Processor, Transfer
from bailee.policy.countries import country_name
from tests.checks.firm import Firm

TODAY = date(2026, 11, 24)


def judged(country: str, mechanism: str = "", *, regime: str = "uk", today: date = TODAY, **dates: str) -> str:
    move = Transfer(Mechanism(mechanism), **dates) if mechanism else None
    return str(assess_transfer(Processor("acme", "Acme", country, transfer=move), regime, today)[0])


@pytest.mark.parametrize(
    "country", ["GI", "CH", "NZ", "JP", "KR", "AR", "UY", "IL", "AD", "JE", "GG", "IM", "CA", "IE", "NO", "IS", "LI"]
)
def test_data_of_a_firm_in_the_uk_may_go_where_the_list_says(country: str) -> None:
    assert judged(country) == "kept"


@pytest.mark.parametrize("country", ["BR", "US", "IN", "AU", "ZA", "AQ"])
def test_elsewhere_it_may_not_go_without_a_safeguard(country: str) -> None:
    assert judged(country) == "broken"
    assert judged(country, "adequacy") == "broken"  # to say so does not make it so
    assert judged(country, "none") == "broken"


def test_brazil_is_adequate_for_the_eu_since_its_day_and_not_for_the_uk() -> None:
    assert judged("BR", regime="eu", today=date(2026, 1, 25)) == "broken"
    assert judged("BR", regime="eu", today=date(2026, 1, 26)) == "kept"
    assert judged("BR", regime="uk", today=date(2030, 1, 1)) == "broken"


def test_the_uk_is_adequate_for_the_eu_until_its_day() -> None:
    assert judged("GB", regime="eu", today=date(2031, 12, 27)) == "kept"
    assert judged("GB", regime="eu", today=date(2031, 12, 28)) == "broken"
    assert judged("GB", regime="uk", today=date(2031, 12, 28)) == "kept"


def test_the_united_states_need_a_certification_that_was_looked_up_within_a_year() -> None:
    assert judged("US", "dpf") == "broken"
    assert judged("US", "dpf", certified_on="2025-11-24") == "kept"
    assert judged("US", "dpf", certified_on="2025-11-23") == "unknown"
    assert judged("IN", "dpf", certified_on="2026-11-01") == "broken"


def test_a_safeguard_needs_an_assessment() -> None:
    for mechanism in ("idta", "scc", "bcr"):
        assert judged("IN", mechanism) == "broken"
        assert judged("IN", mechanism, assessed_on="2026-03-01") == "kept"
        assert judged("IN", mechanism, assessed_on="2026-12-01") == "broken"
    assert judged("IN", "idta", regime="eu", assessed_on="2026-03-01") == "broken"


def test_no_country_is_unknown() -> None:
    assert judged("") == "unknown"


def test_every_entry_of_the_lists_is_a_country_and_has_its_source() -> None:
    assert (len(EU), len(EEA)) == (27, 30)
    for regime, countries in LISTS.items():
        for country, decision in countries.items():
            assert country_name(country) != country, country
            assert decision.source
            assert find_adequacy(regime, country.lower(), max(TODAY, decision.since)) == decision


def test_areas_stand_for_their_countries() -> None:
    assert expand_areas(["eea", "UK", "CH"]) == EEA | {"GB", "CH"}


def test_a_processor_that_was_left_may_be_anywhere(firm: Firm) -> None:
    firm.promises("processors.transfer")
    firm.change("processors.yaml", "NZ", "IN\n  until: 2026-11-23")
    assert firm.finding("kept").says == "SMTP2GO was left on 2026-11-23"


def test_a_stranger_in_the_notice_is_named_with_its_place(firm: Firm) -> None:
    firm.promises("processors.named")
    firm.change("notice.md", "sends our e-mail.]", "and QwertyMail send our e-mail from New Zealand.]")
    finding = firm.finding("broken")
    assert finding.about == "QwertyMail"
    assert finding.place.file == "notice.md"
    assert f"notice.md:{finding.place.line}" in finding.hint


def test_another_spelling_of_a_processor_is_the_same_one(firm: Firm) -> None:
    firm.promises("processors.named")
    firm.change("notice.md", "SMTP2GO sends", "Our e-mail goes through Smtp To Go Ltd, which sends")
    assert firm.kept().verdict == "broken"
    firm.change("processors.yaml", "  country", "  also: [Smtp To Go Ltd]\n  country")
    assert firm.kept().verdict == "kept"


def test_who_has_nobody_to_name_says_so_by_an_empty_register(firm: Firm) -> None:
    firm.promises("processors.named")
    firm.write("notice.md", "# Privacy\n\n[At present nobody works for us with your data.]{promise=it}\n")
    firm.write("processors.yaml", "# nobody\n")
    assert firm.finding("kept").says == "neither the register nor the notice names anybody"
    (firm.folder / "processors.yaml").unlink()
    assert "or {} in it" in firm.finding("unknown").hint
