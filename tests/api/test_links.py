"""Links that are handed on: to a member of staff, to the recipient of a mailing."""

from __future__ import annotations

from pathlib import Path

from bailee.requests.unsubscriptions import read_address
from bailee.store.admission import find_invitation
from bailee.store.models import Role, StaffChange
from tests.api.live import Served, served
from tests.conftest import MakeBooks
from tests.harm.firm import ALICE, MARKER

SITE = "https://privacy.harm.example"


def test_links_lead_to_where_the_firm_stands(folder: Path, make_books: MakeBooks) -> None:
    policy = folder / "bailee.yaml"
    policy.write_text(f'{policy.read_text()}mail: {{host: localhost, security: none, site: "{SITE}"}}\n')
    make_books("sqlite", folder)
    with served(folder) as firm:
        made = firm.post(f"/staff/{firm.staff[Role.SUPPORT].id}/link", by=Role.ADMINISTRATOR)
        begin = made.get_json()["link"]
        assert begin.startswith(f"{SITE}/sign-in/begin/"), made.text
        link = find_invitation(firm.context, begin.rstrip("/").rpartition("/")[2])
        assert link is not None
        assert (link.staff_id, link.made_by_id) == (firm.staff[Role.SUPPORT].id, firm.staff[Role.ADMINISTRATOR].id)
        assert StaffChange.objects.filter(kind="link made").exists()

        leave = firm.post("/unsubscribe-links", {"email": ALICE}, by=Role.SUPPORT)
        told = leave.get_json()
        assert told["headers"]["List-Unsubscribe"] == f"<{told['link']}>"
        assert read_address(firm.context, told["link"].rpartition("/")[2]) == ALICE
        assert MARKER not in leave.text


def test_a_firm_that_stands_nowhere_has_no_link_for_mailings(firm: Served) -> None:
    refused = firm.post("/unsubscribe-links", {"email": ALICE}, by=Role.SUPPORT)
    assert (refused.status_code, "site:" in refused.get_json()["hint"]) == (409, True)
