from __future__ import annotations

from bailee.store.models import Role
from tests.api.live import Served


def test_who_calls_is_told_who_they_are(firm: Served) -> None:
    answer = firm.get("/me", by=Role.SUPPORT)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert answer.json["colleague"]["email"] == "support@firm.example"
    assert firm.get("/me").status_code == 401
