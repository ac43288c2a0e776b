"""A translation is one file: a page of the public, a page of the console and a letter speak it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from bailee.requests.letters import LetterWay, Template, templates, write_letter
from bailee.store.models import Role
from tests.api.live import Served
from tests.letters.example import EXAMPLES
from tests.web.visitor import visitor
from tests.words.catalogue import compiled

TOY = {
    ("", "Follow a request", ""): "Dilyn cais",
    ("", "Placed by hand", ""): "Gosodwyd â llaw",
    ("", "Wednesday", ""): "Dydd Mercher",
    ("", "Thursday", ""): "Dydd Iau",
    ("", "{weekday} {day} {month} {year}", ""): "{weekday}, {day} {month} {year}",
}


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of languages with one, into which a few words are translated."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled(TOY))
    monkeypatch.setattr(templates, "LOCALE", tmp_path)
    templates._make_environment.cache_clear()
    templates._load_catalogue.cache_clear()
    with override_settings(LOCALE_PATHS=[tmp_path], LANGUAGES=[("en-gb", "English"), ("cy", "cy")]):
        yield
    templates._make_environment.cache_clear()
    templates._load_catalogue.cache_clear()


@pytest.mark.usefixtures("translated")
def test_one_catalogue_reaches_public_pages_the_console_and_letters(live: Served) -> None:
    public = visitor(live).get("/request", headers={"Accept-Language": "cy"}).get_data(as_text=True)
    assert "Dilyn cais" in public
    staff = visitor(live, Role.CONTROLLER)
    console = staff.get("/console/holds/", headers={"Accept-Language": "cy"}).get_data(as_text=True)
    assert "Gosodwyd â llaw" in console
    assert "Placed by rule" in console, "what has no translation is shown in English"
    assert "Gosodwyd" not in staff.get("/console/holds/").get_data(as_text=True)
    letter = write_letter(Template.VERIFIED, EXAMPLES[Template.VERIFIED], LetterWay.MAIL, "cy")
    assert "Dydd" in letter.text
