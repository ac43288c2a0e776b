"""A real copy of the demo firm, read against its policy in every state: interests, recipients, transfers."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.checks.countries import is_home
from bailee.cli.app import run
from bailee.demo import build
from bailee.policy import Policy, load
from bailee.policy.countries import country_name

ERIN = "erin.walsh@letterbox.example"
NONE = "Our privacy notice names no legitimate interest"
INTEREST = re.compile(r" \[We rest it on our legitimate interest.*?\]\{plain\}", re.DOTALL)


def _as_it_is(_folder: Path) -> None:
    pass


def _notice_gone(folder: Path) -> None:
    (folder / "notice.md").unlink()


def _notice_with_a_mistake(folder: Path) -> None:
    with (folder / "notice.md").open("a", encoding="utf-8") as file:
        file.write("\n\nWe keep it for {{ retention.nowhere }}.\n")


def _notice_without_an_interest(folder: Path) -> None:
    notice = folder / "notice.md"
    text, count = INTEREST.subn("", notice.read_text(encoding="utf-8"))
    assert count == 1
    notice.write_text(text, encoding="utf-8")


def _in_the_eu(folder: Path) -> None:
    firm = folder / "bailee.yaml"
    firm.write_text(re.sub(r"(?m)^regime: uk", "regime: eu", firm.read_text(encoding="utf-8")), encoding="utf-8")


def _on_our_own_machines(folder: Path) -> None:
    for path in (folder / "systems").glob("*.yaml"):
        text = re.sub(r"operator: .*", "operator: our own server", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


STATES = (
    _as_it_is, _notice_gone, _notice_with_a_mistake, _notice_without_an_interest, _in_the_eu, _on_our_own_machines,
)  # fmt: skip


def _page(folder: Path) -> str:
    assert run(["copy", ERIN, "--policy", str(folder), "-o", str(folder / "erin.zip")]) == 0
    with zipfile.ZipFile(folder / "erin.zip") as inside:
        name = next(name for name in inside.namelist() if name.endswith("index.html"))
        return " ".join(html.unescape(inside.read(name).decode()).split())


def _part(page: str, begin: str, end: str) -> str:
    return page.partition(begin)[2].partition(end)[0]


def _abroad(policy: Policy) -> set[tuple[str, str]]:
    """Return who has data of Erin outside of the regime's home: country and name."""
    today = datetime.now(UTC).date()
    firms = {(one.country, one.title) for one in policy.processors.values() if not one.has_left(today)}
    hosts = {(one.location.country, one.location.operator) for name, one in policy.systems.items() if name in HELD}
    every = {(country, who) for country, who in firms | hosts if not who.startswith("our own")}
    return {(country_name(country), who) for country, who in every if not is_home(policy.firm.regime, country)}


HELD = ("crm", "helpdesk", "phones", "recordings")
"""Systems that hold something of Erin's."""


@pytest.mark.parametrize("state", STATES)
def test_a_copy_says_what_the_policy_bears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: Callable[[Path], None]
) -> None:
    folder = build(tmp_path / "demo", today=datetime.now(UTC).date()).folder
    state(folder)
    page = _page(folder)
    capsys.readouterr()
    told = _part(page, "<h3>Legitimate interests</h3>", "<h3>")
    rests = "recording calls where the customer has switched recording on"
    assert rests in told  # a purpose of what is held names Art. 6(1)(f)
    assert "If you think that we rest" not in told
    policy = load(folder, public=False)
    is_known = state not in {_notice_gone, _notice_with_a_mistake}
    said = [s.words for s in load(folder).notice.sentences] if is_known else []  # type: ignore[union-attr]
    named = [one for one in said if "legitimate interest" in one]
    assert (NONE in told) == (is_known and not named)
    assert [one for one in named if one not in told] == []
    rows = _part(page, "Transfers to third countries", "</table>") if "Transfers to third" in page else ""
    listed = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.+?)</td>', rows)
    unnamed = [(country, who) for country, who, _ in listed if who.startswith("our policy does not name")]
    assert {(country, who) for country, who, _ in listed} - {*unnamed} == _abroad(policy)
    assert [country for country, _ in unnamed] == ["United Kingdom"] * (state is _in_the_eu)  # where the backups lie
    receivers = set(re.findall(r'<th scope="row">(.*?)</th>', _part(page, "Recipients</caption>", "</table>")))
    assert {who for _, who in _abroad(policy)} <= receivers
    assert not [one for one in receivers if one.startswith("our own")]
