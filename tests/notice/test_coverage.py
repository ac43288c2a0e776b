"""What is counted in a notice, and what its words are blamed for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.notice import CODES, Coverage, assess_coverage
from bailee.policy import load
from tests.notice.example import FIRM

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def firm_with(folder: Path, changes: dict[str, str]) -> Path:
    """Write the example firm, with other words in these files."""
    for file in FIRM.rglob("*.*"):
        name = str(file.relative_to(FIRM))
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(changes.get(name, file.read_text()))
    return folder


def covered(folder: Path, now: datetime = NOW) -> Coverage:
    firm = load(folder)
    assert firm.notice is not None
    return assess_coverage(firm, firm.notice, now)


def blamed(tmp_path: Path, words: str, **files: str) -> list[str]:
    """What the example firm's notice is blamed for besides, with ``words`` at its end."""
    notice = (FIRM / "notice.md").read_text() + f"\n{words}\n"
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    found = covered(firm_with(tmp_path, {"notice.md": notice, **named})).lints
    return [f"{lint.code} {lint.says}" for lint in found]


def test_the_example_is_covered_but_for_one_sentence() -> None:
    found = covered(FIRM)
    assert (found.sentences, len(found.bound), len(found.plain), found.percent) == (23, 11, 11, 95)
    [loose] = found.loose
    assert loose.words == "Staff may see it where their work needs it."
    assert str(loose.place) == "notice.md:33:96"
    assert found.lints == ()


def test_a_notice_is_only_whole_when_nothing_is_loose(tmp_path: Path) -> None:
    words = " ".join("[So it is.]{plain}" for _ in range(199)) + " Loose.\n"
    found = covered(firm_with(tmp_path, {"notice.md": words}))
    assert (found.sentences, len(found.loose), found.percent) == (200, 1, 99)


# --- which sentences are bound --------------------------------------------------------------------------------

BINDINGS = [
    ("[We sell nothing.]{promise=not-sold} Or do we.", [("not-sold",), ()]),
    ("We [sell nothing at all]{promise=not-sold}.", [("not-sold",)]),
    ("[We]{promise=not-sold} sell everything that we can find to whoever pays.", [()]),
    ("[We sell nothing,]{promise=not-sold} [and answer you.]{promise=answered}", [("not-sold", "answered")]),
    ("[We sell nothing. We answer you.]{promise=answered}", [("answered",), ("answered",)]),
    (
        "{promise=answered}\n- We answer.\n- [We sell nothing.]{promise=not-sold}",
        [("answered",), ("answered", "not-sold")],
    ),
    ("{promise=answered}\n> We answer. Always.", [("answered",), ("answered",)]),
    ("- item\n\n  {promise=answered}\n  We answer.", [(), ("answered",)]),
    ("| a | b |\n|---|---|\n| [We answer]{promise=answered} | x |", [(), (), ("answered",), ()]),
    ("## We answer.", [()]),
    ("## Is it answered?", []),
    ("{promise=answered}\n## We answer", [("answered",)]),
    ("[We *never* sell [it](https://x.example) to\nanybody.]{promise=not-sold}", [("not-sold",)]),
    ("Art. 6(1)(b) applies, e.g. to Mr. Smith of Acme Ltd. in 3.5 cases.", [()]),
]


@pytest.mark.parametrize(("words", "promises"), BINDINGS)
def test_a_sentence_is_bound_by_the_spans_that_cover_it(
    tmp_path: Path, words: str, promises: list[tuple[str, ...]]
) -> None:
    found = load(firm_with(tmp_path, {"notice.md": words + "\n"})).notice
    assert found is not None
    assert [sentence.promises for sentence in found.sentences] == promises


def test_plain_is_what_nothing_inside_promises(tmp_path: Path) -> None:
    words = "{plain}\nWe say so. [We sell nothing.]{promise=not-sold}\n"
    found = covered(firm_with(tmp_path, {"notice.md": words}))
    assert [s.words for s in found.plain] == ["We say so."]
    assert [s.words for s in found.bound] == ["We sell nothing."]


# --- lints ----------------------------------------------------------------------------------------------------

UK = "phones keeps its backups in United Kingdom"
HELPERS = "SMTP2GO is in New Zealand, Mailchimp is in United States"
BLAMED = [
    ("All of it stays in Ireland.", [f'N101 "Ireland" is said, and {UK}, {HELPERS} and SendPulse is in Germany']),
    ("Everything is stored in the EU.", [f'N101 "EU" is said, and {UK}, {HELPERS.replace(", M", " and M")}']),
    ("Your data is kept in Germany.", ['N101 "Germany" is said, and phones keeps its data in Ireland']),
    ("Backups are held in Ireland.", [f'N101 "Ireland" is said, and {UK}']),
    ("All our providers hold it in the EEA.", [f'N101 "EEA" is said, and {HELPERS.replace(", M", " and M")}']),
    ("Nothing leaves Ireland and the UK.", [f'N101 "Ireland and UK" is said, and {HELPERS} and SendPulse']),
    ("Your data is kept in Ireland and the UK.", []),
    ("Data may be transferred outside the EEA.", []),
    ("Data is never kept outside Ireland.", ["N101"]),
    ("We keep it for at least six years.", ['N102 "at least" is said, and no most']),
    ("We keep it for at least six years, and at most seven.", []),
    ("We keep it for at least six years, then delete it.", []),
    ("[We keep it for at least six years.]{plain}", []),
    ("We normally delete it.", ['N103 "normally" is said without a number']),
    ("We keep it as long as is strictly necessary.", ['N103 "as long as is strictly necessary" is said']),
    ("We usually delete it within 30 days.", []),
    (
        "[Call records go after five years.]{promise=calls-kept-six-years}",
        ['N104 "five years" is said, and retention.yaml has: calls 6 years'],
    ),
    ("[Call records go after 72 months.]{promise=calls-kept-six-years}", []),
    ("[Call records go after six years.]{promise=calls-kept-six-years}", []),
    ("Our newsletter is sent by Klaviyo.", ['N107 "Klaviyo" is named, and is not in processors.yaml']),
]


@pytest.mark.parametrize(("words", "said"), BLAMED)
def test_words_are_blamed_for_what_they_say(tmp_path: Path, words: str, said: list[str]) -> None:
    found = blamed(tmp_path, words)
    assert len(found) == len(said), found
    assert all(any(lint.startswith(each) for lint in found) for each in said), found


def test_a_third_party_that_nobody_names_is_blamed_until_it_is_left(tmp_path: Path) -> None:
    notice = (FIRM / "notice.md").read_text().replace("{{ processors.table }}", "[SMTP2GO and SendPulse.]{plain}")
    folder = firm_with(tmp_path, {"notice.md": notice})
    says = [f"{lint.place}  {lint.code} {lint.says}" for lint in covered(folder).lints]
    assert "processors.yaml:8:1  N106 Mailchimp receives data, and the notice does not name it" in says
    assert not [lint for lint in covered(folder, datetime(2027, 1, 2, tzinfo=UTC)).lints if lint.code == "N106"]


def test_a_promise_that_no_sentence_makes_is_blamed(tmp_path: Path) -> None:
    promises = (FIRM / "promises.yaml").read_text() + "\nidle: {promise: no-tracking, says: nobody is followed}\n"
    [lint] = covered(firm_with(tmp_path, {"promises.yaml": promises})).lints
    assert lint.code == "N108"
    assert lint.place.file == "promises.yaml"
    assert "[words]{promise=idle}" in lint.hint


def test_a_notice_that_says_nothing_leaves_everything_out(tmp_path: Path) -> None:
    found = [
        lint for lint in covered(firm_with(tmp_path, {"notice.md": "[Hello.]{plain}\n"})).lints if lint.code == "N105"
    ]
    assert [lint.says.partition(" is not said")[0] for lint in found] == [
        "who the controller is",
        "how to reach the controller",
        "what the data is for",
        "the lawful basis",
        "who receives it",
        "how long it is kept",
        "to whom one can complain",
        "the rights of access, rectification, erasure, restriction, objection and portability",
        "the transfer to New Zealand, United Kingdom and United States",
    ]
    assert all(lint.hint and str(lint.place) == "notice.md:1:1" for lint in found)


LEFT_OUT = [
    ("to whom one can complain", "[{{ regulator.name }}]", "[a court]"),
    ("that consent can be withdrawn", ", and withdraw your consent to it", ", with your consent"),
    ("how to reach the controller", "[{{ controller.email }}](mailto:privacy@weirlane.example)", "by post"),
    ("the right of objection", "to object to a use of it", "to say what you think of it"),
]


@pytest.mark.parametrize(("what", "words", "instead"), LEFT_OUT)
def test_a_duty_that_is_left_out_is_missed(tmp_path: Path, what: str, words: str, instead: str) -> None:
    notice = (FIRM / "notice.md").read_text()
    assert words in notice
    found = covered(firm_with(tmp_path, {"notice.md": notice.replace(words, instead)})).lints
    assert [(lint.code, lint.says.partition(" is not said")[0]) for lint in found] == [("N105", what)]


def test_every_code_is_made_by_some_words() -> None:
    made = {each.partition(" ")[0] for _, said in BLAMED for each in said} | {"N105", "N106", "N108"}
    assert made == set(CODES)


def test_the_places_of_lints_are_of_the_sentence(tmp_path: Path) -> None:
    notice = "# N\n\nSome words {{ firm.name }} here. We normally delete it.\n"
    found = [lint for lint in covered(firm_with(tmp_path, {"notice.md": notice})).lints if lint.code == "N103"]
    assert [str(lint.place) for lint in found] == ["notice.md:3:34"]


INTERESTS = [
    ("We rest it on our legitimate interests.", True),
    ("We rest that on our legitimate interests: to keep our network safe.", False),
    ("Our legal basis is legitimate interest. We keep a list in Dublin.", True),
    ("We rest it on our legitimate interest in telling you of services like yours.", False),
    ("We have a legitimate interest to keep our network safe.", False),
    ("Our legitimate interests are fraud prevention and safety.", False),
    ("To keep our network safe, which is our legitimate interest, we log addresses.", False),
    ("We log addresses to keep our network safe (legitimate interests).", False),
    ("Nothing of the kind.", False),
]


@pytest.mark.parametrize(("words", "is_missed"), INTERESTS)
def test_who_rests_on_legitimate_interests_must_say_on_which(tmp_path: Path, words: str, *, is_missed: bool) -> None:
    """Art. 13(1)(d)."""
    notice = (FIRM / "notice.md").read_text() + f"\n[{words}]{{plain}}\n"
    found = covered(firm_with(tmp_path, {"notice.md": notice})).lints
    said = [(lint.code, lint.says) for lint in found]
    assert said == [("N105", "which legitimate interests they are is not said, Art. 13(1)(d)")] * is_missed


COPIES = [
    ("The law's safeguards are in place.", True),
    ("Ask for a copy of what we hold. Safeguards are in place.", True),
    ("Ask us, and you get a copy of these safeguards.", False),
    ("Standard contractual clauses protect it; you can have a copy of them from us.", False),
    ("The agreements are available on our website.", False),
]


@pytest.mark.parametrize("mechanism", ["scc", "idta", "bcr", "adequacy"])
@pytest.mark.parametrize(("words", "is_missed"), COPIES)
def test_how_to_have_a_copy_of_the_safeguards_is_to_be_said(
    tmp_path: Path, mechanism: str, words: str, *, is_missed: bool
) -> None:
    """Art. 13(1)(f) wants it of safeguards by Art. 46 and 47; of a country on the list there is nothing to copy."""
    notice = "# N\n\n[{{ firm.name }} sends it abroad.]{plain}\n\n{{ processors.table }}\n\n[" + words + "]{plain}\n"
    register = (
        "sender:\n  name: Sender\n  country: US\n  purpose: sends\n  receives: [name]\n"
        "  contract: {title: DPA, signed_on: 2024-05-02}\n"
        f"  transfer: {{mechanism: {mechanism}{'' if mechanism == 'adequacy' else ', assessed_on: 2026-09-10'}}}\n"
    )
    found = covered(firm_with(tmp_path, {"notice.md": notice, "processors.yaml": register})).lints
    missed = [lint.says for lint in found if "safeguards" in lint.says]
    wanted = ["how to obtain a copy of the safeguards is not said, Art. 13(1)(f)"]
    assert missed == wanted * (is_missed and mechanism != "adequacy")
