"""Every screen of the board: who may open it, how often it asks the books, what it must not show."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bailee.store.models import Role
from tests.api.live import Served
from tests.story.firm import MARKERS
from tests.web.records.live import work_in
from tests.web.visitor import page, visitor

PAGES = (
    "/console/promises/", "/console/promises/calls-six-years/", "/console/map/", "/console/map/crm/",
    "/console/retention/", "/console/register/", "/console/register/disclosures/", "/console/evidence/",
    "/console/evidence/receipts/",
)  # fmt: skip


def test_every_page_opens_asks_little_and_has_one_heading_before_and_after_a_look(firm: Served) -> None:
    came = visitor(firm, Role.AUDITOR)
    for looked in (False, True):
        if looked:
            came.post("/console/promises/look/")
            came.post("/console/map/look/")
            work_in(firm)
        for path in PAGES:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = came.get(path)
            assert answer.status_code == 200, (path, answer.get_data(as_text=True)[:2000])
            assert len(queries) <= 15, (path, [one["sql"][:150] for one in queries])
            shown = page(answer)
            assert len(shown.find_all("h1")) == 1, path
            assert not shown.select("[style], style, script:not([src])"), path
            for marker in MARKERS:
                assert marker not in answer.get_data(as_text=True), (path, marker)
