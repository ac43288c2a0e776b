"""The notice, read and built for a program."""

from __future__ import annotations

from bailee.store.models import Role
from tests.api.live import Served

AUDITOR = Role.AUDITOR


def test_a_firm_starts_from_its_words_and_publishes_the_page(firm: Served) -> None:
    assert firm.post("/notice/build", by=AUDITOR).status_code == 404  # there is no notice yet
    words = {
        "text": "# Privacy\n\nYou can ask us for a copy of your data. We are glad that you are here.\n",
        "kind": "markdown",
    }
    said = firm.post("/notice/proposals", words, by=AUDITOR).get_json()
    assert [one["promise"] for one in said["proposals"]][1:] == ["copy-on-request", None], said
    for name, file in (("notice", "notice.md"), ("promises", "promises.yaml")):
        (firm.folder / file).write_text(said[name])
    built = firm.post("/notice/build", by=AUDITOR)
    files = built.get_json().get("files", {})
    assert set(files) == {"index.html", "bailee.css"}, built.text
    assert "You can ask us for a copy of your data." in files["index.html"]
    assert firm.post("/notice/proposals", {"text": "..."}, by=AUDITOR).status_code == 409
